"""Text from outside is shown as it is: no markup in it is obeyed, and no control character reaches the terminal."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from panther_s3.demo import EmbeddedAws
from panther_s3.text import visible
from tests.flow.accounts import Scene
from tests.host import HOSTILE
from tests.plain.chooser import Chooser
from tests.plain.conftest import Start
from tests.plain.operator import Operator
from tests.plain.walk import WELCOME, Taken, Typed, answer
from tests.recorder import recording

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
NAMES = tuple(name for name in HOSTILE if " " not in name)
"""Those that a config file takes as a profile's name."""
PRINTABLE = "".join(name for name in HOSTILE if name.isprintable())
"""Those that XML can carry."""


@contextmanager
def refusing() -> Iterator[str]:
    """Run a Panther that refuses everything, in hostile words."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"message": "".join(HOSTILE)}).encode()
            self.send_response(400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def rewritten(operation: str, content: bytes) -> bytes:
    """Have AWS say hostile words of who one is and of what buckets there are."""
    words = escape(PRINTABLE).encode()
    if operation == "GetCallerIdentity":
        return re.sub(rb"(<Arn>arn:aws:iam::\d+:)[^<]*", rb"\1" + words.replace(b"\\", rb"\\"), content)
    return content.replace(b"acme-flow", words) if b"<ListAllMyBuckets" in content else content


@pytest.mark.parametrize("kind", [Operator, Chooser])
def test_hostile_words_come_out_visible(
    kind: type[Operator], embedded_aws: EmbeddedAws, scene: Scene, start: Start, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("".join(f"[profile {name}]\nregion = us-west-2\n" for name in NAMES))
    with (
        refusing() as url,
        recording(embedded_aws.endpoint_url, rewritten) as proxy,
        start(
            scene, endpoint_url=proxy.endpoint_url, environment={"AWS_CONFIG_FILE": str(config)}, kind=kind
        ) as operator,
    ):
        if isinstance(operator, Chooser):
            chosen(operator, url)
        else:
            typed(operator, url)
    shown = operator.text
    for name in NAMES:
        assert name.isprintable() or name not in shown
    assert "\x1b[31m" not in shown.replace("\x1b[31mFailed: \x1b[0m", "")
    assert "\x07" not in shown
    if kind is Operator:
        assert not CONTROLS.search(shown)
        for name in NAMES:
            assert f". {visible(name)}\n" in shown


def typed(operator: Operator, url: str) -> None:
    answer(
        operator,
        Typed("AWS profile", visible(NAMES[-1])),
        Typed("AWS profile", "(environment variables or instance role)"),
    )
    answer(operator, *WELCOME[1:-1], Taken("Connect", "Panther API"), Typed("Panther's address", url))
    assert PRINTABLE in "".join(operator.text.split("\n"))
    answer(operator, Typed("API token", "token"), Typed("Keep it", "n"))
    said = answer(operator, Taken("Go on without"))
    assert visible("".join(HOSTILE)).replace(" ", "") in said.replace("\n", "").replace(" ", "")
    answer(operator, Typed("Name", "x"), Typed("Account ID"))
    assert PRINTABLE in operator.asked("Bucket Name")


def chosen(operator: Chooser, url: str) -> None:
    operator.fill("AWS profile", "(environment variables or instance role)")
    operator.fill("Region")
    operator.fill("Panther account", "999988887777")
    operator.fill("Panther region", "us-west-2")
    operator.pick("Panther API", "Connect")
    operator.fill("Panther's address", url)
    operator.fill("API token", "token")
    operator.shown("Keep it")
    operator.send("n")
    said = operator.pick("What now?", "Go on without")
    assert visible("".join(HOSTILE)).replace(" ", "") in said.replace("\n", "").replace(" ", "")
    operator.fill("Name", "x")
    operator.fill("Account ID")
    operator.shown("Bucket Name")
    operator.send("[")
    operator.until("-logs-")
