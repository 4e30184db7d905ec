"""Takes pictures of screens; what is known to the screens of which pictures are taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.demo import cast
from panther_s3.panther import PantherDeployment
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType
from tests.host import HostApp, settle

NARROW, WIDE = (80, 24), (120, 40)
PANTHER = PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION)
IDENTITY = CallerIdentity(cast.CUSTOMER_ACCOUNT, f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:user/operator", "acme-logging")
SOURCE = S3Source(
    name="snap trail",
    aws_account_id=cast.CUSTOMER_ACCOUNT,
    bucket_name=cast.CLOUDTRAIL,
    log_stream_type=StreamType.JSON_ARRAY,
    log_stream_type_options=StreamOptions("Records"),
    prefix_log_types=(PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail",), ("AWSLogs/*/Digest/",)),),
)
START = Answers(profile="default", region="us-west-2", identity=IDENTITY, panther=PANTHER)
FILLED = replace(START, source=SOURCE, bucket_region="us-west-2")

Before = Callable[[Pilot[Any]], Awaitable[None]]


class Picture:
    """Takes the picture of a screen and sees that the words that matter are in it."""

    def __init__(self, snap_compare: Callable[..., bool]) -> None:
        self._compare = snap_compare

    def shows(
        self,
        screen: Screen[Any],
        *words: str,
        size: tuple[int, int] = NARROW,
        keys: tuple[str, ...] = (),
        theme: str = "panther-dark",
        before: Before | None = None,
    ) -> bool:
        """Tell whether the screen looks as it did, after `keys` and `before`, and asserts that it says `words`."""

        async def prepare(pilot: Pilot[Any]) -> None:
            await settle(pilot)
            for key in keys:
                await pilot.press(key)
                await settle(pilot)
            if before is not None:
                await before(pilot)
                await settle(pilot)
            seen = " ".join("".join(strip.text for strip in _strips(pilot)).split())
            for word in words:
                assert word in seen, seen

        app = HostApp(screen, theme=theme)
        app.sub_title = "demo"
        return self._compare(app, terminal_size=size, run_before=prepare)


def _strips(pilot: Pilot[Any]) -> list[Any]:
    return list(pilot.app.screen._compositor.render_strips())


def press(*buttons: str) -> Before:
    """Press the action bar's buttons, one after the other."""

    async def in_turn(pilot: Pilot[Any]) -> None:
        for button in buttons:
            await pilot.click(button)
            await settle(pilot)

    return in_turn
