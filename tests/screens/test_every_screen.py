"""What holds for every step: hostile text, small and wide windows, resizing, keys and mouse, NO_COLOR."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.widgets import Static

from panther_s3.answers import Answers, CallerIdentity, IamMethod, Made, NotificationsBy
from panther_s3.aws.session import Aws
from panther_s3.flow import Back, Done, Forward, Step
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.access import PantherAccess
from panther_s3.source import PrefixLogTypes, S3Source
from screens.bucket_details import BucketDetailsScreen
from screens.console_ui import ConsoleUiScreen
from screens.drop_off_alarm import DropOffAlarmScreen
from screens.finish import FinishScreen
from screens.iam_method import IamMethodScreen
from screens.manual_role import ManualRoleScreen
from screens.notifications import NotificationsScreen
from screens.panther_source import PantherSourceScreen
from screens.parts.chrome import AppBar
from screens.parts.help_dialog import HelpDialog
from screens.step import StepScreen
from screens.template_file import TemplateFileScreen
from screens.validation import ValidationScreen
from tests.host import HOSTILE, HostApp, settle
from tui.connections import Connections
from tui.wiring import screen_for

Build = Callable[[Answers, Aws], StepScreen]
BY_HAND: dict[str, Build] = {
    "console_ui": lambda answers, aws: ConsoleUiScreen(answers),
    "template_file": lambda answers, aws: TemplateFileScreen(answers),
    "manual_role": lambda answers, aws: ManualRoleScreen(answers),
    "notifications": lambda answers, aws: NotificationsScreen(
        replace(answers, notifications_by=NotificationsBy.OPERATOR), aws
    ),
    "drop_off_alarm": lambda answers, aws: DropOffAlarmScreen(answers, Aws(None, "us-west-2"), PantherAccess()),
    "finish": lambda answers, aws: FinishScreen(answers, aws, PantherAccess()),
}


def _in_panther(answers: Answers) -> Answers:
    """The answers of a run whose source is in a Panther for which no token is known any more."""
    return replace(answers, api_url="https://acme.runpanther.net", by_api=True, source_id=answers.source.name)


OF_ANSWERS: dict[str, Build] = BY_HAND | {
    "iam_method": IamMethodScreen,
    "validation": ValidationScreen,
    "notifications_here": NotificationsScreen,
    "bucket_details_in_panther": lambda answers, aws: BucketDetailsScreen(_in_panther(answers), aws, PantherAccess()),
    "panther_source": lambda answers, aws: PantherSourceScreen(_in_panther(answers), aws, PantherAccess()),
    "drop_off_alarm_in_panther": lambda answers, aws: DropOffAlarmScreen(_in_panther(answers), aws, PantherAccess()),
    "finish_in_panther": lambda answers, aws: FinishScreen(_in_panther(answers), aws, PantherAccess()),
}


def hostile_answers(text: str) -> Answers:
    """Answers in which every text is `text`; no control characters where templates refuse them."""
    return Answers(
        profile=text,
        region="us-west-2",
        identity=CallerIdentity("111122223333", text, text),
        panther=PantherDeployment("999988887777", "us-west-2"),
        source=S3Source(text, "444455556666", text, prefix_log_types=(PrefixLogTypes(text, (text,), (text,)),)),
        suffix="suffix",
        failed_checks=(text,),
        validation_note=text,
        made=(Made(text, text, text, text),),
    )


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.isprintable()])
@pytest.mark.parametrize("name", OF_ANSWERS)
async def test_hostile_text_is_shown_as_it_is(aws: Aws, name: str, text: str) -> None:
    app = HostApp(OF_ANSWERS[name](hostile_answers(text), aws))
    async with app.run_test(size=(160, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        assert str(app.screen.query_one(AppBar).render()).rstrip().endswith(text)


@pytest.mark.parametrize(
    "name",
    [
        "iam_method",
        "finish",
        "finish_in_panther",
        "panther_source",
        "drop_off_alarm",
        "drop_off_alarm_in_panther",
        "notifications",
    ],
)
async def test_control_characters_are_made_visible(aws: Aws, name: str) -> None:
    app = HostApp(OF_ANSWERS[name](hostile_answers("\x1b[31mred\x07"), aws))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        shown = "".join(str(widget.render()) for widget in app.screen.query(Static))
        assert "\x1b" not in shown
        assert "\x07" not in shown


@pytest.mark.parametrize("step", Step)
async def test_the_way_on_stays_in_the_window_at_any_size(
    connect: Callable[[str | None, str], Aws], filled: Answers, step: Step
) -> None:
    connections = Connections(connect("default", "us-west-2").endpoint_url, lambda serial: "")
    app = HostApp(screen_for(step, filled, connections))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for size in ((60, 20), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            buttons = [button for button in app.screen.query("#actions Button") if button.display]
            assert buttons
            for button in buttons:
                assert button.region.width, (size, button)
                assert app.screen.region.contains_region(button.region), (size, button)


@pytest.mark.parametrize("name", BY_HAND)
async def test_a_click_goes_on_and_escape_goes_back(aws: Aws, filled: Answers, name: str) -> None:
    for press, expected in (("click", Forward), ("escape", Back)):
        answers = replace(filled, saved=(filled.source,))
        app = HostApp(BY_HAND[name](answers, aws))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await (pilot.click("#forward") if press == "click" else pilot.press("escape"))
            await settle(pilot)
        result = app.results[0]
        assert isinstance(result, Done if name == "finish" and press == "click" else expected)
        assert result.answers.source.bucket_name == "acme-cloudtrail"


@pytest.mark.parametrize("name", OF_ANSWERS)
async def test_f1_explains_and_closes(aws: Aws, filled: Answers, name: str) -> None:
    app = HostApp(OF_ANSWERS[name](filled, aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, HelpDialog)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, StepScreen)


async def test_without_colour_the_state_can_still_be_read(
    aws: Aws, filled: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = HostApp(
        ValidationScreen(filled.with_source(log_processing_role_arn="arn:aws:iam::111122223333:role/no"), aws)
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        words = " ".join(str(widget.render()) for widget in app.screen.query(".check-head").results(Static))
        assert "✗ Failed" in words
        assert "✓ OK" in words


@pytest.mark.parametrize("by", NotificationsBy)
async def test_each_way_of_notifications_says_who_does_it(aws: Aws, filled: Answers, by: NotificationsBy) -> None:
    app = HostApp(NotificationsScreen(replace(filled, notifications_by=by), aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        lead = str(app.screen.query_one("#notifications-lead", Static).render())
    expected = {
        "wizard": "0 of 5 links are there",
        "panther": "Panther sets these up itself",
        "operator": "Set up elsewhere",
    }
    assert lead.startswith(expected[by.value])


async def test_values_are_copied_one_by_one(aws: Aws, filled: Answers) -> None:
    app = HostApp(FinishScreen(filled, aws, PantherAccess()))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        app.screen.query(".copy-button").first().focus()
        await pilot.press("enter")
        await settle(pilot)
    assert app.copied == ["prod trail"]


@pytest.mark.parametrize(
    ("number", "period", "minutes"), [("15", "minutes", 15), ("24", "hours", 1440), ("30", "days", 43200)]
)
async def test_the_alarm_is_kept_in_minutes(filled: Answers, number: str, period: str, minutes: int) -> None:
    app = HostApp(
        DropOffAlarmScreen(
            replace(filled, alarm_number=number, alarm_period=period), Aws(None, "us-west-2"), PantherAccess()
        )
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.source.drop_off_alarm_minutes == minutes


async def test_no_alarm_is_kept_as_none(filled: Answers) -> None:
    app = HostApp(DropOffAlarmScreen(filled, Aws(None, "us-west-2"), PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("space", "ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.source.drop_off_alarm_minutes is None
    assert not app.results[0].answers.alarm_on


async def test_a_region_of_another_partition_gets_its_own_link_and_template(filled: Answers) -> None:
    china = replace(filled, bucket_region="cn-north-1", iam_method=IamMethod.CONSOLE_UI)
    app = HostApp(ConsoleUiScreen(china))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.shown
        assert isinstance(screen, ConsoleUiScreen)
        assert screen.link.startswith("https://cn-north-1.console.amazonaws.cn/")
        assert "cannot read" in " ".join(str(widget.render()) for widget in screen.query(".note").results(Static))
