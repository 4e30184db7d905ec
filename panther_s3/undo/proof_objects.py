"""Test objects that are left over."""

from __future__ import annotations

from panther_s3.aws.proof_objects import ProofObject, delete_proof_object, find_proof_object
from panther_s3.aws.session import Aws
from panther_s3.journal.changes import Change
from panther_s3.journal.records import Record
from panther_s3.problems import Problem, ProblemKind
from panther_s3.undo.model import Group, Prospect, Say, Standing


class ProofObjects:
    """Removes a test object."""

    def look(self, aws: Aws, group: Group, record: Record) -> Prospect:  # noqa: ARG002 - others need it
        """Return whether the object is still there."""
        title, means = f"Remove the {group.last.title}", "The wizard put it to prove the way of a notification."
        try:
            found = find_proof_object(aws, proof_of(group.last))
        except Problem as problem:
            if problem.kind is not ProblemKind.ACCESS_DENIED:
                raise
            # who may not look may yet remove it, and removing what is gone does no harm
            return Prospect(group, title, f"{means} Whether it is still there may not be looked at.", Standing.READY)
        if found is None:
            return Prospect(group, title, means, Standing.GONE, "It is not there any more.")
        return Prospect(group, title, means, Standing.READY)

    def continues(self, change: Change, former: Change, record: Record) -> bool:  # noqa: ARG002 - others need it
        """Each object has a name of its own."""
        return True

    def take_back(self, aws: Aws, prospect: Prospect, say: Say) -> None:
        """Remove it."""
        say(prospect.title)
        change = prospect.group.last
        delete_proof_object(aws, proof_of(change), str(change.facts.get("version_id", "")))


def proof_of(change: Change) -> ProofObject:
    """Return the object that `change` put."""
    return ProofObject(str(change.facts["bucket"]), str(change.facts["key"]), change.region, change.account)
