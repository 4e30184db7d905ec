"""Source files for unattended runs."""

from __future__ import annotations

from typing import Any

import yaml

from panther_s3.source_file import source_document
from tests.flow.accounts import PANTHER, Scene


def file_for(*scenes: Scene, sources: list[dict[str, Any]] | None = None, **orders: Any) -> str:
    """Return the file that applies the sources of `scenes`.

    Args:
        scenes: their sources, unless others are given.
        sources: what is to stand in place of them.
        orders: the onboarding section; by default a stack, a new topic, and changes allowed.
    """
    said = {"iam_role": "create_stack", "notifications": "create_topic", "changes": "allow", **orders}
    document = {
        "panther": {"account_id": PANTHER.account_id, "region": PANTHER.region},
        "sources": sources if sources is not None else [source_of(scene) for scene in scenes],
        "onboarding": {key: value for key, value in said.items() if value is not None},
    }
    return yaml.safe_dump(document, sort_keys=False)


def source_of(scene: Scene, **changes: Any) -> dict[str, Any]:
    """Return the source of `scene` as a file has it."""
    document = {**source_document(scene.answers.source), **changes}
    return {key: value for key, value in document.items() if value not in ("", None)}
