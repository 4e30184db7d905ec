"""What an update changes in a role: statements that stay, change, come and go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from panther_s3.answers import Answers
from panther_s3.aws.roles import Role, RolePolicy
from panther_s3.panther import PantherDeployment
from panther_s3.policies import role_policy, trust_policy
from panther_s3.role_changes import Fate, StatementChange, as_diff, role_changes
from panther_s3.source import S3Source

ANSWERS = Answers(
    region="us-west-2",
    panther=PantherDeployment("999988887777", "us-west-2"),
    source=S3Source("prod trail", "111122223333", "acme-logs"),
)
OLD = ANSWERS.with_source(bucket_name="acme-old")


def role(answers: Answers, *more: dict[str, Any], attached: str = "") -> Role:
    policies = [RolePolicy("ReadData", role_policy(answers.source, answers.partition), attached)]
    policies += [RolePolicy("own", {"Statement": list(more)})] if more else []
    return Role("r", answers.expected_role_arn, "/", trust_policy(answers.panther), "", {}, tuple(policies))


def fates(changes: tuple[StatementChange, ...]) -> list[tuple[str, Fate]]:
    return [(change.name, change.fate) for change in changes]


def test_a_role_as_it_should_be_stays_as_it_is() -> None:
    assert {change.fate for change in role_changes(role(ANSWERS), ANSWERS)} == {Fate.STAYS}


def test_another_bucket_changes_the_statements_and_not_the_trust() -> None:
    changes = role_changes(role(OLD), ANSWERS)
    assert fates(changes) == [
        ("PantherAssumesRole", Fate.STAYS),
        ("FindAndListBucket", Fate.CHANGES),
        ("ReadObjects", Fate.CHANGES),
    ]
    lines = as_diff(changes).splitlines()
    assert lines[0] == "# FindAndListBucket: changes"
    assert "# ReadObjects: changes" in lines
    assert '    "Effect": "Allow",' in lines
    assert lines[-1] == "# PantherAssumesRole: stays"
    assert '-   "Resource": "arn:aws:s3:::acme-old/*"' in lines
    assert '+   "Resource": "arn:aws:s3:::acme-logs/*"' in lines


def test_another_panther_changes_who_may_assume_the_role() -> None:
    other = replace(ANSWERS, panther=PantherDeployment("444455556666", "us-west-2"))
    change = role_changes(role(ANSWERS), other)[0]
    assert (change.name, change.fate) == ("PantherAssumesRole", Fate.CHANGES)


def test_a_key_comes_and_a_statement_of_ones_own_is_told() -> None:
    with_key = ANSWERS.with_source(kms_key_arn="arn:aws:kms:us-west-2:111122223333:key/k")
    changes = role_changes(role(ANSWERS, {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}), with_key)
    assert fates(changes)[3:] == [("DecryptObjects", Fate.COMES), ("a statement without Sid (1)", Fate.GOES)]
    diff = as_diff(changes)
    assert '+   "Sid": "DecryptObjects"' in diff
    assert '-   "Action": "s3:Get*"' in diff


def test_order_and_single_texts_are_no_difference() -> None:
    first, second = role_policy(ANSWERS.source, ANSWERS.partition)["Statement"]
    same = [
        {**first, "Sid": "Other", "Action": ["s3:ListBucket", "s3:GetBucketLocation"]},
        {**second, "Action": ["s3:GetObject"], "Resource": [second["Resource"]]},
    ]
    there = replace(role(ANSWERS), policies=(RolePolicy("own", {"Statement": same}),))
    assert {change.fate for change in role_changes(there, ANSWERS)} == {Fate.STAYS}


def test_attached_policies_are_no_part_of_the_stack() -> None:
    changes = role_changes(role(ANSWERS, attached="arn:aws:iam::111122223333:policy/own"), ANSWERS)
    assert fates(changes)[1:] == [("FindAndListBucket", Fate.COMES), ("ReadObjects", Fate.COMES)]
