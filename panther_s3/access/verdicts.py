"""Decisions in words."""

from __future__ import annotations

from panther_s3.access.decision import Decision, Layer, StatementRef
from panther_s3.access.matching import Match

_ABSENT: dict[Layer, str] = {
    "identity_policy": "No identity policy allows {action}.",
    "permissions_boundary": "The permissions boundary does not allow {action}.",
    "resource_policy": "The resource's policy does not allow {action} to this principal.",
    "service_control_policy": "A level of the service control policies does not allow {action}.",
}


def _place(ref: StatementRef) -> str:
    """Name a statement by its Sid, or by its place in the document."""
    if ref.document.startswith("grant "):
        return ref.document
    return f"statement {ref.sid or ref.index} of {ref.document}"


def explicitly_denied(match: Match, layer: Layer, action: str) -> Decision:
    """Return the decision of a Deny that applies."""
    ref = match.statement.ref
    return Decision("deny", "explicit", ref, f"{action} is denied by {_place(ref)}.", layer)


def implicitly_denied(layer: Layer, action: str) -> Decision:
    """Return the decision where an Allow is missing."""
    return Decision("deny", "implicit", None, _ABSENT[layer].format(action=action), layer)


def cannot_tell(match: Match | None, layer: Layer, action: str) -> Decision:
    """Return the decision where something that cannot be judged decides."""
    ref = None if match is None else match.statement.ref
    what = "a policy" if ref is None else _place(ref)
    return Decision(
        "unknown", "unknown", ref, f"Whether {action} is allowed depends on {what}, which cannot be judged.", layer
    )


def allowed(match: Match | None, layer: Layer, action: str) -> Decision:
    """Return the decision of an Allow that nothing stands against."""
    if match is None:
        return Decision("allow", "allow", None, f"{action} is allowed to the account's root user.", layer)
    ref = match.statement.ref
    return Decision("allow", "allow", ref, f"{action} is allowed by {_place(ref)}.", layer)
