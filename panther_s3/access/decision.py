"""What an evaluation comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Verdict = Literal["allow", "deny", "unknown"]
Kind = Literal["allow", "explicit", "implicit", "unknown"]
Layer = Literal[
    "identity_policy",
    "permissions_boundary",
    "resource_policy",
    "service_control_policy",
    "resource_control_policy",
    "grant",
]


class StatementRef(NamedTuple):
    """Where a statement stands: the document's name, its index there, and its Sid if it has one."""

    document: str
    index: int  # type: ignore[assignment]  # the contract's word; tuple.index is of no use here
    sid: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on a request, and which layer and statement gave it.

    `statement` is None where no single statement decided: an implicit deny has none.
    """

    verdict: Verdict
    kind: Kind
    statement: StatementRef | None
    reason: str
    layer: Layer | None = None
