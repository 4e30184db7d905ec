"""The reading for the checks, with DELAY_MS added to every answer of AWS.

Three ratios, each of medians of the same run: the whole reading of one source with KMS and topic
against its longest chain of dependent calls; the same calls one after the other against the reading;
and SOURCES sources on one bucket and role, read side by side, against SOURCES times one.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from panther_s3.answers import Answers
from panther_s3.aws.crew import Hands
from panther_s3.aws.readings import SharedReads, read_for_checks
from panther_s3.aws.session import Aws
from panther_s3.demo import start_demo
from panther_s3.source import PrefixLogTypes
from tests.aws.whole_source import REGION, make_whole_source

DELAY_MS = 100
ROUNDS = 5
SOURCES = 20
CHAIN_LIMIT, SERIAL_LIMIT, SHARED_LIMIT = 1.3, 5.0, 0.5


class DelayingProxy(threading.Thread):
    """Passes bytes on to a server, and every answer back DELAY_MS late: a distance, not a bottleneck."""

    def __init__(self, upstream: str) -> None:
        super().__init__(daemon=True)
        self._upstream = urlsplit(upstream)
        self._ready = threading.Event()
        self.port = 0

    def run(self) -> None:
        asyncio.run(self._serve())

    def url(self) -> str:
        self._ready.wait()
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._upstream.hostname, self._upstream.port)
        await asyncio.gather(self._pass(reader, back, 0), self._pass(there, writer, DELAY_MS / 1000))

    @staticmethod
    async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(65536):
            loop.call_later(delay, writer.write, data)
        loop.call_later(delay, writer.close)


def longest_chain(aws: Aws, answers: Answers) -> None:
    """Make the calls of the longest chain: where the bucket is, its objects, one of them, its key."""
    source = answers.source
    s3, kms = aws.client("s3", REGION), aws.client("kms", REGION)
    s3.head_bucket(Bucket=source.bucket_name)
    listed = s3.list_objects_v2(Bucket=source.bucket_name, Prefix="logs/")
    found = s3.head_object(Bucket=source.bucket_name, Key=listed["Contents"][0]["Key"])
    kms.describe_key(KeyId=found["SSEKMSKeyId"])


def one_after_the_other(aws: Aws, answers: Answers) -> int:
    """Read with one hand only, and return the number of calls."""
    shared = SharedReads()
    shared.hands = Hands(1)
    return read_for_checks(aws, answers, cache=shared).calls


def side_by_side(aws: Aws, several: list[Answers]) -> int:
    """Read several sources with one cache, and return the number of calls."""
    shared = SharedReads()
    with ThreadPoolExecutor(len(several)) as pool:
        return sum(pool.map(lambda source: read_for_checks(aws, source, cache=shared).calls, several))


def measure(*works: Callable[[], object]) -> list[float]:
    """Return the median seconds of each of `works`, which take turns."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            began = time.perf_counter()
            work()
            times[place].append(time.perf_counter() - began)
    return [statistics.median(taken) for taken in times]


def main() -> None:
    with start_demo() as demo:
        demo.apply(os.environ)
        direct = Aws("default", REGION, endpoint_url=demo.endpoint_url)
        answers = make_whole_source(direct, "bench")
        several = []
        for number in range(SOURCES):
            direct.client("s3").put_object(Bucket=answers.source.bucket_name, Key=f"team-{number}/1.json", Body=b"{}")
            rows = (PrefixLogTypes(f"team-{number}/"),)
            several.append(
                answers.with_source(
                    name=f"bench {number}", prefix_log_types=rows, log_processing_role_arn=answers.role_arn
                )
            )
        proxy = DelayingProxy(demo.endpoint_url)
        proxy.start()
        aws = Aws("default", REGION, endpoint_url=proxy.url())
        calls = read_for_checks(aws, answers).calls  # and build the clients
        calls_of_several = side_by_side(aws, several)
        chain, whole, serial, shared = measure(
            lambda: longest_chain(aws, answers),
            lambda: read_for_checks(aws, answers),
            lambda: one_after_the_other(aws, answers),
            lambda: side_by_side(aws, several),
        )
    print(f"one source: {calls} calls; {SOURCES} sources on one bucket and role: {calls_of_several}")
    for name, ratio, limit, good in (
        (f"the whole reading, {whole:.2f} s, against its longest chain, {chain:.2f} s", whole / chain, CHAIN_LIMIT, -1),
        (f"one call after the other, {serial:.2f} s, against the reading", serial / whole, SERIAL_LIMIT, 1),
        (
            f"{SOURCES} sources, {shared:.2f} s, against {SOURCES} times one",
            shared / (SOURCES * whole),
            SHARED_LIMIT,
            -1,
        ),
    ):
        verdict = "ok" if (ratio - limit) * good >= 0 else "OVER" if good < 0 else "UNDER"
        print(f"{name}: ratio {ratio:.2f}, limit {limit}: {verdict}")


if __name__ == "__main__":
    main()
