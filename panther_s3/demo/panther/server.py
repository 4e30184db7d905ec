"""The HTTP server of the demo's Panther: on the loopback, silent, and ended at once."""

from __future__ import annotations

import hmac
import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from panther_s3.demo.panther.faults import Fault, Faults
from panther_s3.demo.panther.graphql_api import PATH, Asked, Graphql
from panther_s3.demo.panther.replies import Refusal, Reply, refusal_reply
from panther_s3.demo.panther.rest import Rest

MOST_BYTES = 1_000_000
"""The longest body of a request."""
DRAIN_SECONDS, DRAINED_PIECES = 0.5, 100
"""How long, and how much, of a body is still read that is refused for its length."""
IDLE_SECONDS = 60
"""How long a connection may say nothing."""
STOP_SECONDS = 2


class Api:
    """Who may ask, and what for; keeps what was asked."""

    def __init__(self, rest: Rest, graphql: Graphql, faults: Faults, *, token: str, read_only_token: str) -> None:
        self._rest, self._graphql, self._faults = rest, graphql, faults
        self._token, self._read_only_token = token.encode(), read_only_token.encode()
        self._lock = threading.Lock()
        self._asked: list[tuple[str, str]] = []
        self.stopping = threading.Event()

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What came: method and path, or the name of GraphQL's operation."""
        with self._lock:
            return list(self._asked)

    def answer(self, method: str, path: str, token: str, body: bytes) -> tuple[Reply | None, Fault | None]:
        """Return the reply, and the fault that it meets; no reply where nothing was to be done."""
        asked = self._graphql.read(body) if (method, path) == ("POST", PATH) else None
        name = asked.name if asked else path
        with self._lock:
            self._asked.append((method, name))
        fault = self._faults.take(method, f"{path} {name}" if asked else path)
        if fault is not None:
            if fault.kind == "slow":
                self.stopping.wait(float(fault.details.get("seconds", 1)))
            elif fault.kind == "cut_before":
                return None, fault
            elif (instead := _instead(fault)) is not None:
                return instead, fault
        return self._reply(method, path, token, body, asked), fault

    def _reply(self, method: str, path: str, token: str, body: bytes, asked: Asked | None) -> Reply:
        try:
            may_write = hmac.compare_digest(token.encode(), self._token)
            if not (may_write or hmac.compare_digest(token.encode(), self._read_only_token)):
                raise Refusal(401, "The API token is missing or not valid")
            if path == PATH and asked is None:
                return refusal_reply(405, f"{method} is not allowed here", {"Allow": "POST"})
            if asked is None:
                return self._rest.reply(method, path, body, may_write=may_write)
            if asked.writes and not may_write:
                raise Refusal(403, "The API token lacks the permission LogSourceModify")
            return self._graphql.reply(asked)
        except Refusal as refusal:
            return refusal_reply(refusal.status, refusal.message)
        except Exception:  # noqa: BLE001 - a fault of one request ends no other
            return refusal_reply(500, "Internal server error")


def _instead(fault: Fault) -> Reply | None:
    """What is answered in place of anything that was asked for."""
    details = fault.details
    if fault.kind == "html500":
        page = b"<html><head><title>500</title></head><body><h1>Internal Server Error</h1></body></html>"
        return Reply(500, page, "text/html")
    if fault.kind == "empty":
        return Reply(int(details.get("status", 500)), b"", "")
    if fault.kind == "status":
        body = details.get("body", {"message": "a fault that was asked for"})
        content = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else _json(body)
        kind = str(details.get("content_type", "application/json"))
        return Reply(int(details.get("status", 500)), content, kind, dict(details.get("headers", {})))
    return None


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


class Server(ThreadingHTTPServer):
    """Listens on a free port of the loopback; a thread answers each connection."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, api: Api, certificate: tuple[Path, Path] | None) -> None:
        self.api = api
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(*certificate)
        self._open: set[Any] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)
        scheme = "https" if self._tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(
            target=lambda: self.serve_forever(poll_interval=0.05), name="demo-panther-api", daemon=True
        )
        self._thread.start()

    def server_bind(self) -> None:
        """Bind without asking for the name of the address: that could take the resolver seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def get_request(self) -> tuple[Any, Any]:
        """Take a connection; its handshake is made by the thread that answers it."""
        connection, address = super().get_request()
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection and close it."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke."""

    def stop(self) -> None:
        """End the thread that listens and every connection."""
        self.api.stopping.set()
        self.shutdown()
        self.server_close()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            _cut(connection)
        self._thread.join(STOP_SECONDS)


class Handler(BaseHTTPRequestHandler):
    """Reads one request after the other of a connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Take every method that a request may have."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Write nothing: the terminal is the wizard's."""

    def version_string(self) -> str:
        """Return what names the server, and not Python's version."""
        return "panther-demo"

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that cannot be read as the API does; what follows it is not looked at."""
        self.close_connection = True
        self.request_version = self.protocol_version  # a line that is no request counts as HTTP/0.9: no head
        self._send(refusal_reply(int(code), message or explain or "bad request"))

    def _answer(self) -> None:
        body = self._body()
        if body is None:
            return
        token = self.headers.get("X-API-Key", "")
        reply, fault = self.server.api.answer(self.command, self.path.partition("?")[0], token, body)
        kind = fault.kind if fault else ""
        if reply is None or kind in ("cut_before", "cut_after"):
            self.close_connection = True
            _cut(self.connection)
            return
        self._send(reply, half=kind == "half")

    def _body(self) -> bytes | None:
        """Read the request's body; None where it is refused, which is answered then."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            self.send_error(411, "The request needs a Content-Length")
        elif not (length.isascii() and length.isdigit()):
            self.send_error(400, "The Content-Length is not a number")
        elif len(length) > len(str(MOST_BYTES)) or int(length) > MOST_BYTES:
            self.send_error(413, f"The request body has more than {MOST_BYTES} bytes")
            self._drain()
        else:
            return self.rfile.read(int(length))
        return None

    def _drain(self) -> None:
        """Read some of what is left, so that whoever still writes gets to see the answer."""
        self.connection.settimeout(DRAIN_SECONDS)
        for _ in range(DRAINED_PIECES):
            if not self.rfile.read1(MOST_BYTES):
                return

    def _send(self, reply: Reply, *, half: bool = False) -> None:
        """Write `reply`, or with `half` as much of it as came before the connection broke."""
        self.send_response(reply.status)
        if reply.content_type and reply.status != 204:
            self.send_header("Content-Type", reply.content_type)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if getattr(self, "command", "") != "HEAD":
            self.wfile.write(reply.body[: len(reply.body) // 2] if half else reply.body)
        self.wfile.flush()
        if half:
            self.close_connection = True
            _cut(self.connection)


def _cut(connection: socket.socket) -> None:
    """Close a connection at once, whoever reads of it."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
