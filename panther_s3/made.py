"""What a run made or changed in AWS, as its last screen lists it."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.answers import Answers, Made
from panther_s3.journal.changes import Change, ChangeKind
from panther_s3.journal.records import Record

STACK_KIND, ROLE_KIND = "CloudFormation stack", "IAM role"
WORDS = {
    ChangeKind.STACK: STACK_KIND,
    ChangeKind.POLICY: "policy",
    ChangeKind.NOTIFICATIONS: "bucket notifications",
    ChangeKind.SUBSCRIPTION: "SNS subscription",
    ChangeKind.SUBSCRIPTION_SETTINGS: "SNS subscription's settings",
    ChangeKind.UNSUBSCRIPTION: "SNS subscription taken away",
    ChangeKind.TEST_OBJECT: "test object",
}
"""The kinds of change that are listed: change sets come and go, and a failed stack's deletion takes nothing back."""


def with_made(answers: Answers, record: Record) -> Answers:
    """Return `answers` with everything on record that the run did, and nothing that was taken back."""
    changes = [change for change in record.in_force if change.kind in WORDS]
    targets = {change.target for change in changes}
    has_stack = any(change.kind is ChangeKind.STACK and change.before is None for change in changes)
    left = [thing for thing in answers.made if thing.arn in targets or (thing.kind == ROLE_KIND and has_stack)]
    known = {thing.arn for thing in left}
    missing: dict[str, Made] = {}
    for change in changes:
        if change.target not in known:
            missing.setdefault(change.target, _made(change, record.run))
    return replace(answers, made=(*left, *missing.values()))


def _made(change: Change, run: str) -> Made:
    if change.kind is ChangeKind.STACK:
        before = change.before["parameters"] if change.before else None
        return Made(STACK_KIND, str(change.facts["stack_name"]), change.region, change.target, before)
    back = f"panther-s3-wizard undo {run}"
    return Made(WORDS[change.kind], change.title, change.region, change.target, put_back=back)
