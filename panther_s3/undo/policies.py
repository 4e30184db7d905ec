"""Policies that the run changed: put back as they were, where nobody has changed them since."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from panther_s3.aws.mending import delete_document, put_document, read_document
from panther_s3.aws.session import Aws
from panther_s3.checks.statements import as_list, statements_of
from panther_s3.journal.changes import Change, State
from panther_s3.journal.records import Record
from panther_s3.mending.diffs import as_diff
from panther_s3.mending.documents import same_document, same_statement
from panther_s3.mending.model import Document, Mend, MendKind
from panther_s3.problems import Problem, ProblemKind
from panther_s3.undo.model import Group, Prospect, Say, Standing


class Policies:
    """Puts a policy back; one that did not exist before is deleted."""

    def look(self, aws: Aws, group: Group, record: Record) -> Prospect:  # noqa: ARG002 - others need it
        """Return what putting the policy back means."""
        verb = "Delete" if group.before is None else "Put back"
        means = "There was none before this run." if group.before is None else "As it was before this run changed it."
        title = f"{verb} the {group.last.title}"
        try:
            found = read_document(aws, _mend(group))
        except Problem as problem:
            if problem.kind is not ProblemKind.NOT_FOUND:
                raise
            return Prospect(group, title, means, Standing.GONE, "What it belonged to is not there any more.")
        if found is None and group.last.facts["document"] == MendKind.TOPIC.name.lower():
            return Prospect(group, title, means, Standing.GONE, "The topic is not there any more.")
        if same_document(found, group.before):
            return Prospect(group, title, means, Standing.GONE, "It is as it was before.")
        if any(same_document(found, change.after) for change in group.changes):
            return Prospect(group, title, means, Standing.READY, found=found)
        known = all(change.state is not State.BEGUN for change in group.changes)
        if known and found is not None and _without_ours(group, found) is not None:
            title = f"Take this run's statements out of the {group.last.title}"
            return Prospect(group, title, "What others changed since stays.", Standing.READY, found=found)
        why = (
            "Somebody changed it after this run, what this run wrote included: putting it back would take that away as "
            "well. Change it by hand, as far as it is to go; where it is as it was before, there is nothing left to do."
        )
        return Prospect(group, title, means, Standing.CHANGED, why, as_diff(group.after, found or {}), found=found)

    def continues(self, change: Change, former: Change, record: Record) -> bool:  # noqa: ARG002 - others need it
        """Whether nobody changed the policy in between; `former` may not have been made at all."""
        return any(same_document(change.before, each) for each in (former.after, former.before))

    def take_back(self, aws: Aws, prospect: Prospect, say: Say) -> None:
        """Put the policy back."""
        group = prospect.group
        mend = _mend(group)
        with aws.writes.named(f"Putting back the {group.last.title}"):
            found = read_document(aws, mend)
            if same_document(found, group.before):
                return
            if not same_document(found, prospect.found):
                raise Problem(
                    f"The {group.last.title} has changed since it was shown here",
                    remedy="Nothing was changed. Look again.",
                    kind=ProblemKind.CONFLICT,
                )
            say(f"Putting back the {group.last.title}")
            ours = any(same_document(found, change.after) for change in group.changes)
            if group.before is None:
                delete_document(aws, mend)
            elif ours or found is None:
                put_document(aws, mend)
            else:
                put_document(aws, replace(mend, after=_without_ours(group, found) or group.before))


def _without_ours(group: Group, found: Document) -> Document | None:
    """Return `found` without the statements that the run added, where it added some and changed no other.

    None where one of them is not as the run left it, or nothing would be left.
    """
    before, after = statements_of(group.before or {}), statements_of(group.after)
    added = [each for each in after if not _among(each, before)]
    changed = [each for each in before if not _among(each, after)]
    if group.before is None or changed or not added:
        return None
    there = as_list(found.get("Statement"))
    left = [copy.deepcopy(each) for each in there if not _among(each, added)]
    if len(left) != len(there) - len(added) or not left:
        return None
    return {**copy.deepcopy(found), "Statement": left}


def _among(statement: object, others: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether `statement` is one of `others`, of the same Sid."""
    if not isinstance(statement, Mapping):
        return False
    return any(same_statement(statement, other) and statement.get("Sid") == other.get("Sid") for other in others)


def _mend(group: Group) -> Mend:
    """The edit that puts the policy back."""
    change = group.last
    kind = MendKind[str(change.facts["document"]).upper()]
    after: Document = group.before or {}
    owner = change.account if kind is MendKind.BUCKET else ""
    name = str(change.facts.get("policy_name", ""))
    return Mend(kind, change.target, name, change.region, owner, change.after, after, summary="")
