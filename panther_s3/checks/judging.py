"""One request judged against every policy that takes part, in every world that is possible."""

from __future__ import annotations

import copy
import enum
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from panther_s3.access import Decision, evaluate
from panther_s3.checks.requests import Request
from panther_s3.checks.statements import as_list, statements_of
from panther_s3.checks.unknowns import VARYING, own_organization, spelled, stands_in
from panther_s3.checks.worlds import World, worlds

Document = Mapping[str, Any]
EVERYTHING: Document = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
"""Stands for policies of Panther's side, which are taken to allow what Panther does."""


class Outcome(enum.Enum):
    """What comes of a request, over all worlds."""

    ALLOWED = "allowed"
    DENIED = "denied"
    DEPENDS = "depends on a value that only Panther's side knows"
    UNKNOWN = "cannot be judged"


@dataclass(frozen=True)
class Policies:
    """The policies that take part in a request, each with the name that evidence gives it."""

    identity: tuple[tuple[str, Document], ...] = ()
    boundary: tuple[str, Document] | None = None
    resource: tuple[str, Document] | None = None
    resource_type: str | None = None
    grants: tuple[Document, ...] = ()

    def decide(self, request: Mapping[str, Any]) -> Decision:
        """Return the evaluator's decision."""
        return evaluate(
            request,
            identity_policies=[document for _, document in self.identity],
            permissions_boundary=self.boundary[1] if self.boundary else None,
            resource_policy=self.resource[1] if self.resource else None,
            resource_policy_type=self.resource_type if self.resource else None,
            grants=self.grants,
        )

    @property
    def documents(self) -> list[Document]:
        """Every document that could make a difference."""
        others = [named[1] for named in (self.boundary, self.resource) if named]
        return [document for _, document in self.identity] + others

    def find(self, decision: Decision) -> tuple[str, Document | None, str]:
        """Return the document that decided by its name, its statement, and the statement's Sid or place."""
        if decision.statement is None:
            return "", None, ""
        name, index, sid = decision.statement
        shown, document = self._named(name)
        statements = as_list(document.get("Statement")) if document else []
        statement = statements[index] if index < len(statements) and isinstance(statements[index], Mapping) else None
        return shown, statement, str(sid or index)

    def _named(self, name: str) -> tuple[str, Document | None]:
        if name.startswith("identity policy "):
            place = int(name.rsplit(" ", 1)[1])
            return self.identity[place]
        if name == "permissions boundary" and self.boundary:
            return self.boundary
        if name == "resource policy" and self.resource:
            return self.resource
        return name, None


def of_panther(name: str, document: Document, resource_type: str) -> Policies:
    """Return the policies of what Panther's own account asks of a resource: its own are taken to allow it."""
    own = ("policies of Panther's side", EVERYTHING)
    return Policies(identity=(own,), resource=(name, document), resource_type=resource_type)


@dataclass(frozen=True)
class Judgement:
    """What comes of one request, and why."""

    request: Request
    policies: Policies
    outcome: Outcome
    decision: Decision
    """The decision of the world that speaks for all: the worst."""
    hinges: tuple[str, ...] = ()
    """The condition keys on which it hangs, where it does, as the policies spell them."""
    world: Mapping[str, Any] = field(default_factory=dict)
    """The request of that world."""

    @property
    def evidence(self) -> dict[str, Any]:
        """What the finding rests on, as the contract of `check` has it."""
        document, statement, name = self.policies.find(self.decision)
        shown: dict[str, Any] = {"document": document or self.blamed, "statement": name, "request": self.request.shown}
        if statement is not None:
            shown["excerpt"] = dict(statement)
        return shown

    @property
    def blamed(self) -> str:
        """The document of the layer that decided, where no statement of it did."""
        layer = self.decision.layer
        if layer == "permissions_boundary" and self.policies.boundary:
            return self.policies.boundary[0]
        if layer == "resource_policy" and self.policies.resource:
            return self.policies.resource[0]
        return ", ".join(name for name, _ in self.policies.identity) or "the role's policies, of which there are none"


def judge(request: Request, policies: Policies, unknown: tuple[str, ...] = ()) -> Judgement:
    """Return what comes of `request`; `unknown` names the condition keys whose values only Panther's side knows.

    What hangs on a value of the customer's own that nobody read cannot be judged: Panther could not tell it either.
    """
    judged = [(world, policies.decide(world.request)) for world in worlds(request, policies.documents, unknown)]
    verdicts = {decision.verdict for _, decision in judged}
    if verdicts == {"allow"}:
        outcome = Outcome.ALLOWED
    elif verdicts == {"deny"}:
        outcome = Outcome.DENIED
    elif "unknown" in verdicts:
        outcome = Outcome.UNKNOWN
    else:
        outcome = Outcome.DEPENDS
    order = ("unknown", "deny", "allow") if outcome is Outcome.UNKNOWN else ("deny", "unknown", "allow")
    # of several denials the missing Allow speaks first: it is missing in every world, a Deny may hold in some only
    world, decision = min(judged, key=lambda one: (order.index(one[1].verdict), one[1].kind == "explicit"))
    hinges = _hinges(judged, own_organization(request, unknown)) if outcome is Outcome.DEPENDS else ()
    if hinges and not any(stands_in(key, (*unknown, *VARYING)) for key in hinges):
        outcome = Outcome.UNKNOWN
        reason = f"It hangs on {', '.join(spelled(hinges, policies.documents))}, whose value is not known here."
        decision = replace(decision, verdict="unknown", kind="unknown", reason=reason)
    return Judgement(request, policies, outcome, decision, spelled(hinges, policies.documents), world.request)


def edited(document: Document, edit: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Return a copy of `document` whose statements went through `edit`."""
    changed: dict[str, Any] = copy.deepcopy(dict(document))
    for statement in statements_of(changed):
        edit(statement)  # type: ignore[arg-type]
    return changed


def _hinges(judged: Sequence[tuple[World, Decision]], one_fact: Sequence[str]) -> tuple[str, ...]:
    """The keys of which a change alone turns the verdict; all that differ where none does by itself.

    The keys in `one_fact` change together, and count as one.
    """
    alone: set[str] = set()
    together: set[str] = set()
    for (one, decided), (other, otherwise) in itertools.combinations(judged, 2):
        if decided.verdict != otherwise.verdict:
            differing = {key for key in one.chosen if one.chosen[key] != other.chosen[key]}
            together |= differing
            if len(differing) == 1 or differing <= set(one_fact):
                alone |= differing
    return tuple(sorted(alone or together))
