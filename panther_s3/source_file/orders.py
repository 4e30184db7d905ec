"""The `onboarding` section as an unattended run takes it: what is answered in place of the operator."""

from __future__ import annotations

import enum
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from panther_s3.answers import IamMethod
from panther_s3.rules.findings import check_partition

if TYPE_CHECKING:
    from panther_s3.source_file.model import SourceFile
    from panther_s3.source_file.nodes import Reading

ONBOARDING_KEYS = ("iam_role", "notifications", "on_failed_checks", "save_to", "changes")
NEEDED = ("iam_role", "changes")
"""What an unattended run cannot do without: how the role is made, and whether anything may be changed."""


class NotifyWay(enum.StrEnum):
    """How the bucket comes to tell Panther of new objects, where Panther does not see to that itself."""

    CREATE_TOPIC = "create_topic"
    EXISTING_TOPIC = "existing_topic"
    SKIP = "skip"


class OnFailedChecks(enum.StrEnum):
    """What a failed check means for the steps behind it."""

    STOP = "stop"
    CONTINUE = "continue"


class Changes(enum.StrEnum):
    """Whether anything may be changed."""

    ALLOW = "allow"
    PLAN = "plan"


@dataclass(frozen=True)
class Orders:
    """All that an unattended run is told beside its sources."""

    iam_role: IamMethod
    changes: Changes
    notifications: NotifyWay | None = None
    """None only where Panther manages the notifications of every source."""
    on_failed_checks: OnFailedChecks = OnFailedChecks.STOP
    save_to: str = ""
    """The folder for templates, policies and reports; "" for none."""


def orders_of(found: SourceFile) -> Orders:
    """Return the orders of a file that was read for an unattended run."""
    said = dict(found.onboarding or {})
    return Orders(
        IamMethod(said["iam_role"]),
        Changes(said["changes"]),
        NotifyWay(said["notifications"]) if "notifications" in said else None,
        OnFailedChecks(said.get("on_failed_checks", OnFailedChecks.STOP)),
        said.get("save_to", ""),
    )


def check_orders(reading: Reading, found: SourceFile) -> None:
    """Note what keeps a file from being applied without a question: what is not answered, and what contradicts itself.

    Args:
        reading: takes the errors.
        found: the file as far as it was read.
    """
    if found.onboarding is None:
        if reading.sound("onboarding"):
            reading.refuse("onboarding", f"This key is required: say {' and '.join(NEEDED)} in it.")
        return
    said = found.onboarding
    for key in NEEDED:
        if key not in said and reading.sound(f"onboarding.{key}"):
            reading.refuse(f"onboarding.{key}", "This key is required: an unattended run asks nothing.")
    if (fault := save_to_fault(said.get("save_to", ""))) and reading.sound("onboarding.save_to"):
        reading.refuse("onboarding.save_to", fault)
    _check_notifications(reading, found)
    if said.get("iam_role") == IamMethod.CREATE_STACK:
        _check_roles(reading, found)
    for number, source in enumerate(found.sources):
        for finding in check_partition(found.panther, source):
            if reading.sound(f"sources[{number}].{finding.path}"):
                reading.refuse(f"sources[{number}].{finding.path}", finding.message)


def save_to_fault(text: str) -> str:
    """Return why nothing can be saved in the folder `text`, which may still be to be made; "" stands for no folder."""
    if not text:
        return ""
    try:
        folder = Path(text).expanduser()
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not there.is_dir():
            return f"Name a folder: {there} is a file."
        if not os.access(there, os.W_OK | os.X_OK):
            return f"Name a folder that you may write to: {there} is not."
    except (OSError, RuntimeError, ValueError) as error:
        return f"Name another folder: {error}."
    return ""


def _check_notifications(reading: Reading, found: SourceFile) -> None:
    """What is said of the notifications against what the sources say."""
    path, said = "onboarding.notifications", (found.onboarding or {}).get("notifications")
    managed = [source.panther_managed_bucket_notifications_enabled for source in found.sources]
    if not reading.sound(path) or not managed:
        return
    if said is None and not all(managed):
        name = found.sources[managed.index(False)].name
        reading.refuse(path, f"This key is required: Panther does not manage the notifications of {name!r}.")
    if said in (NotifyWay.CREATE_TOPIC, NotifyWay.EXISTING_TOPIC) and all(managed):
        reading.refuse(path, "Leave this out: Panther manages the notifications of every source here.")
    if said == NotifyWay.EXISTING_TOPIC:
        for number, source in enumerate(found.sources):
            if not managed[number] and not source.topic_arn and reading.sound(f"sources[{number}].topic_arn"):
                message = "Name the topic: onboarding.notifications says existing_topic."
                reading.refuse(f"sources[{number}].topic_arn", message)


def _check_roles(reading: Reading, found: SourceFile) -> None:
    """A stack makes the role of one source: two of them would take it from each other."""
    first: dict[tuple[str, str], int] = {}
    for number, source in enumerate(found.sources):
        other = first.setdefault((source.aws_account_id, source.role_suffix.lower()), number)
        path = f"sources[{number}].name"
        if other != number and source.name and reading.sound(path):
            message = (
                f"Its role would be that of sources[{other}], which its stack makes for one bucket: name it apart."
            )
            reading.refuse(path, message)
