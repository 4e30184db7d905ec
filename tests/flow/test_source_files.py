"""A saved source file, opened again."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.source_file import dump_source_file, load_source_file
from screens.parts.dialogs import PickDialog
from tests.flow.conftest import Wizard
from tests.flow.walk import choose, go_on, type_into, until
from tui.options import AwsOptions
from tui.prefill import prefilled

TEXT = """\
panther: {account_id: "999988887777", region: us-west-2, api_url: "https://api.acme.runpanther.net"}
sources:
  - name: first one
    aws_account_id: "111122223333"
    bucket_name: acme-cloudtrail
    log_processing_role_arn: arn:aws:iam::111122223333:role/PantherLogProcessingRole-another
    drop_off_alarm_minutes: 90
  - name: second one
    aws_account_id: "111122223333"
    bucket_name: acme-empty
    panther_managed_bucket_notifications_enabled: true
onboarding:
  iam_role: manual
  changes: plan
"""


def choices(path: Path) -> list[Answers]:
    loaded = load_source_file(path)
    return [prefilled(Answers(region="us-west-2"), loaded, place) for place in range(len(loaded.sources))]


def test_every_answer_of_the_file_is_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "source.yml"
    path.write_text(TEXT)
    first, second = choices(path)
    assert (first.suffix, first.alarm_number, first.alarm_period, first.alarm_on) == ("another", "90", "minutes", True)
    assert (second.suffix, second.alarm_on, second.notifications_by.value) == ("", False, "panther")
    assert not first.unsaved
    assert first.finished == (second.source,)


async def test_one_of_several_is_asked_for_and_saving_keeps_them_all(wizard: Wizard, tmp_path: Path) -> None:
    path = tmp_path / "source.yml"
    path.write_text(TEXT)
    app = wizard(*choices(path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, PickDialog)
        app.screen.query_one(OptionList).focus()
        await pilot.press("enter")
        await until(pilot, Step.WELCOME)
        await go_on(pilot, Step.BUCKET_DETAILS)
        assert app.screen.query_one("#source-name", Input).value == "first one"
        await go_on(pilot, Step.IAM_METHOD)
        await choose(pilot, "manual", Step.MANUAL_ROLE)
        for wanted in (
            Step.ROLE_ARN,
            Step.VALIDATION,
            Step.NOTIFICATIONS,
            Step.VALIDATION_AGAIN,
            Step.DROP_OFF_ALARM,
            Step.FINISH,
        ):
            await go_on(pilot, wanted)
        await pilot.press("ctrl+s")
        await pilot.pause()
        await type_into(pilot, "save-path", str(tmp_path / "again.yml"))
        await pilot.press("enter")
        await until(pilot, Step.FINISH)
    before, after = load_source_file(path), load_source_file(tmp_path / "again.yml")
    assert after.api_url == before.api_url
    assert after.onboarding == before.onboarding == {"iam_role": "manual", "changes": "plan"}
    assert after.panther == before.panther
    assert sorted(after.sources, key=str) == sorted(before.sources, key=str)


def test_a_written_file_reads_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "source.yml"
    path.write_text(TEXT)
    loaded = load_source_file(path)
    text = dump_source_file(loaded.panther, loaded.sources, api_url=loaded.api_url, onboarding=loaded.onboarding)
    path.write_text(text)
    assert load_source_file(path) == loaded


def test_flags_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert AwsOptions(region="us-east-1").environment_region() == "us-east-1"
    assert AwsOptions().environment_region() == "eu-west-1"
