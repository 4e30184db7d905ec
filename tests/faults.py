"""microburst, the fault proxy, in front of the embedded AWS. Root keys pass it; keys of IAM users do not."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

START_SECONDS = 20


class Faults:
    """microburst in front of the embedded AWS: what goes wrong on the way, and what of it did."""

    def __init__(self, port: int) -> None:
        self.endpoint_url = f"http://127.0.0.1:{port}"

    def add(self, *rules: dict[str, Any]) -> None:
        """Put `rules` in force beside those that are."""
        self._ask("PATCH", "rules", list(rules))

    def fired(self) -> list[dict[str, Any]]:
        """Return what fired, the latest last; a rule that names no operation of the wire never does."""
        fired: list[dict[str, Any]] = self._ask("GET", "fired")
        return fired

    def clear(self) -> None:
        """Forget all rules and what fired."""
        self._ask("POST", "rules", [])
        self._ask("DELETE", "fired")

    def _ask(self, method: str, what: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint_url}/_microburst/{what}", data, method=method)
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            return json.loads(answer.read() or b"null")
