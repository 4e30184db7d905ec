"""What a mend is: a policy document before and after, where it belongs, and whether AWS has room for it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from panther_s3.arns import role_name_of
from panther_s3.problems import Problem

Document = dict[str, Any]
NEW_POLICY = "PantherS3Wizard"
"""The inline policy that is made where none holds our statements."""


class MendKind(enum.Enum):
    """Which document is edited; the values are the words shown."""

    ROLE_POLICY = "inline policy"
    TRUST = "trust policy"
    BUCKET = "bucket policy"
    KEY = "key policy"
    TOPIC = "topic's policy"


@dataclass(frozen=True)
class Mend:
    """One edit of one policy document, as it is shown and then made."""

    kind: MendKind
    target: str
    """The ARN of the role, key or topic; of a bucket its name."""
    policy_name: str
    """The name of the role's inline policy; "" for all else."""
    region: str
    """Where the target is; "" for IAM, which is global."""
    owner: str
    """The account that should own the bucket; "" for all else."""
    before: Document | None
    """None where there is no such document yet."""
    after: Document
    summary: str
    """What the edit does, in a sentence or two."""
    notes: tuple[str, ...] = ()
    """What to know before saying yes."""
    obstacle: Problem | None = None
    """Why AWS would not take it; it is shown then, and not made."""

    @property
    def title(self) -> str:
        """The document in words, with what it belongs to."""
        if self.kind is MendKind.ROLE_POLICY:
            return f"inline policy {self.policy_name} of the role {self.role_name}"
        if self.kind is MendKind.TRUST:
            return f"trust policy of the role {self.role_name}"
        if self.kind is MendKind.BUCKET:
            return f"policy of the bucket {self.target}"
        return f"policy of the {'key' if self.kind is MendKind.KEY else 'topic'} {self.target}"

    @property
    def role_name(self) -> str:
        """The name of the role; "" where the target is none."""
        return role_name_of(self.target)
