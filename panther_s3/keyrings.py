"""The system's keyring: its backends, asked so that none of them holds up, draws over or breaks the program.

A backend may be missing, locked, slow or broken, each in a way of its own. What it does comes out as a Problem; what it
says stays off the screen, and out of the Problem where a secret could be in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Thread, get_ident
from typing import TYPE_CHECKING, Any, TextIO, TypeVar, cast

from panther_s3.problems import Problem
from panther_s3.text import visible

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

PATIENCE = 20.0
"""Seconds that a backend has to answer; a keyring may ask its owner for a password meanwhile."""
ASK_ON_THE_TERMINAL = frozenset(
    {
        "keyrings.alt.file.EncryptedKeyring",
        "keyrings.alt.pyfs.EncryptedKeyring",
        "keyrings.cryptfile.cryptfile.CryptFileKeyring",
    }
)
"""Backends that would ask for a password where the wizard draws."""
OTHERWISE = "Set PANTHER_API_TOKEN in the environment: it is used without being kept."
"""What works without a keyring."""

_T = TypeVar("_T")


def backends() -> list[KeyringBackend]:
    """Return the backends that can hold a secret, the one to ask first in front.

    Raises:
        Problem: there is none, or none that can be asked from here.
    """
    rings = _chosen()
    silent = [ring for ring in rings if _class_of(ring) not in ASK_ON_THE_TERMINAL]
    if not rings:
        raise Problem("There is no keyring on this machine that could hold a token", remedy=OTHERWISE)
    if not silent:
        raise Problem("The keyring of this machine would ask for its password on the terminal", remedy=OTHERWISE)
    return silent


def _chosen() -> list[KeyringBackend]:
    """The backends that keyring chooses, those of a chain one by one, without those that hold nothing."""
    try:
        import keyring
        from keyring.backends import chainer, fail, null

        chosen = keyring.get_keyring()
        rings = list(chosen.backends) if isinstance(chosen, chainer.ChainerBackend) else [chosen]
        return [ring for ring in rings if not isinstance(ring, fail.Keyring | null.Keyring)]
    except Exception as error:  # noqa: BLE001 - a backend's module and its constructor may do anything
        cause = visible(f"{type(error).__name__}: {error}", keep_lines=False)
        raise Problem("The keyring cannot be opened", cause=cause, remedy=OTHERWISE) from None


def answer_of(question: Callable[[], _T]) -> _T:
    """Return what `question` returns, asked in a thread of its own: a keyring behind D-Bus may never answer.

    Raises:
        Problem: it raised one, or anything else, or did not answer in time.
    """
    answers: SimpleQueue[tuple[_T] | BaseException] = SimpleQueue()

    def ask() -> None:
        try:
            with _unheard():
                answers.put((question(),))
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits
            answers.put(error)

    Thread(target=ask, name="keyring", daemon=True).start()
    try:
        answer = answers.get(timeout=PATIENCE)
    except Empty:
        raise Problem(
            "The keyring does not answer",
            cause=f"It had {PATIENCE:g} seconds.",
            remedy=f"See whether it asks for its password in a window. {OTHERWISE}",
        ) from None
    if isinstance(answer, Problem):
        raise answer
    if isinstance(answer, BaseException):
        raise Problem("The keyring cannot be used", cause=type(answer).__name__, remedy=OTHERWISE) from None
    return answer[0]


def refusal(error: Exception, ring: KeyringBackend, secret: str = "") -> Problem:
    """Return the problem that a backend's error is, with its text only where that holds no secret.

    Args:
        error: what the backend raised.
        ring: the backend.
        secret: what it was given to keep.
    """
    from keyring.errors import InitError, KeyringError, KeyringLocked

    cause = type(error).__name__
    text = str(error) if isinstance(error, KeyringError | OSError) else ""  # others may quote what they read
    if text and not (secret and secret in text):
        cause = visible(f"{cause}: {text}", keep_lines=False)
    if isinstance(error, KeyringLocked | InitError):
        return Problem(f"{name_of(ring)} is locked", cause, f"Unlock it and try again. {OTHERWISE}")
    return Problem(f"{name_of(ring)} cannot be used", cause, OTHERWISE)


def name_of(ring: KeyringBackend) -> str:
    """Return the name of a backend for people."""
    return visible(str(ring.name), keep_lines=False)


def is_plaintext(ring: KeyringBackend) -> bool:
    """Tell whether a backend keeps secrets unencrypted, which only its name tells."""
    return "plaintext" in _class_of(ring).lower()


def _class_of(ring: KeyringBackend) -> str:
    return f"{type(ring).__module__}.{type(ring).__qualname__}"


class _AllButOne:
    """sys.stderr as it was, but for one thread, whose lines are dropped."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._unheard = get_ident()

    def write(self, text: str) -> int:
        """Write `text`, if another thread does."""
        return len(text) if get_ident() == self._unheard else self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def _unheard() -> Iterator[None]:
    """Keep warnings, log lines and prints of this thread off stderr, even after nobody waits for it any more."""
    before = sys.stderr
    quiet = cast(TextIO, _AllButOne(before))
    sys.stderr = quiet
    try:
        yield
    finally:
        if sys.stderr is quiet:
            sys.stderr = before
