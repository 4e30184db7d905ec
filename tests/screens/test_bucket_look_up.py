"""What AWS says of the bucket, and what it refuses to say, beside the form's fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.flow import Forward
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.access import PantherAccess
from screens.bucket_details import BucketDetailsScreen
from screens.parts.bucket_calls import BucketCalls
from screens.parts.problem_panel import ProblemPanel
from tests.faults import Faults
from tests.host import HostApp, settle, text_of

KEY_ID = "11112222-3333-4444-5555-666677778888"
GOV_KEY = f"arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/{KEY_ID}"
LIMITED = "bucket-looker"


def message_of(app: HostApp, field: str) -> str:
    return text_of(app, f"#{field}-field .field-message")


def panel_of(app: HostApp) -> str:
    return text_of(app, "#problem Static")


async def name_bucket(pilot: Pilot[Any], name: str) -> None:
    """Type the bucket's name and leave the field."""
    field = pilot.app.screen.query_one("#bucket-name", Input)
    field.focus()
    field.value = name
    await pilot.pause()
    pilot.app.screen.query_one("#source-name").focus()
    await settle(pilot)


@pytest.fixture
def limited_aws(aws: Aws, embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """A user who may find a bucket, and neither list all of them nor read how one encrypts."""
    iam = aws.client("iam")
    rights = {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"], "Resource": "*"}
    iam.create_user(UserName=LIMITED)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [rights]})
    iam.put_user_policy(UserName=LIMITED, PolicyName="looks", PolicyDocument=policy)
    key = iam.create_access_key(UserName=LIMITED)["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    yield Aws(None, "us-west-2", endpoint_url=embedded_aws.endpoint_url)
    iam.delete_access_key(UserName=LIMITED, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=LIMITED, PolicyName="looks")
    iam.delete_user(UserName=LIMITED)


@pytest.fixture
def faulty_aws(faults: Faults, aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The account's root behind the proxy: its keys are the only ones that pass there."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", cast.CUSTOMER_ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root")
    return Aws(None, "us-west-2", endpoint_url=faults.endpoint_url)


async def test_who_may_not_list_buckets_is_told_and_given_the_statement(limited_aws: Aws, start: Answers) -> None:
    app = HostApp(BucketDetailsScreen(start, limited_aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert "type the whole name" in message_of(app, "bucket-name")
        assert f"user/{LIMITED} is not authorized to perform: s3:ListAllMyBuckets" in panel_of(app)
        app.screen.query_one(".problem-copy", Button).press()
        await settle(pilot)
    assert json.loads(app.copied[0])["Action"] == "s3:ListAllMyBuckets"


async def test_what_may_not_be_read_of_a_bucket_is_told_and_given_the_statement(
    limited_aws: Aws, filled: Answers
) -> None:
    app = HostApp(BucketDetailsScreen(filled, limited_aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert "Found in us-west-2, encryption not readable" in message_of(app, "bucket-name")
        assert "Ask whoever administers your access to allow s3:GetEncryptionConfiguration" in panel_of(app)
        assert "ListAllMyBuckets" not in panel_of(app)
        app.screen.query_one(".problem-copy", Button).press()
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert json.loads(app.copied[0])["Action"] == "s3:GetEncryptionConfiguration"
    assert app.results[0].answers.bucket_region == "us-west-2"


async def test_of_a_locked_bucket_the_kind_of_policy_that_refuses_is_told(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled.with_source(bucket_name=cast.LOCKED), aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert "Found in us-west-2" in message_of(app, "bucket-name")
        assert "explicit deny in a resource-based policy" in panel_of(app)
        assert "owner of arn:aws:s3:::acme-locked to exempt s3:GetEncryptionConfiguration" in panel_of(app)


async def test_a_bucket_of_another_account_is_no_success_where_the_proxy_refuses_the_owner(
    faulty_aws: Aws, faults: Faults, filled: Answers
) -> None:
    refusal = {"code": "AccessDenied", "status": 403}
    faults.add({"service": "s3", "operation": "HeadBucket", "times": 1, "error": refusal})
    app = HostApp(BucketDetailsScreen(filled.with_source(aws_account_id="444455556666"), faulty_aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert message_of(app, "bucket-name").startswith("✗ It exists in us-west-2, but not in account 444455556666")


async def test_facts_of_another_bucket_are_dropped_as_soon_as_the_name_changes(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled.with_source(bucket_name=cast.KMS_LOGS), aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert "Ctrl+K enters it" in message_of(app, "kms-key")
        app.screen.query_one("#bucket-name", Input).value = "Not_A_Bucket"
        await pilot.pause()
        assert "Found in" not in message_of(app, "bucket-name")
        assert "Ctrl+K" not in message_of(app, "kms-key")
        await pilot.press("ctrl+k")
        await settle(pilot)
        assert app.screen.query_one("#kms-key", Input).value == ""
        await name_bucket(pilot, cast.KMS_LOGS)
        assert "Ctrl+K enters it" in message_of(app, "kms-key")


async def test_a_bare_key_id_is_completed_with_the_buckets_place(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled.with_source(kms_key_arn=KEY_ID), aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert f"arn:aws:kms:us-west-2:111122223333:key/{KEY_ID}" in message_of(app, "kms-key")
        assert not app.results


async def test_a_key_of_another_region_is_warned_of(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled.with_source(kms_key_arn=GOV_KEY), aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert message_of(app, "kms-key").startswith("! The key is in us-gov-west-1, the bucket in us-west-2")


async def test_a_bucket_of_another_partition_than_panthers_is_refused(aws: Aws, filled: Answers) -> None:
    gov = replace(filled, panther=PantherDeployment(cast.PANTHER_ACCOUNT, "us-gov-west-1"))
    app = HostApp(BucketDetailsScreen(gov, aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert "us-west-2, of the partition aws, Panther in us-gov-west-1" in message_of(app, "bucket-name")
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert not app.results
        assert app.focused is app.screen.query_one("#bucket-name")


async def test_the_region_is_asked_for_where_nobody_can_look_it_up(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(replace(filled, identity=None, bucket_region=""), aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        field = app.screen.query_one("#bucket-region", Input)
        assert field.display
        assert field.value == "us-west-2"
        for value, expected in (("", "✗ Enter a region's code"), ("us-gov-west-1", "✗ The bucket is in us-gov-west-1")):
            field.value = value
            await pilot.press("ctrl+n")
            await settle(pilot)
            assert message_of(app, "bucket-region").startswith(expected)
            assert app.focused is field
        field.value = "us-wset-2"
        await pilot.pause()
        assert "Did you mean us-west-2?" in message_of(app, "bucket-region")
        field.value = " eu-central-\n1 "
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)
    assert app.results[0].answers.bucket_region == "eu-central-1"


async def test_the_region_is_asked_for_only_while_aws_does_not_tell_it(aws: Aws, start: Answers) -> None:
    app = HostApp(BucketDetailsScreen(start.with_source(bucket_name="acme-no-such-bucket"), aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert app.screen.query_one("#bucket-region-field").display
        await name_bucket(pilot, cast.VPC_FLOW)
        assert "Found in us-east-1" in message_of(app, "bucket-name")
        assert not app.screen.query_one("#bucket-region-field").display


async def test_without_aws_the_region_typed_counts(unreachable_aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(replace(filled, bucket_region=""), unreachable_aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert app.screen.query_one(ProblemPanel).display
        app.screen.query_one("#bucket-region", Input).value = "eu-west-1"
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.bucket_region == "eu-west-1"


async def test_continue_waits_for_the_buckets_region(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled.with_source(bucket_name=""), aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one("#bucket-name", Input).value = cast.VPC_FLOW
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.bucket_region == "us-east-1"


async def test_continue_stays_where_the_bucket_it_waited_for_is_not_there(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled.with_source(bucket_name=""), aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one("#bucket-name", Input).value = "acme-no-such-bucket"
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert not app.results
        assert "no such bucket" in message_of(app, "bucket-name")
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)


async def test_of_twenty_thousand_buckets_fifty_are_offered_at_each_letter(aws: Aws, start: Answers) -> None:
    names = tuple(f"logs-{number:05}" for number in range(20_000))
    app = HostApp(BucketDetailsScreen(start, aws, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one(BucketCalls).post_message(BucketCalls.Listed(names))
        app.screen.query_one("#bucket-name").focus()
        await pilot.pause()
        offered = app.screen.query_one("#buckets", OptionList)
        for letter in "logs-1234":
            await pilot.press(letter)
            assert 0 < offered.option_count <= 50
        assert [option.id for option in offered.options] == [f"logs-1234{number}" for number in range(10)]


@pytest.mark.parametrize(("offered", "expected"), [(cast.KMS_LOGS, {"Use the bucket's key"}), (cast.CLOUDTRAIL, set())])
async def test_the_palette_holds_what_the_step_can_do(
    aws: Aws, filled: Answers, offered: str, expected: set[str]
) -> None:
    screen = BucketDetailsScreen(filled.with_source(bucket_name=offered), aws, PantherAccess())
    app = HostApp(screen)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        commands: dict[str, Callable[[], Any]] = {each.title: each.callback for each in screen.system_commands()}
        assert {"Back", "Help", "Look the bucket up again", "Add a prefix"} | expected <= set(commands)
        assert ("Use the bucket's key" in commands) == bool(expected)
        await commands["Add a prefix"]()
        await settle(pilot)
        assert app.focused is app.screen.query_one("#prefix-2")
