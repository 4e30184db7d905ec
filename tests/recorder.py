"""A proxy before the embedded AWS, or Panther, that writes every call down; answers may be rewritten or lost."""

from __future__ import annotations

import enum
import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

READS = ("Describe", "Get", "Head", "List", "Simulate")
"""How the names of AWS's reading operations begin."""
S3_WRITES = {  # by the HTTP method and what the query asks for
    ("PUT", "notification"): "PutBucketNotification",
    ("PUT", ""): "PutObject",
    ("DELETE", ""): "DeleteObject",
}
PANTHERS = {"/log-sources/s3": "Source", "/log-source-alarms/": "Alarm"}
"""What the paths of Panther's REST API are about; its GraphQL is asked questions alone."""
PANTHERS_VERBS = {"GET": "Get", "POST": "Create", "PUT": "Put", "DELETE": "Delete"}
HOP = ("connection", "transfer-encoding", "content-length")


Rewrite = Callable[[str, bytes], bytes]
"""Is given an operation and the emulator's answer to it, and returns the answer that the caller gets."""


class Side(enum.StrEnum):
    """Where a call stands."""

    BEFORE = "before"
    """The emulator knows nothing of it yet."""
    AFTER = "after"
    """The emulator has answered, the caller does not know."""


Interrupt = Callable[[str, Side], bool]
"""Is given an operation, twice for each call, and tells whether the call ends there without an answer.

Writes to S3 have the names that they have there.
"""


class Recorder(ThreadingHTTPServer):
    """Passes calls on to `upstream`, with the Host that they were signed for."""

    def __init__(self, upstream: str, rewrite: Rewrite | None = None, interrupt: Interrupt = lambda *_: False) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(upstream).netloc
        self.rewrite, self.interrupt = rewrite, interrupt
        self.calls: list[str] = []
        """Operations by name; of S3, whose calls have none, the HTTP method."""
        self.named_writes: list[tuple[str, str]] = []
        """The calls that are no reads, as service and operation, S3's with the names that they have there."""

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def writes(self) -> list[str]:
        """The calls that are no reads."""
        return [call for call in self.calls if is_write(call)]


def is_write(operation: str) -> bool:
    """Tell whether `operation`, or of S3 the HTTP method, changes something."""
    return operation not in ("GET", "HEAD") and not operation.startswith(READS)


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        operation = self._operation(body)
        self.server.calls.append(operation)
        called = S3_WRITES.get(self._s3_call(), operation) if operation == self.command else operation
        if is_write(operation):
            self.server.named_writes.append((self._service(), called))
        if self.server.interrupt(called, Side.BEFORE):
            return
        with closing(http.client.HTTPConnection(self.server.upstream, timeout=10)) as upstream:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                upstream.putheader(name, value)
            upstream.endheaders(body)
            try:
                answer = upstream.getresponse()
                content = answer.read()
            except http.client.HTTPException:  # a fault behind this proxy: the answer is lost here as well
                return
        if not self.server.interrupt(called, Side.AFTER):
            with suppress(ConnectionError):  # whoever asked is gone
                self._answer(operation, answer, content)

    def _answer(self, operation: str, answer: http.client.HTTPResponse, content: bytes) -> None:
        """Give the caller the emulator's answer, or what is given in its place."""
        length, rewrite = answer.getheader("Content-Length"), self.server.rewrite
        if rewrite is not None:
            content = rewrite(operation, content)
            length = length if self.command == "HEAD" else str(len(content))
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _service(self) -> str:
        """The service that the call was signed for."""
        scope = self.headers.get("Authorization", "").split("/")
        return scope[3] if len(scope) > 3 else ""

    def _s3_call(self) -> tuple[str, str]:
        """The HTTP method, and what the query asks for."""
        query = urlsplit(self.path).query
        return self.command, "notification" if "notification" in query else ""

    def _operation(self, body: bytes) -> str:
        if self.path == "/public/graphql":
            return "GetByGraphql"
        for path, subject in PANTHERS.items():
            if self.path.startswith(path):
                return PANTHERS_VERBS[self.command] + subject
        if target := self.headers.get("X-Amz-Target"):
            return str(target.rsplit(".", 1)[-1])
        action = parse_qs(body.decode(errors="replace")).get("Action")
        return action[0] if action else self.command

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def recording(
    upstream: str, rewrite: Rewrite | None = None, interrupt: Interrupt = lambda *_: False
) -> Iterator[Recorder]:
    """Run a recorder for a while; with `rewrite` it gives what the emulator cannot, with `interrupt` not all of it."""
    with Recorder(upstream, rewrite, interrupt) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
