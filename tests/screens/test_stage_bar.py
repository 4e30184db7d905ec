"""The stages on top: by name where there is room, else by marks and numbers, the one at hand always named."""

from __future__ import annotations

import pytest

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.panther_api.access import PantherAccess
from screens.drop_off_alarm import DropOffAlarmScreen
from screens.parts.chrome import StageBar
from tests.host import HostApp, settle


def told(app: HostApp) -> str:
    return str(app.screen.query_one(StageBar).render())


@pytest.mark.parametrize(
    ("width", "by_api", "first", "at_hand", "last"),
    [
        (80, False, "✓ Start", " 6 Alarm ", "7 Finish"),
        (80, True, "✓ Start", " 7 Alarm ", "8 Finish"),
        (60, True, "✓  ✓", " 7 Alarm ", "  8"),
        (40, True, "✓  ✓", " 7 Alarm ", "  8"),
    ],
)
async def test_the_stages_fit_the_window(width: int, by_api: bool, first: str, at_hand: str, last: str) -> None:
    app = HostApp(DropOffAlarmScreen(Answers(by_api=by_api), Aws(None, "us-west-2"), PantherAccess()))
    async with app.run_test(size=(width, 24)) as pilot:
        await settle(pilot)
        assert told(app).startswith(first)
        assert at_hand in told(app)
        assert told(app).endswith(last)
        assert len(told(app)) <= width - 4


async def test_they_follow_the_window() -> None:
    app = HostApp(DropOffAlarmScreen(Answers(by_api=True), Aws(None, "us-west-2"), PantherAccess()))
    async with app.run_test(size=(50, 24)) as pilot:
        await settle(pilot)
        assert "Start" not in told(app)
        await pilot.resize_terminal(100, 24)
        await settle(pilot)
        assert "✓ Start" in told(app)
