"""Each kind of policy by itself: which of its statements deny and which allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from panther_s3.access.decision import Layer
from panther_s3.access.matching import Match, Request, match_statement
from panther_s3.access.policy import PolicyType, as_list, read_policy
from panther_s3.access.principals import Naming
from panther_s3.access.truth import Truth, all_of


@dataclass(slots=True)
class Findings:
    """The statements of a layer that apply to the request, or may."""

    layer: Layer
    denies: list[Match] = field(default_factory=list)
    allows: list[Match] = field(default_factory=list)

    def add(self, document: object, name: str, policy_type: PolicyType, request: Request, *, bounded: bool) -> None:
        """Add what a policy document's statements come to."""
        for statement in read_policy(document, name, policy_type):
            match = match_statement(statement, request, bounded=bounded)
            if match is not None:
                (self.denies if statement.may_deny else self.allows).append(match)

    def best(self, *namings: Naming) -> Match | None:
        """Return the surest Allow, of those that name the caller in one of `namings` where some are given."""
        found = [match for match in self.allows if not namings or match.naming in namings]
        return max(found, key=lambda match: match.truth, default=None)


def truth_of_match(match: Match | None) -> Truth:
    """Return how surely something applies."""
    return Truth.NO if match is None else match.truth


def findings_of(
    layer: Layer, documents: Iterable[tuple[str, object]], policy_type: PolicyType, request: Request, *, bounded: bool
) -> Findings:
    """Return the findings of a layer that is a list of policies, of which one is enough to allow."""
    findings = Findings(layer)
    for name, document in documents:
        findings.add(document, name, policy_type, request, bounded=bounded)
    return findings


def findings_by_level(layer: Layer, levels: object, policy_type: PolicyType, request: Request) -> list[Findings]:
    """Return the findings of each level of an organization: root, units, account."""
    name = layer.replace("_", " ")
    return [
        findings_of(
            layer,
            [(f"{name} {place}.{index}", document) for index, document in enumerate(as_list(level))],
            policy_type,
            request,
            bounded=False,
        )
        for place, level in enumerate(as_list(levels))
    ]


def every_level_allows(levels: Iterable[Findings]) -> Truth:
    """Tell whether each level allows, as a service control policy must at every level on the way to an account."""
    return all_of(truth_of_match(level.best()) for level in levels)
