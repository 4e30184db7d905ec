"""The words beside the form's fields on what AWS says of a bucket."""

from __future__ import annotations

import pytest

from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.bucket_notes import facts_note, key_note, offered_key, refusal_of
from panther_s3.problems import Denial, Problem

ACCOUNT, OTHER = "111122223333", "444455556666"
KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/11112222-3333-4444-5555-666677778888"


def facts(
    encryption: Encryption = Encryption.SSE_S3,
    *,
    owned: bool | None = True,
    key: str = "",
    unread: tuple[Problem, ...] = (),
) -> BucketFacts:
    return BucketFacts("acme-logs", "us-west-2", owned, encryption, key, unread=unread)


def test_a_bucket_that_is_the_accounts_own_is_found() -> None:
    assert facts_note(facts(), ACCOUNT) == ("Found in us-west-2, encrypted with SSE-S3", "ok")


def test_a_bucket_of_someone_else_is_not() -> None:
    text, state = facts_note(facts(owned=False), OTHER)
    assert state == "fail"
    assert f"not in account {OTHER}" in text


def test_a_bucket_of_which_parts_are_not_told_points_to_the_reason() -> None:
    text, state = facts_note(facts(Encryption.UNKNOWN, owned=None, unread=(Problem("no"),)), ACCOUNT)
    assert (text.endswith("see below."), state) == (True, "warn")


def test_of_several_refusals_the_one_that_names_a_policy_is_shown() -> None:
    bare, told = Problem("head"), Problem("encryption", denial=Denial(action="s3:GetEncryptionConfiguration"))
    assert refusal_of(facts(unread=(bare, told))) is told
    assert refusal_of(facts(unread=(told, bare))) is told
    assert refusal_of(facts(unread=(bare,))) is bare
    assert refusal_of(facts()) is None


@pytest.mark.parametrize(
    ("known", "entered", "expected", "state"),
    [
        (None, "", "", "info"),
        (facts(), "", "", "info"),
        (facts(Encryption.CUSTOMER_KEY, key=KEY), "", f"encrypts with {KEY}: Ctrl+K", "warn"),
        (
            facts(Encryption.CUSTOMER_KEY, key=KEY),
            KEY.replace("key/1111", "key/9999"),
            "encrypts with another key",
            "warn",
        ),
        (facts(Encryption.CUSTOMER_KEY, key=KEY), KEY, "", "info"),
        (facts(Encryption.CUSTOMER_KEY), KEY, "", "info"),
        (facts(Encryption.AWS_MANAGED_KEY), "", "aws/s3", "ok"),
        (facts(), KEY.replace("us-west-2", "us-east-1"), "S3 uses keys of its own region only", "warn"),
        (facts(), KEY.replace(ACCOUNT, OTHER), f"The key is in account {OTHER}", "warn"),
        (None, KEY.replace(ACCOUNT, OTHER), f"The key is in account {OTHER}", "warn"),
    ],
)
def test_what_is_said_of_the_key(known: BucketFacts | None, entered: str, expected: str, state: str) -> None:
    text, told_state = key_note(known, entered, ACCOUNT, "us-west-2")
    assert expected in text
    assert bool(text) == bool(expected)
    assert told_state == state


def test_only_a_key_whose_arn_is_known_is_offered() -> None:
    assert offered_key(facts(Encryption.CUSTOMER_KEY, key=KEY), "") == KEY
    assert offered_key(facts(Encryption.CUSTOMER_KEY), KEY) == ""
    assert offered_key(None, "") == ""
