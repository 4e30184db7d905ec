from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from textual.widgets import Button, Input

from panther_s3.answers import Answers
from panther_s3.flow import Back, Forward
from panther_s3.templates import role_template
from screens.console_ui import ConsoleUiScreen
from screens.parts.document import DocumentView
from screens.parts.save_dialog import SaveDialog
from tests.host import HostApp, settle, text_of


class BrowserlessApp(HostApp):
    """Keeps the addresses that a browser would be asked to open."""

    def __init__(self, screen: ConsoleUiScreen) -> None:
        super().__init__(screen)
        self.opened: list[str] = []

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        self.opened.append(url)


def parameters_of(link: str) -> dict[str, str]:
    """Return what the link fills in; the console reads it behind the `#`."""
    return {name: values[0] for name, values in parse_qs(urlsplit(link).fragment.partition("?")[2]).items()}


def shown_link(app: HostApp) -> str:
    return app.screen.query_one("#link", DocumentView).text


async def test_the_link_fills_in_the_operators_values(filled: Answers) -> None:
    app = BrowserlessApp(ConsoleUiScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        link = shown_link(app)
    filled_in = parameters_of(link)
    assert filled_in["stackName"] == "panther-log-analysis-setup-prod-trail"
    assert filled_in["param_S3Bucket"] == "acme-cloudtrail"
    assert filled_in["param_RoleSuffix"] == "prod-trail"
    assert filled_in["param_MasterAccountId"] == "999988887777"


async def test_a_value_with_signs_of_an_address_reaches_the_form_whole(filled: Answers) -> None:
    profiled = filled.with_source(kms_key_arn="arn:aws:kms:us-west-2:111122223333:key/a&b=c#d%20e+f g")
    app = BrowserlessApp(ConsoleUiScreen(profiled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert parameters_of(shown_link(app))["param_KmsKey"] == profiled.source.kms_key_arn


async def test_the_browser_gets_the_link_that_is_shown(filled: Answers) -> None:
    app = BrowserlessApp(ConsoleUiScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.focused is app.screen.query_one("#open-link")
        await pilot.press("enter")
        await settle(pilot)
        assert app.opened == [shown_link(app)]


async def test_the_link_is_copied_without_line_ends(filled: Answers) -> None:
    app = BrowserlessApp(ConsoleUiScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#link .document-copy", Button).press()
        await settle(pilot)
        assert app.copied == [shown_link(app)]
    assert not any(character.isspace() for character in app.copied[0])


async def test_ones_own_template_is_uploaded_and_said_to_be(filled: Answers) -> None:
    app = BrowserlessApp(ConsoleUiScreen(filled))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert not app.screen.query_one("#save-template").display
        app.screen.query_one("#template-choice").focus()
        await pilot.press("down", "enter")
        await settle(pilot)
        assert app.screen.query_one("#save-template").display
        assert "Save our template" in text_of(app, "#console-steps")
        assert "templateURL" not in shown_link(app)
        await pilot.click("#open-link")
        await settle(pilot)
        assert app.opened == [shown_link(app)]


async def test_ones_own_template_is_saved_as_the_wizard_would_apply_it(filled: Answers, tmp_path: Path) -> None:
    app = BrowserlessApp(ConsoleUiScreen(filled))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one("#template-choice").focus()
        await pilot.press("down", "enter")
        await pilot.click("#save-template")
        await settle(pilot)
        assert isinstance(app.screen, SaveDialog)
        proposed = app.screen.query_one("#save-path", Input)
        assert proposed.value == "panther-log-analysis-setup-prod-trail.yml"
        proposed.value = str(tmp_path / proposed.value)
        await pilot.press("enter")
        await settle(pilot)
    saved = (tmp_path / "panther-log-analysis-setup-prod-trail.yml").read_text()
    assert saved == role_template(filled.source, filled.panther, "prod-trail")


@pytest.mark.parametrize(
    ("region", "domain"),
    [
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
    ],
)
async def test_where_panthers_template_cannot_be_read_only_ones_own_is_offered(
    filled: Answers, region: str, domain: str
) -> None:
    app = BrowserlessApp(ConsoleUiScreen(replace(filled, bucket_region=region)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        public, own = app.screen.query("#template-choice RadioButton")
        assert public.disabled
        assert own.value  # type: ignore[attr-defined]
        assert urlsplit(shown_link(app)).netloc == domain
        assert "templateURL" not in shown_link(app)


async def test_going_on_and_back_keep_the_answers(filled: Answers) -> None:
    for key, kind in (("ctrl+n", Forward), ("escape", Back)):
        app = BrowserlessApp(ConsoleUiScreen(filled))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await pilot.press(key)
            await settle(pilot)
        assert app.results == [kind(filled)]
