"""A rule in the way of another one: why S3 refuses both together, and the ways out, for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from panther_s3.notifications.rules import RULE_NAME, TOPICS, Rule, shared_events, told_fully
from panther_s3.problems import Problem, ProblemKind

_DESTINATIONS = {TOPICS: "topic", "QueueConfigurations": "queue", "LambdaFunctionConfigurations": "function"}
_EVERYTHING = "all objects"


@dataclass(frozen=True)
class Conflict:
    """A rule that is wanted, and one of the bucket's that S3 refuses it for."""

    wanted: Rule
    standing: Rule

    @property
    def why(self) -> str:
        """What the two have in common, in sentences."""
        events = ", ".join(shared_events(self.wanted, self.standing))
        prefixes = _common("prefix", "begins", self.wanted.prefix, self.standing.prefix)
        suffixes = _common("suffix", "ends", self.wanted.suffix, self.standing.suffix)
        return f"Both rules are about {events}. {prefixes} {suffixes} S3 takes one rule for an event of an object."

    @property
    def problem(self) -> Problem:
        """The obstacle that it is, with its nearest way out."""
        standing = self.standing
        return Problem(
            f"The rule {standing.id} is in the way: it tells the {destination_kind(standing)} {standing.destination} "
            f"of {subject_of(standing)}",
            self.why,
            f"Nothing is changed. {ways_out(self)[0]}",
            ProblemKind.CONFLICT,
        )


def ways_out(conflict: Conflict) -> tuple[str, ...]:
    """Return what can be done about the rule in the way, the most fitting first."""
    standing, wanted = conflict.standing, conflict.wanted
    narrow = (
        f"Narrow one of the two by prefix or suffix, so that no object is of both: the source wants "
        f"{subject_of(wanted)}, the rule is about {subject_of(standing)}."
    )
    if standing.kind == TOPICS:
        return (_use_that_topic(conflict), narrow)
    kind = destination_kind(standing)
    fan_out = (
        f"Fan out: let the rule {standing.id} tell an SNS topic in the {kind}'s place, subscribe both the {kind} "
        "and Panther's queue to that topic, and make it the source's topic."
    )
    bridge = (
        f"Let Amazon EventBridge feed the {kind}: turn EventBridge on for the bucket, which overlaps with no rule, "
        f"add a rule there for the {kind}, then take the bucket's rule {standing.id} out."
    )
    # there is nothing to narrow where both want the same
    return (fan_out, bridge, narrow) if subject_of(wanted) == subject_of(standing) else (narrow, fan_out, bridge)


def obstacle_of(conflicts: Sequence[Conflict]) -> Problem:
    """Return the obstacle that the first of `conflicts` is, with the names of what else is in the way."""
    problem = conflicts[0].problem
    others = dict.fromkeys(each.standing.id for each in conflicts if each.standing != conflicts[0].standing)
    if others:
        problem.cause += f" In the way as well: {', '.join(others)}."
    return problem


def destination_kind(rule: Rule) -> str:
    """Return what the rule sends to, in a word."""
    return _DESTINATIONS[rule.kind]


def subject_of(rule: Rule) -> str:
    """Return the keys that the rule is about, in words."""
    where = f"objects under {rule.prefix}" if rule.prefix else _EVERYTHING
    return f"{where} ending with {rule.suffix}" if rule.suffix else where


def _use_that_topic(conflict: Conflict) -> str:
    """How Panther can use the topic of the rule in the way: S3 sends to standard topics alone."""
    standing, wanted = conflict.standing, conflict.wanted
    enough = told_fully([standing], standing.destination, wanted.prefix, wanted.suffix)
    wider = "" if enough else f" Let the rule {standing.id} tell of {subject_of(wanted)}, whichever way they come."
    if standing.destination == wanted.destination:
        ours = " It may be another source's." if standing.id.startswith(RULE_NAME) else ""
        return f"The rule {standing.id} sends to this topic, but not all that is wanted.{wider}{ours}"
    change = "The bucket needs no change." if enough else wider.strip()
    return (
        f"Use that topic: make {standing.destination} the source's topic and subscribe Panther's queue to it. {change}"
    )


def _common(what: str, does: str, wanted: str, standing: str) -> str:
    """How the prefixes or suffixes of the two overlap."""
    if wanted == standing:
        return f"Both have the {what} {wanted}." if wanted else f"Neither has a {what}."
    if not standing:
        return f"The rule in the way has no {what}, which fits every key."
    if not wanted:
        return f"The one that is wanted has no {what}, which fits every key."
    longer, shorter = sorted((wanted, standing), key=len, reverse=True)
    holds = longer.startswith(shorter) if does == "begins" else longer.endswith(shorter)
    # else they overlap as they are written, in escapes
    return f"The {what} {longer} {does if holds else 'overlaps'} with {shorter}."
