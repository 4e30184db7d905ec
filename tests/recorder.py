"""A proxy before the embedded AWS that writes down every call, and changes none; answers may be rewritten."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

READS = ("Describe", "Get", "Head", "List", "Simulate")
"""How the names of AWS's reading operations begin."""
HOP = ("connection", "transfer-encoding", "content-length")


Rewrite = Callable[[str, bytes], bytes]
"""Is given an operation and the emulator's answer to it, and returns the answer that the caller gets."""


class Recorder(ThreadingHTTPServer):
    """Passes calls on to `upstream`, with the Host that they were signed for."""

    def __init__(self, upstream: str, rewrite: Rewrite | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(upstream).netloc
        self.rewrite = rewrite
        self.calls: list[str] = []
        """Operations by name; of S3, whose calls have none, the HTTP method."""

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def writes(self) -> list[str]:
        """The calls that are no reads."""
        return [call for call in self.calls if call not in ("GET", "HEAD") and not call.startswith(READS)]


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        operation = self._operation(body)
        self.server.calls.append(operation)
        upstream = http.client.HTTPConnection(self.server.upstream, timeout=10)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            upstream.putheader(name, value)
        upstream.endheaders(body)
        answer = upstream.getresponse()
        content, rewrite = answer.read(), self.server.rewrite
        length = answer.getheader("Content-Length")
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
        upstream.close()

    def _operation(self, body: bytes) -> str:
        if target := self.headers.get("X-Amz-Target"):
            return str(target.rsplit(".", 1)[-1])
        action = parse_qs(body.decode(errors="replace")).get("Action")
        return action[0] if action else self.command

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def recording(upstream: str, rewrite: Rewrite | None = None) -> Iterator[Recorder]:
    """Run a recorder for a while; with `rewrite` it gives what the emulator cannot."""
    with Recorder(upstream, rewrite) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
