"""The former document, kept in a file before it is replaced, and the command that puts it back."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from panther_s3.files import write_new_file
from panther_s3.mending.model import Mend, MendKind
from panther_s3.notifications import RulesPlan
from panther_s3.policies import to_json
from panther_s3.problems import Problem, ProblemKind
from panther_s3.state import KEPT, default_state_dir

_LONGEST = 80


@dataclass(frozen=True)
class Kept:
    """Where the former document is, and how to put it back."""

    path: Path | None
    """None where there was no such document."""
    command: str


def default_folder() -> Path:
    """Return where former documents are kept: in the operator's state directory, as the system has it."""
    return default_state_dir() / KEPT


def keep_before(mend: Mend, profile: str | None, folder: Path | None = None) -> Kept:
    """Write the document that `mend` replaces to a new file that only its owner may read.

    Args:
        mend: the edit that is about to be made.
        profile: the AWS profile that the command is to name; None for the default chain.
        folder: where to, by default `default_folder()`.

    Raises:
        Problem: the file cannot be written; nothing must be changed then.
    """
    if mend.before is None:
        return Kept(None, undo_command(mend, None, profile))
    subject = mend.target.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    written = keep_document(mend.before, "policy", mend.kind.name.lower().replace("_", "-"), subject, folder)
    return Kept(written, undo_command(mend, written, profile))


def keep_rules(plan: RulesPlan, region: str, profile: str | None, folder: Path | None = None) -> Kept:
    """Write the notification configuration that `plan` replaces to a new file, as `keep_before` does a policy.

    Args:
        plan: the change that is about to be made.
        region: the bucket's; "" for the profile's.
        profile: the AWS profile that the command is to name; None for the default chain.
        folder: where to, by default `default_folder()`.

    Raises:
        Problem: the file cannot be written; nothing must be changed then.
    """
    written = keep_document(plan.before, "notification configuration", "notifications", plan.bucket, folder)
    words: tuple[str, ...] = ("s3api", "put-bucket-notification-configuration", "--bucket", plan.bucket)
    words += ("--notification-configuration", f"file://{written}")
    words += ("--expected-bucket-owner", plan.owner) if plan.owner else ()
    return Kept(written, _aws_command(words, region, profile))


def keep_document(document: Mapping[str, Any], what: str, kind: str, subject: str, folder: Path | None = None) -> Path:
    """Write `document` to a new file that only its owner may read, and return where it is.

    Args:
        document: what is about to be replaced.
        what: what it is, in words.
        kind: what it is, in the file's name.
        subject: what it belongs to, in the file's name.
        folder: where to, by default `default_folder()`.

    Raises:
        Problem: the file cannot be written; nothing must be changed then.
    """
    folder = folder or default_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            f"The former {what} cannot be kept in {folder}: {error.strerror or error}",
            remedy="Nothing was changed. Make room for the folder, or let it be written to, then Retry.",
            kind=ProblemKind.INVALID,
        ) from error
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", subject)[:_LONGEST]
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{kind}-{name}.json"
    return write_new_file(path, to_json(document), mode=0o600)


def undo_command(mend: Mend, path: Path | None, profile: str | None) -> str:
    """Return the AWS CLI's command that puts the document of `path` back, or takes the new one away."""
    file = f"file://{path}"
    words: tuple[str, ...]
    if mend.kind is MendKind.ROLE_POLICY:
        verb, document = ("put", ("--policy-document", file)) if path else ("delete", ())
        names = ("--role-name", mend.role_name, "--policy-name", mend.policy_name)
        words = ("iam", f"{verb}-role-policy", *names, *document)
    elif mend.kind is MendKind.TRUST:
        words = ("iam", "update-assume-role-policy", "--role-name", mend.role_name, "--policy-document", file)
    elif mend.kind is MendKind.BUCKET:
        verb, document = ("put", ("--policy", file)) if path else ("delete", ())
        words = ("s3api", f"{verb}-bucket-policy", "--bucket", mend.target, *document)
        words += ("--expected-bucket-owner", mend.owner) if mend.owner else ()
    elif mend.kind is MendKind.KEY:
        words = ("kms", "put-key-policy", "--key-id", mend.target, "--policy-name", "default", "--policy", file)
    else:
        named = ("--attribute-name", "Policy", "--attribute-value", file)
        words = ("sns", "set-topic-attributes", "--topic-arn", mend.target, *named)
    return _aws_command(words, mend.region, profile)


def _aws_command(words: tuple[str, ...], region: str, profile: str | None) -> str:
    where = ("--region", region) if region else ()
    who = ("--profile", profile) if profile else ()
    return shlex.join(("aws", *words, *where, *who))
