from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from panther_s3.answers import Answers
from panther_s3.demo import EmbeddedAws
from tests.flow.accounts import PANTHER, REGION, Scene
from tests.flow.robot import Errand
from tests.plain.operator import Operator
from tests.plain.outcome import by_full_screen
from tests.plain.walk import NAME, PREFIX

Start = Callable[..., Operator]


@pytest.fixture
def scene(embedded_aws: EmbeddedAws) -> Scene:
    """An account of the test's own, with a bucket that others are told of."""
    return Scene(embedded_aws.endpoint_url, with_topic=False, with_role=False)


@pytest.fixture(scope="session")
def left_by_full_screen(embedded_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the full-screen wizard leaves in such an account, by the stack that it makes itself."""
    scene = Scene(embedded_aws.endpoint_url, with_topic=False, with_role=False)
    errand, answers = Errand(scene.bucket, NAME, PREFIX), Answers(region=REGION, panther=PANTHER)
    return by_full_screen(scene, errand, tmp_path_factory.mktemp("full screen"), answers)


@pytest.fixture
def start(embedded_aws: EmbeddedAws, tmp_path: Path) -> Start:
    """Start the plain wizard in a scene, its runs recorded in the test's folder; of a scene's AWS by default."""

    def start(
        scene: Scene, *words: str, endpoint_url: str = "", kind: type[Operator] = Operator, **options: Any
    ) -> Operator:
        environment = {**scene.environment(), "AWS_REGION": REGION, **options.pop("environment", {})}
        environment["AWS_ENDPOINT_URL"] = endpoint_url or embedded_aws.endpoint_url
        return kind("--plain", "--state-dir", str(tmp_path / "state"), *words, environment=environment, **options)

    return start
