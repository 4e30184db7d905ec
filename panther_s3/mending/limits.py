"""How long AWS lets each policy document be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from panther_s3.mending.model import Document, MendKind
from panther_s3.problems import Problem, ProblemKind

INLINE = 10_240
"""Characters of all inline policies of a role together (IAM user guide, "IAM and AWS STS quotas")."""
TRUST = 2_048
"""Characters of a trust policy, which a quota may raise (the same page)."""
BYTES = {MendKind.BUCKET: 20 * 1024, MendKind.KEY: 32 * 1024, MendKind.TOPIC: 30 * 1024}
"""Bytes (S3 user guide, "Policies and permissions"; KMS API reference, PutKeyPolicy; SNS developer guide, policies)."""
WORDS = {MendKind.BUCKET: "20 KB", MendKind.KEY: "32 KB", MendKind.TOPIC: "30 KB"}


def compact(document: Mapping[str, Any]) -> str:
    """Return `document` as the JSON that is sent: nothing of its length is spent on blanks."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def obstacle_to(
    kind: MendKind, before: Document | None, after: Document, others: Iterable[Document] = ()
) -> Problem | None:
    """Return why AWS would not take `after`, by its length; None where it has room.

    Args:
        kind: which document it is.
        before: what it was: a trust policy that is too long already has a raised quota.
        after: what it is to be.
        others: the role's other inline policies, which share one limit.
    """
    if kind is MendKind.ROLE_POLICY:
        length = sum(_characters(each) for each in (after, *others))
        rule = "all inline policies of a role together may have 10,240 characters, blanks aside"
        return _too_long(f"{rule}; these would have {length:,}") if length > INLINE else None
    if kind is MendKind.TRUST:
        length = _characters(after)
        rule = "a trust policy may have 2,048 characters, blanks aside, unless the account's quota was raised"
        raised = before is not None and _characters(before) > TRUST
        return _too_long(f"{rule}; this would have {length:,}") if length > TRUST and not raised else None
    length = len(compact(after).encode())
    rule = f"a {kind.value} may have {WORDS[kind]}"
    return _too_long(f"{rule}; this would have {length:,} bytes") if length > BYTES[kind] else None


def _characters(document: Document) -> int:
    """How IAM counts: blanks aside."""
    return len("".join(compact(document).split()))


def _too_long(rule: str) -> Problem:
    return Problem(
        f"The policy would be too long: {rule}",
        remedy="Take statements out that are not needed any more, or put several together, then check again.",
        kind=ProblemKind.INVALID,
    )
