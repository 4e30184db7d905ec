"""Whether a statement applies to a request: its action, resource, principal and conditions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from panther_s3.access.conditions import conditions_hold
from panther_s3.access.patterns import matches, matches_ignoring_case
from panther_s3.access.policy import Statement
from panther_s3.access.principals import Caller, Naming, statement_names
from panther_s3.access.truth import Truth, all_of, truth_of
from panther_s3.access.variables import Context, expand

_ALIAS = re.compile(r"(arn:[^:]*:kms:[^:]*:[^:]*:)alias/.*", re.DOTALL)
_ABOUT_ALIASES = frozenset(("kms:createalias", "kms:updatealias", "kms:deletealias"))


@dataclass(frozen=True, slots=True)
class Request:
    """A request as statements see it."""

    caller: Caller
    action: str
    resource: str
    resource_account: str
    context: Context
    raw_context: dict[str, tuple[str, ...]]
    """The context under the keys' own spelling, for what tells letters' case apart."""

    @property
    def service(self) -> str:
        """The prefix of the action."""
        return self.action.partition(":")[0].lower()

    @property
    def same_account(self) -> bool:
        """Whether caller and resource share an account, as they do where nothing says otherwise."""
        return self.caller.account == self.resource_account or not self.caller.account or not self.resource_account


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that applies, or may, and how closely it names the caller."""

    statement: Statement
    truth: Truth
    naming: Naming


def named_resource(resource: str, action: str) -> str:
    """Return the ARN that policies see: an alias stands for a key whose id is not said.

    An alias's ARN in a policy names the alias and not its key, whichever of the two the caller wrote:
    https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
    """
    alias = _ALIAS.fullmatch(resource)
    return f"{alias.group(1)}key/\0" if alias and action.lower() not in _ABOUT_ALIASES else resource


def _either(positive: tuple[str, ...] | None, negative: tuple[str, ...] | None, one: Callable[[str], bool]) -> Truth:
    """Judge an element and its Not form, of which a statement has one."""
    if (positive is None) == (negative is None):
        return Truth.MAYBE
    if positive is not None:
        return truth_of(any(one(pattern) for pattern in positive))
    return truth_of(not any(one(pattern) for pattern in negative or ()))


def _action(statement: Statement, request: Request) -> Truth:
    """Judge the action, whose case does not count."""
    return _either(
        statement.actions, statement.not_actions, lambda pattern: matches_ignoring_case(pattern, request.action)
    )


def _resource(statement: Statement, request: Request) -> Truth:
    """Judge the resource; one with a variable without a value is no resource's name, in NotResource as in Resource."""
    if not statement.needs_resource:
        return Truth.YES

    def one(pattern: str) -> bool:
        """Match one ARN with its variables filled in."""
        parts = expand(pattern, request.context, variables=statement.variables)
        return parts is not None and matches(parts, request.resource)

    return _either(statement.resources, statement.not_resources, one)


def match_statement(statement: Statement, request: Request, *, bounded: bool) -> Match | None:
    """Return how `statement` applies to `request`, or None where it does not."""
    if statement.malformed and not statement.may_deny:
        return None
    action = _action(statement, request)
    if action is Truth.NO:
        return None
    resource = _resource(statement, request)
    if resource is Truth.NO:
        return None
    naming, named = statement_names(statement, request.caller, request.context, bounded=bounded)
    if named is Truth.NO:
        return None
    condition = (
        conditions_hold(statement.condition, request.context, variables=statement.variables)
        if statement.condition != {}
        else Truth.YES
    )
    truth = all_of((action, resource, named, condition, Truth.MAYBE if statement.malformed else Truth.YES))
    return None if truth is Truth.NO else Match(statement, truth, naming)
