"""What holds for any policies and requests."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from panther_s3.access import evaluate
from tests.unit.access.cases import CUSTOMER, OBJECT, ROLE, ROOT, SESSION, Json, allow, deny, policy

ACTIONS = ["*", "s3:*", "s3:GetObject", "S3:get*", "s3:Put*", "kms:*", "s3:G?tObject", ""]
RESOURCES = ["*", OBJECT, "arn:aws:s3:::acme-logs", "arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::acme-logs/*"]
KEYS = ["aws:SourceIp", "aws:username", "s3:prefix", "aws:PrincipalArn", "aws:SecureTransport"]
OPERATORS = [
    f"{quantifier}{base}{suffix}"
    for quantifier in ("", "ForAnyValue:", "ForAllValues:")
    for base in ("StringEquals", "StringNotLike", "Bool", "NumericLessThan", "DateNotEquals", "NotIpAddress", "ArnLike")
    for suffix in ("", "IfExists")
] + ["Null", "Sounds"]
VALUES = st.sampled_from(
    ["true", "false", "10.0.0.0/8", "10.1.2.3", "acme-logs", "*", SESSION, "2026-01-01", "5", "${aws:username}"]
)

some = st.lists(VALUES, max_size=3)
conditions = st.dictionaries(
    st.sampled_from(OPERATORS), st.dictionaries(st.sampled_from(KEYS), some, max_size=2), max_size=2
)
principals = st.one_of(
    st.just("*"), st.fixed_dictionaries({"AWS": st.sampled_from([ROOT, CUSTOMER, ROLE, SESSION, "*", "AROA1"])})
)


@st.composite
def statements(draw: st.DrawFn, *, resource_based: bool = False, effect: str | None = None) -> Json:
    """Draw a well-formed statement."""
    made: Json = {"Effect": effect or draw(st.sampled_from(["Allow", "Deny"]))}
    made[draw(st.sampled_from(["Action", "NotAction"]))] = draw(
        st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2)
    )
    made[draw(st.sampled_from(["Resource", "NotResource"]))] = draw(
        st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2)
    )
    if draw(st.booleans()):
        made["Condition"] = draw(conditions)
    if resource_based:
        made[draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))] = draw(principals)
    return made


@st.composite
def situations(draw: st.DrawFn) -> tuple[Json, Json]:
    """Draw a request and policies of every layer."""
    asked = {
        "principal": draw(
            st.sampled_from([SESSION, ROLE, ROOT, "s3.amazonaws.com", "arn:aws:iam::999988887777:user/x"])
        ),
        "action": draw(st.sampled_from(["s3:GetObject", "kms:Decrypt", "sts:AssumeRole"])),
        "resource": OBJECT,
        "resource_account": CUSTOMER,
        "context": draw(st.dictionaries(st.sampled_from(KEYS), some, max_size=3)),
    }
    documents = st.builds(lambda drawn: policy(*drawn), st.lists(statements(), max_size=3))
    layers = {
        "identity_policies": draw(st.lists(documents, max_size=2)),
        "permissions_boundary": draw(st.none() | documents),
        "resource_policy": policy(*draw(st.lists(statements(resource_based=True), max_size=3))),
        "resource_policy_type": draw(st.sampled_from(["bucket", "kms", "sns"])),
        "service_control_policies": draw(st.lists(st.lists(documents, max_size=2), max_size=2)),
    }
    return asked, layers


def ask(asked: Json, layers: Json) -> str:
    """Return the verdict."""
    return evaluate(asked, **layers).verdict


@settings(deadline=None)
@given(situations())
def test_an_explicit_deny_always_wins(situation: tuple[Json, Json]) -> None:
    asked, layers = situation
    everyone = deny(Principal="*")
    guarded = policy(*layers["resource_policy"]["Statement"], everyone)
    decision = evaluate(asked, **(layers | {"resource_policy": guarded}))
    assert (decision.verdict, decision.kind) == ("deny", "explicit")


@settings(deadline=None)
@given(situations(), statements(effect="Allow"), statements(effect="Allow", resource_based=True))
def test_another_allow_takes_nothing_away(situation: tuple[Json, Json], own: Json, its: Json) -> None:
    asked, layers = situation
    before = ask(asked, layers)
    wider = layers | {
        "identity_policies": [*layers["identity_policies"], policy(own)],
        "resource_policy": policy(*layers["resource_policy"]["Statement"], its),
    }
    after = ask(asked, wider)
    assert before != "allow" or after == "allow"
    assert before != "unknown" or after != "deny"


@settings(deadline=None)
@given(situations(), statements(effect="Deny"))
def test_another_deny_gives_nothing(situation: tuple[Json, Json], more: Json) -> None:
    asked, layers = situation
    before = ask(asked, layers)
    after = ask(asked, layers | {"identity_policies": [*layers["identity_policies"], policy(more)]})
    assert before != "deny" or after == "deny"
    assert after != "allow" or before == "allow"


@settings(deadline=None)
@given(situations(), st.randoms())
def test_the_case_of_actions_and_keys_does_not_matter(situation: tuple[Json, Json], chance: random.Random) -> None:
    asked, layers = situation

    def scramble(text: str) -> str:
        return "".join(chance.choice([letter.lower(), letter.upper()]) for letter in text)

    other = asked | {
        "action": scramble(asked["action"]),
        "context": {scramble(key): value for key, value in asked["context"].items()},
    }
    assert ask(asked, layers) == ask(other, layers)


@settings(deadline=None)
@given(situations(), st.randoms())
def test_the_order_of_statements_does_not_matter(situation: tuple[Json, Json], chance: random.Random) -> None:
    asked, layers = situation
    shuffled = list(layers["resource_policy"]["Statement"])
    chance.shuffle(shuffled)
    policies = list(layers["identity_policies"])
    chance.shuffle(policies)
    other = layers | {"resource_policy": policy(*shuffled), "identity_policies": policies}
    first, second = evaluate(asked, **layers), evaluate(asked, **other)
    assert (first.verdict, first.kind, first.layer) == (second.verdict, second.kind, second.layer)


@settings(deadline=None)
@given(situations())
def test_a_statement_that_allows_everything_is_enough_but_for_denies_and_limits(situation: tuple[Json, Json]) -> None:
    asked, layers = situation
    open_door = {"identity_policies": [policy(allow())], "resource_policy": policy(allow(Principal="*"))}
    assert ask(asked, open_door | {"resource_policy_type": layers["resource_policy_type"]}) == "allow"


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | VALUES
json_values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ELEMENTS = ["Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition", "Sid"]
words = st.sampled_from(["Allow", "Deny", "*", "s3:GetObject", {"AWS": "*"}, {"StringEquals": {"a": "b"}}])
wild_statements = st.dictionaries(st.sampled_from(ELEMENTS), words | json_values, max_size=7) | json_values
wild_policies = (
    st.fixed_dictionaries(
        {"Statement": st.lists(wild_statements, max_size=3) | wild_statements},
        optional={"Version": json_values | st.just("2012-10-17")},
    )
    | json_values
)
FIELDS = ["principal", "principal_account", "action", "resource", "resource_account", "context"]
wild_requests = st.dictionaries(
    st.sampled_from(FIELDS), st.sampled_from([SESSION, ROOT, "kms:Decrypt", OBJECT, CUSTOMER]) | json_values
)
wild_grants = st.dictionaries(
    st.sampled_from(["GranteePrincipal", "Operations", "Constraints", "KeyId"]),
    st.sampled_from([SESSION, "Decrypt"]) | json_values,
)


@settings(deadline=None, max_examples=300)
@given(
    wild_requests | json_values,
    st.lists(wild_policies, max_size=2) | json_values,
    wild_policies,
    wild_policies,
    st.sampled_from(["trust", "bucket", "kms", "sns", None]) | json_values,
    st.lists(st.lists(wild_policies, max_size=2) | json_values, max_size=2) | json_values,
    st.lists(wild_grants | json_values, max_size=2) | json_values,
)
def test_nothing_that_json_can_say_makes_it_raise(
    asked: Any, identity: Any, boundary: Any, resource: Any, kind: Any, levels: Any, grants: Any
) -> None:
    decision = evaluate(
        asked,
        identity_policies=identity,
        permissions_boundary=boundary,
        resource_policy=resource,
        resource_policy_type=kind,
        service_control_policies=levels,
        resource_control_policies=levels,
        grants=grants,
    )
    assert decision.verdict in ("allow", "deny", "unknown")
    assert decision.kind in {"allow": ["allow"], "unknown": ["unknown"]}.get(decision.verdict, ["explicit", "implicit"])
    assert decision.reason.endswith(".")
