from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Select, Static, TextArea

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.aws.session import Aws
from panther_s3.flow import Back, Forward
from panther_s3.panther_api.access import PantherAccess
from panther_s3.source import PrefixLogTypes, S3Source, StreamType
from screens.bucket_details import BucketDetailsScreen
from screens.parts.bucket_field import BucketField
from screens.parts.log_types_dialog import LogTypesDialog
from screens.parts.problem_panel import ProblemPanel
from tests.host import HOSTILE, HostApp, settle, text_of


def message_of(app: HostApp, field: str) -> str:
    return text_of(app, f"#{field}-field .field-message")


async def fill(app: HostApp, **values: str) -> None:
    for name, value in values.items():
        app.screen.query_one(f"#{name.replace('_', '-')}", Input).value = value


async def test_a_bucket_is_described_and_the_form_gives_its_answers(aws: Aws, start: Answers) -> None:
    app = HostApp(BucketDetailsScreen(start, aws, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"prod trail", "tab", "tab", *"acme-cloudtrail", "tab")
        await settle(pilot)
        assert "Found in us-west-2" in message_of(app, "bucket-name")
        await pilot.click("#forward")
        await settle(pilot)
    answers = app.results[0].answers
    assert isinstance(app.results[0], Forward)
    assert answers.bucket_region == "us-west-2"
    assert answers.source.name == "prod trail"
    assert answers.source.aws_account_id == "111122223333"
    assert answers.source.bucket_name == "acme-cloudtrail"


async def test_buckets_are_offered_while_one_types(aws: Aws, start: Answers) -> None:
    app = HostApp(BucketDetailsScreen(start, aws, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#bucket-name").focus()
        await pilot.press(*"flow")
        offered = app.screen.query_one("#buckets", OptionList)
        assert [option.id for option in offered.options] == ["acme-vpc-flow"]
        await pilot.press("down", "enter")
        await settle(pilot)
        assert app.screen.query_one("#bucket-name", Input).value == "acme-vpc-flow"
        assert not offered.display
        await pilot.press("tab")
        await settle(pilot)
        assert "Found in us-east-1" in message_of(app, "bucket-name")


def test_thousands_of_buckets_are_narrowed_to_few() -> None:
    field = BucketField("")
    field._names = (*(f"logs-{number:05}" for number in range(20_000)), "audit-logs-00001")
    assert field.matching("logs-00001") == ["logs-00001", "audit-logs-00001"]
    assert len(field.matching("logs")) == 50


async def test_a_customer_managed_key_is_offered_with_one_key(aws: Aws, start: Answers) -> None:
    app = HostApp(BucketDetailsScreen(start, aws, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await fill(app, bucket_name="acme-kms-logs")
        app.screen.query_one("#bucket-name").focus()
        app.screen.query_one("#source-name").focus()
        await settle(pilot)
        assert "Ctrl+K enters it" in message_of(app, "kms-key")
        await pilot.press("ctrl+k")
        await settle(pilot)
        key = app.screen.query_one("#kms-key", Input).value
        assert key.startswith("arn:aws:kms:us-west-2:111122223333:key/")
        assert "Ctrl+K" not in message_of(app, "kms-key")


async def test_a_missing_bucket_is_told_and_can_be_tried_again(aws: Aws, start: Answers) -> None:
    answers = start.with_source(bucket_name="acme-no-such-bucket")
    app = HostApp(BucketDetailsScreen(answers, aws, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        panel = app.screen.query_one(ProblemPanel)
        assert panel.problem is not None
        assert "acme-no-such-bucket" in panel.problem.title
        await fill(app, bucket_name="acme-empty")
        app.screen.query_one("#bucket-name").focus()
        app.screen.query_one("#kms-key").focus()
        await settle(pilot)
        assert panel.problem is None


async def test_another_account_than_the_profiles_is_said_at_once(aws: Aws, start: Answers) -> None:
    app = HostApp(BucketDetailsScreen(start.with_source(aws_account_id="444455556666"), aws, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "belongs to 111122223333" in message_of(app, "account-id")


async def test_panthers_own_account_is_warned_of(aws: Aws, start: Answers) -> None:
    app = HostApp(BucketDetailsScreen(start.with_source(aws_account_id="999988887777"), aws, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Panther" in message_of(app, "account-id")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("source-name", "prod_trail", "dashes"),
        ("account-id", "12345", "12 digits"),
        ("bucket-name", "Acme", "upper-case"),
        ("kms-key", "arn:aws:kms:us-west-2:111122223333:alias/logs", "alias"),
        ("prefix-1", "/logs", "slash"),
    ],
)
async def test_each_rule_has_its_sentence_under_its_field(
    aws: Aws, filled: Answers, field: str, value: str, expected: str
) -> None:
    app = HostApp(BucketDetailsScreen(filled, aws, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one(f"#{field}", Input).value = value
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert not app.results
        assert expected in message_of(app, field).lower()
        assert app.focused is app.screen.query_one(f"#{field}")


async def test_pasted_text_is_taken_cleanly(aws: Aws, start: Answers) -> None:
    app = HostApp(BucketDetailsScreen(start, aws, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#bucket-name").focus()
        await pilot.pause()
        app.post_message(events.Paste("\n  s3://acme-cloudtrail/AWSLogs/ \n"))
        await settle(pilot)
        assert app.screen.query_one("#bucket-name", Input).value == "acme-cloudtrail"


@pytest.mark.parametrize(
    ("field", "pasted", "read"),
    [
        ("source-name", "prod\ntrail", "prod trail"),
        ("account-id", " 1111-2222-\n3333", "111122223333"),
        ("bucket-name", "acme-\n  cloudtrail\n", "acme-cloudtrail"),
        (
            "kms-key",
            "arn:aws:kms:us-west-2:111122223333:\n  key/11112222",
            "arn:aws:kms:us-west-2:111122223333:key/11112222",
        ),
        ("prefix-1", "AWS Logs/\n", "AWS Logs/"),
    ],
)
async def test_a_wrapped_paste_is_joined_as_its_field_wants(
    aws: Aws, start: Answers, field: str, pasted: str, read: str
) -> None:
    app = HostApp(BucketDetailsScreen(start.with_source(aws_account_id=" "), aws, PantherAccess()))
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        typed = app.screen.query_one(f"#{field}", Input)
        typed.focus()
        await pilot.pause()
        app.post_message(events.Paste(pasted))
        await settle(pilot)
        assert typed.value.strip() == read


@pytest.mark.parametrize("grouped", ["1111 2222 3333", "1111-2222-3333"])
async def test_an_account_id_typed_in_groups_is_read_and_shown_together(
    aws: Aws, filled: Answers, grouped: str
) -> None:
    app = HostApp(BucketDetailsScreen(filled, aws, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        field = app.screen.query_one("#account-id", Input)
        field.value = grouped
        field.focus()
        await pilot.press("tab")
        await settle(pilot)
        assert field.value == "111122223333"
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.source.aws_account_id == "111122223333"


async def test_back_keeps_what_was_typed_and_judges_nothing(aws: Aws, start: Answers) -> None:
    app = HostApp(BucketDetailsScreen(start, aws, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await fill(app, source_name="prod_trail!", bucket_name="NOT VALID")
        await pilot.press("escape")
        await settle(pilot)
    assert isinstance(app.results[0], Back)
    assert app.results[0].answers.source.name == "prod_trail!"
    assert app.results[0].answers.source.bucket_name == "NOT VALID"


async def test_rows_can_be_added_and_removed_but_not_doubled(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled, aws, PantherAccess()))
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        app.screen.query_one("#add-prefix").focus()
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press(*"AWSLogs/", "ctrl+n")
        await settle(pilot)
        assert "Another row" in message_of(app, "prefix-2")
        app.screen.query_one("#exclusions-2", TextArea).text = "AWSLogs/debug/\n\nAWSLogs/*/tmp/"
        app.screen.query_one("#prefix-2", Input).value = "AWSLogs"
        await pilot.press("ctrl+n")
        await settle(pilot)
    rows = app.results[0].answers.source.prefix_log_types
    assert rows[1] == PrefixLogTypes("AWSLogs", (), ("AWSLogs/debug/", "AWSLogs/*/tmp/"))


async def test_an_exclusion_outside_its_prefix_is_warned_of(aws: Aws, filled: Answers) -> None:
    source = replace(filled.source, prefix_log_types=(PrefixLogTypes("logs/", (), ("other/",)),))
    app = HostApp(BucketDetailsScreen(replace(filled, source=source), aws, PantherAccess()))
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        app.screen.query_one("#exclusions-1").focus()
        await pilot.press("tab")
        assert "logs/" in message_of(app, "exclusions-1")
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)


async def test_the_option_of_a_stream_type_shows_with_it(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled, aws, PantherAccess()))
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        assert not app.screen.query_one("#envelope-field-field").display
        app.screen.query_one("#stream-type", Select).value = StreamType.JSON_ARRAY
        await pilot.pause()
        await fill(app, envelope_field="Records")
        assert app.screen.query_one("#envelope-field-field").display
        await pilot.press("ctrl+n")
        await settle(pilot)
    source = app.results[0].answers.source
    assert source.log_stream_type is StreamType.JSON_ARRAY
    assert source.log_stream_type_options.json_array_envelope_field == "Records"


async def test_notifications_by_panther_change_the_role(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled, aws, PantherAccess()))
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        app.screen.query_one("#notifications-by").focus()
        await pilot.press("down", "enter", "ctrl+n")
        await settle(pilot)
    answers = app.results[0].answers
    assert answers.notifications_by is NotificationsBy.PANTHER
    assert answers.source.panther_managed_bucket_notifications_enabled


async def test_log_types_are_searched_and_custom_ones_added(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled, aws, PantherAccess()))
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        app.screen.query_one("#log-types-1").focus()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, LogTypesDialog)
        await pilot.press(*"AWS.ALB", "enter", *"Custom.MyLogs", "enter")
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.source.prefix_log_types[0].log_types == ("AWS.CloudTrail", "AWS.ALB", "Custom.MyLogs")


async def open_log_types(pilot: Pilot[Any], *keys: str) -> LogTypesDialog:
    """Open the list of log types of the first row, and press `keys` in it."""
    pilot.app.screen.query_one("#log-types-1").focus()
    await pilot.press("enter")
    await pilot.pause()
    await pilot.press(*keys)
    await pilot.pause()
    assert isinstance(pilot.app.screen, LogTypesDialog)
    return pilot.app.screen


async def test_a_part_of_a_known_name_is_not_taken_for_it(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled, aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        dialog = await open_log_types(pilot, *"Okta.System", "enter")
        rows = [str(option.prompt) for option in dialog.options.options]
        assert rows == ["Add 'Okta.System' (not a known log type)", "[ ] Okta.SystemLog"]
        assert app.focused is dialog.options
        await pilot.press("up", "enter", "ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.source.prefix_log_types[0].log_types == ("AWS.CloudTrail", "Okta.System")


async def test_a_part_of_a_known_name_leads_to_it(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled, aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await open_log_types(pilot, *"okta.system", "enter", "enter")
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.source.prefix_log_types[0].log_types == ("AWS.CloudTrail", "Okta.SystemLog")


async def test_what_cannot_be_a_log_type_is_not_offered(aws: Aws, filled: Answers) -> None:
    app = HostApp(BucketDetailsScreen(filled, aws, PantherAccess()))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        dialog = await open_log_types(pilot, *"custom.logs", "enter")
        assert dialog.options.option_count == 0
        assert "Custom.Name" in text_of(app, "#log-type-note")
        assert app.focused is dialog.search


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("prefix-2", "S3 Prefix Filter:"),
        ("exclusions-2", "S3 Exclusion Filter:"),
        ("log-types-2", "What the objects of this row hold"),
        ("add-prefix", "Each row says"),
        ("kms-key", "The ARN of the KMS key"),
    ],
)
async def test_f1_explains_each_field_of_each_row(aws: Aws, filled: Answers, field: str, words: str) -> None:
    rows = (*filled.source.prefix_log_types, PrefixLogTypes("other/"))
    app = HostApp(BucketDetailsScreen(filled.with_source(prefix_log_types=rows), aws, PantherAccess()))
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(pilot)
        app.screen.query_one(f"#{field}").focus()
        await pilot.press("f1")
        await pilot.pause()
        assert text_of(app, ".help-field").startswith(words)


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_hostile_text_is_shown_as_it_is(aws: Aws, start: Answers, hostile: str) -> None:
    row = PrefixLogTypes(hostile, (hostile,), (hostile,))
    source = S3Source(hostile, hostile, hostile, hostile, prefix_log_types=(row,))
    app = HostApp(BucketDetailsScreen(replace(start, source=source), aws, PantherAccess()))
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert not app.results
        assert "\x1b" not in "".join(str(widget.render()) for widget in app.screen.query(Static))
