"""Going on and back faster than screens come."""

from __future__ import annotations

from textual import events

from panther_s3.flow import Step
from tests.flow.conftest import Wizard
from tests.flow.walk import choose, step, to_methods, until
from tests.host import settle


async def test_keys_in_one_burst_end_on_a_step_that_stands(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        for _ in range(3):  # as a terminal delivers a key that is held down: none waits for the one before
            app.post_message(events.Key("ctrl+n", None))
        await until(pilot, Step.BUCKET_DETAILS)
        assert step(pilot) is Step.BUCKET_DETAILS


async def test_a_burst_over_the_role_leads_no_further_than_it_is_shown(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_methods(pilot, "burst")
        await choose(pilot, "template-file", Step.TEMPLATE_FILE)
        for _ in range(2):
            app.post_message(events.Key("ctrl+n", None))
        await settle(pilot)
        assert step(pilot) in (Step.ROLE_ARN, Step.VALIDATION)
        for _ in range(2):
            app.post_message(events.Key("escape", None))
        await settle(pilot)
        assert app.is_running
    assert app.return_code in (None, 0)
