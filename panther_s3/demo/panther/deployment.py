"""The demo's Panther as a whole: its API, and its ingestion behind it."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from types import TracebackType

from panther_s3.demo import cast
from panther_s3.demo.panther.accounts import Accounts
from panther_s3.demo.panther.faults import Faults
from panther_s3.demo.panther.graphql_api import Graphql
from panther_s3.demo.panther.health import Health
from panther_s3.demo.panther.ingestion import Ingestion
from panther_s3.demo.panther.input_queue import Home, InputQueue
from panther_s3.demo.panther.log_writer import LogWriter
from panther_s3.demo.panther.managed import ManagedNotifications
from panther_s3.demo.panther.rest import Rest
from panther_s3.demo.panther.rounds import Rounds
from panther_s3.demo.panther.server import Api, Server
from panther_s3.demo.panther.service import Service
from panther_s3.demo.panther.sources import Sources
from panther_s3.panther import INPUT_QUEUE

STOP_SECONDS = 1.5
"""How long `stop` waits for all rounds together: one that waits for an emulator that is gone is left behind."""


class DemoPanther:
    """Panther of the demo: its API on a free port of the loopback, and its ingestion; a context manager.

    `stop` may be called more than once, and before or after the embedded AWS has ended.
    """

    def __init__(
        self,
        aws_endpoint_url: str,
        *,
        account_id: str = cast.PANTHER_ACCOUNT,
        region: str = cast.PANTHER_REGION,
        queue: str = INPUT_QUEUE,
        receives: bool = True,
        writes_logs: bool = False,
        seconds: float = 1.0,
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        """Start it; nothing is asked of AWS here.

        Args:
            aws_endpoint_url: where the embedded AWS listens.
            account_id: the account that Panther runs in.
            region: where its queue is.
            queue: the name of its queue, which is made where it is missing.
            receives: whether there is anything behind the API: events, and notifications that it manages.
            writes_logs: whether the customer's services go on writing logs for the sources.
            seconds: the period of polling.
            certificate: the files of a certificate and its key, to listen by TLS.

        Raises:
            OSError: the certificate cannot be read, or there is no port.
        """
        self.token = secrets.token_urlsafe(32)
        """May do everything."""
        self.read_only_token = secrets.token_urlsafe(32)
        """May view log sources, and change nothing."""
        self.faults = Faults()
        self.home = home = Home(account_id, region, queue)
        """Its account, region and queue."""
        accounts, sources = Accounts(aws_endpoint_url), Sources()
        input_queue, self._health = InputQueue(accounts, home), Health(accounts, home)
        managed = ManagedNotifications(accounts, home, sources)
        ingestion = Ingestion(input_queue, sources, self._health, seconds)
        service = Service(sources, input_queue, self._health, managed.note)
        self._api = Api(
            Rest(service), Graphql(service), self.faults, token=self.token, read_only_token=self.read_only_token
        )
        self._server = Server(self._api, certificate)
        self._rounds = []
        if receives:
            self._rounds.append(Rounds("messages", ingestion.receive))
            self._rounds.append(Rounds("objects", ingestion.read))
            self._rounds.append(Rounds("notifications", managed.round))
        if writes_logs:
            self._rounds.append(Rounds("logs", LogWriter(accounts, sources, seconds).write))

    def __enter__(self) -> DemoPanther:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"DemoPanther({self.url!r})"

    @property
    def url(self) -> str:
        """Where the API listens, without a path."""
        return self._server.url

    @property
    def requests(self) -> list[tuple[str, str]]:
        """What came so far: method and path, or the name of GraphQL's operation, the latest last."""
        return self._api.asked

    def stop(self) -> None:
        """End the API, every connection, and the rounds."""
        for rounds in self._rounds:
            rounds.end()
        self._server.stop()
        until = time.monotonic() + STOP_SECONDS
        for rounds in self._rounds:
            rounds.join(until - time.monotonic())
        self._health.join(until - time.monotonic())
