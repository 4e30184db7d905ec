"""How long the event loop is held up while AWS calls run: the longest gap between two heartbeats.

The wizard runs headless against the embedded AWS. For each step, the gap while its calls run is
compared with the gap while the same screen is at rest, of the same run.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import replace

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when Textual is first imported

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.session import Aws
from panther_s3.demo import cast, start_demo
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.access import PantherAccess
from panther_s3.source import S3Source
from screens.bucket_details import BucketDetailsScreen
from screens.parts.bucket_field import BucketField
from screens.step import StepScreen
from screens.validation import ValidationScreen
from screens.welcome import WelcomeScreen
from tests.host import HostApp, settle

AIM_MS = 50
BUCKETS = 20_000
ROUNDS = 5
"""How often typing is repeated, so that what other programs do meanwhile does not count."""
ROLE = f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:role/PantherLogProcessingRole-none"


async def longest_gap(during: Callable[[], object]) -> float:
    """Return the longest time in ms between two heartbeats while what `during` starts goes on."""
    longest, ended = 0.0, False

    async def beat() -> None:
        nonlocal longest
        last = time.perf_counter()
        while not ended:
            await asyncio.sleep(0)
            now = time.perf_counter()
            longest = max(longest, now - last)
            last = now

    heart = asyncio.create_task(beat())
    result = during()
    if asyncio.iscoroutine(result):
        await result
    ended = True
    await heart
    return longest * 1000


async def measure(name: str, screen: StepScreen) -> None:
    """Print the gaps of `screen` while it asks AWS again, and at rest."""
    app = HostApp(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)

        async def ask() -> None:
            screen.retry()
            await settle(pilot)

        busy = await longest_gap(ask)
        rest = await longest_gap(lambda: asyncio.sleep(0.5))
        verdict = "ok" if busy <= AIM_MS else "OVER"
        print(f"{name}: {busy:.0f} ms while AWS is asked, {rest:.0f} ms at rest (aim {AIM_MS} ms) {verdict}")


async def measure_typing(screen: BucketDetailsScreen) -> None:
    """Print the gaps of the bucket's field while one types among BUCKETS names, and among 10: the best of rounds."""
    app = HostApp(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        field = screen.query_one(BucketField)
        field.input.focus()

        async def type_name() -> None:
            field.value = ""
            await pilot.press(*"logs-1234")

        gaps = []
        names = [f"logs-{number:05}" for number in range(BUCKETS)]
        for offered in (names[12340:12350], names):
            field.offer(offered)
            gaps.append(min([await longest_gap(type_name) for _ in range(ROUNDS)]))
        few, many = gaps
        verdict = "ok" if many <= AIM_MS else "OVER"
        print(f"Typing among {BUCKETS} buckets: {many:.0f} ms, {few:.0f} ms among 10 (aim {AIM_MS} ms) {verdict}")


def main() -> None:
    with start_demo() as demo:
        demo.apply(os.environ)
        aws = Aws("default", "us-west-2", endpoint_url=demo.endpoint_url)
        panther = PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION)
        identity = CallerIdentity(cast.CUSTOMER_ACCOUNT, f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:user/operator")
        source = S3Source("bench", cast.CUSTOMER_ACCOUNT, cast.KMS_LOGS, log_processing_role_arn=ROLE)
        known = Answers(profile="default", region="us-west-2", identity=identity, panther=panther, source=source)
        for name, screen in (
            ("Start", WelcomeScreen(Answers(panther=panther), lambda *_: aws, PantherAccess)),
            ("Bucket details", BucketDetailsScreen(known, aws, PantherAccess())),
            ("Validation", ValidationScreen(known, aws)),
        ):
            asyncio.run(measure(name, screen))
        asyncio.run(measure_typing(BucketDetailsScreen(replace(known, source=S3Source()), aws, PantherAccess())))


if __name__ == "__main__":
    main()
