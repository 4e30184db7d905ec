"""Faults that a test asks the demo's Panther for: a slow answer, a broken one, none at all."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, get_args

Kind = Literal["slow", "status", "html500", "empty", "cut_before", "cut_after", "half"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass
class Fault:
    """One fault, and how many times it is still to happen."""

    kind: Kind
    method: str
    path_contains: str
    left: int
    details: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, method: str, where: str) -> bool:
        """Tell whether it meets a request with `method` to `where`."""
        return self.left > 0 and self.method in ("", method) and self.path_contains in where


class Fired(NamedTuple):
    """A fault that happened, and to which request."""

    kind: Kind
    method: str
    where: str


class Faults:
    """The faults in force and those that happened; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._fired: list[Fired] = []

    def add(self, kind: Kind, *, method: str = "", path_contains: str = "", times: int = 1, **details: Any) -> None:
        """Let the next `times` requests that fit meet a fault.

        Args:
            kind: "slow" (`seconds`), "status" (`status`, `body`, `content_type`, `headers`), "html500", "empty"
                (`status`, with no body), "cut_before" (closed with nothing done), "cut_after" (done, then closed
                without an answer), "half" (done, then half of the answer's body).
            method: such as "PUT"; "" fits any.
            path_contains: a part of the path; of a GraphQL request, or of the name of its operation.
            times: how many requests meet it.
            **details: what the kind takes.

        Raises:
            ValueError: there is no such kind.
        """
        if kind not in KINDS:
            raise ValueError(f"no such fault: {kind}")
        with self._lock:
            self._faults.append(Fault(kind, method, path_contains, times, details))

    def take(self, method: str, where: str) -> Fault | None:
        """Return the fault that a request meets, if any, and count it."""
        with self._lock:
            fault = next((each for each in self._faults if each.fits(method, where)), None)
            if fault is not None:
                fault.left -= 1
                self._fired.append(Fired(fault.kind, method, where))
            return fault

    @property
    def fired(self) -> list[Fired]:
        """What happened so far, the latest last."""
        with self._lock:
            return list(self._fired)

    def clear(self) -> None:
        """Forget all faults and what happened."""
        with self._lock:
            self._faults.clear()
            self._fired.clear()
