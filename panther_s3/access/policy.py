"""Policy documents, read into statements of one shape.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from panther_s3.access.decision import StatementRef

PolicyType = Literal["identity", "scp", "rcp", "trust", "bucket", "kms", "sns"]
"""Which elements a statement must have and must not have follows from where its policy is attached."""

VERSION_WITH_VARIABLES = "2012-10-17"
_WITHOUT_PRINCIPAL = frozenset(("identity", "scp"))
_WITHOUT_NOT_PRINCIPAL = frozenset(("identity", "scp", "rcp"))


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, its lists as tuples; an element that is not there is None.

    A malformed statement is one that AWS would not have stored. It grants nothing; where it could be a Deny that
    applies, the verdict is unknown.
    """

    ref: StatementRef
    effect: Literal["Allow", "Deny"] | None
    malformed: bool
    variables: bool
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    principal: object = None
    not_principal: object = None
    condition: object = None
    needs_resource: bool = True
    needs_principal: bool = False

    @property
    def may_deny(self) -> bool:
        """Whether the statement is a Deny, or could be one."""
        return self.effect != "Allow"


class _Reader:
    """Reads the elements of one statement and remembers whether one of them was out of shape."""

    def __init__(self, raw: Mapping[object, object]) -> None:
        self.raw = raw
        self.malformed = False

    def strings(self, element: str) -> tuple[str, ...] | None:
        """Return a string or a list of strings as a tuple, None for an element that is not there."""
        if element not in self.raw:
            return None
        value = self.raw[element]
        items = value if isinstance(value, list) else [value]
        texts = tuple(item for item in items if isinstance(item, str))
        if len(texts) < len(items):
            self.malformed = True
        return texts

    def exactly_one(self, element: str) -> None:
        """Note a statement that has both or neither of an element and its Not form."""
        if (element in self.raw) == (f"Not{element}" in self.raw):
            self.malformed = True

    def everyone_or_lists(self, *elements: str) -> None:
        """Note an element that is neither "*" nor an object of principals."""
        for element in elements:
            value = self.raw.get(element, "*")
            if value != "*" and not isinstance(value, dict):
                self.malformed = True

    def never(self, *elements: str) -> None:
        """Note a statement that has an element which its policy's type does not take."""
        if any(element in self.raw for element in elements):
            self.malformed = True


def _read_statement(raw: object, ref: StatementRef, policy_type: PolicyType, *, variables: bool) -> Statement | None:
    """Read one statement; None for one that AWS stores and that has no effect."""
    needs_resource = policy_type != "trust"
    needs_principal = policy_type not in _WITHOUT_PRINCIPAL
    if not isinstance(raw, dict):
        return Statement(ref, None, True, variables, needs_resource=needs_resource, needs_principal=needs_principal)
    if policy_type == "kms" and "Resource" not in raw and "NotResource" not in raw:
        # "the policy statement has no effect": kms/latest/developerguide/key-policy-overview.html
        return None
    reader = _Reader(raw)
    effect = raw.get("Effect")
    reader.malformed = effect not in ("Allow", "Deny")
    reader.exactly_one("Action")
    if needs_resource or "Resource" in raw or "NotResource" in raw:
        reader.exactly_one("Resource")
    if needs_principal:
        reader.exactly_one("Principal")
        reader.everyone_or_lists("Principal", "NotPrincipal")
    else:
        reader.never("Principal", "NotPrincipal")
    if policy_type in _WITHOUT_NOT_PRINCIPAL:
        reader.never("NotPrincipal")
    if policy_type == "trust" and effect == "Allow":
        reader.never("NotPrincipal")
    actions, not_actions = reader.strings("Action"), reader.strings("NotAction")
    resources, not_resources = reader.strings("Resource"), reader.strings("NotResource")
    sid = raw.get("Sid")
    return Statement(
        ref=ref._replace(sid=sid if isinstance(sid, str) and sid else None),
        effect="Allow" if effect == "Allow" else "Deny" if effect == "Deny" else None,
        malformed=reader.malformed,
        variables=variables,
        actions=actions,
        not_actions=not_actions,
        resources=resources,
        not_resources=not_resources,
        principal=raw.get("Principal"),
        not_principal=raw.get("NotPrincipal"),
        condition=raw.get("Condition", {}),
        needs_resource=needs_resource or "Resource" in raw or "NotResource" in raw,
        needs_principal=needs_principal,
    )


def read_policy(document: object, name: str, policy_type: PolicyType) -> list[Statement]:
    """Return the statements of a policy document; None is no policy, and an empty one has no statements."""
    if document is None:
        return []
    raw: object = [document]
    variables = False
    if isinstance(document, dict):
        raw = document.get("Statement", [])
        variables = document.get("Version") == VERSION_WITH_VARIABLES
    if raw is None:
        return []
    items = raw if isinstance(raw, list) else [raw]
    read = (
        _read_statement(item, StatementRef(name, index, None), policy_type, variables=variables)
        for index, item in enumerate(items)
    )
    return [statement for statement in read if statement is not None]


def as_list(value: object) -> list[object]:
    """Return a list or tuple as a list, nothing as an empty one, and anything else as a list of one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
