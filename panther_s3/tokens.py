"""The token of Panther's API: where it is kept, and for which host.

PANTHER_API_TOKEN of the environment wins over the keyring. A token is kept in the system's keyring under the host of
its API, and one that PANTHER_API_URL says is of another host is not given out.
"""

from __future__ import annotations

import enum
import hmac
import os
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn, final

from panther_s3.keyrings import OTHERWISE, answer_of, backends, is_plaintext, name_of, refusal
from panther_s3.panther_api.address import api_url_fault, host_of
from panther_s3.problems import Problem
from panther_s3.state import APP

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = APP
"""The name that tokens are kept under; the user's name is the host of the API."""
URL_VARIABLE = "PANTHER_API_URL"
TOKEN_VARIABLE = "PANTHER_API_TOKEN"  # noqa: S105 - the variable's name
BY_HAND = f"Unlock the keyring and try again, or remove the entry {SERVICE} in it by hand."
LONGEST = 4096
"""The longest token that is taken; servers take no longer headers for granted."""


@final
class Token:
    """A secret that no printing, comparing or storing gives away; `reveal` is the one way to it."""

    __slots__ = ("_secret",)
    _secret: str

    def __init__(self, text: str) -> None:
        if fault := token_fault(text):
            raise ValueError(fault)
        object.__setattr__(self, "_secret", text)

    def reveal(self) -> str:
        """Return the token itself, for the header of a request and for the keyring."""
        return self._secret

    def __repr__(self) -> str:
        return "Token(…)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Token):
            return NotImplemented
        return hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash((Token, self._secret))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("A token does not change.")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("A token does not change.")

    def __copy__(self) -> Token:
        return self

    def __deepcopy__(self, memo: object) -> Token:
        return self

    def __getstate__(self) -> NoReturn:
        raise TypeError("A token is not written anywhere but into the keyring.")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A token is not written anywhere but into the keyring.")


def token_fault(text: str) -> str:
    """Return why `text` cannot be a token; nothing of it is repeated.

    The header X-API-Key has to hold it, which takes visible characters of ASCII only.
    """
    if not text.strip():
        return "Enter the token: Panther's Console shows it once, when it is made under API Tokens."
    if len(text) > LONGEST:
        return f"Use the token alone: no token has more than {LONGEST} characters."
    if any(character.isspace() for character in text):
        return "Leave out the blanks and line ends: a token has none."
    if not re.fullmatch(r"[!-~]+", text):
        return "Use letters, digits and signs of ASCII only: this holds a character that no token has."
    return ""


class Origin(enum.Enum):
    """Where a token was found."""

    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    NONE = "none"


@dataclass(frozen=True)
class Found:
    """What looking for a token came to."""

    token: Token | None = None
    origin: Origin = Origin.NONE
    place: str = ""
    """The variable, even where its token cannot be used, or the name of the keyring's backend."""
    note: str = ""
    """What the operator should know: why nothing could be found, or how it is kept; "" for nothing."""


def environment_api() -> tuple[str, Token | None]:
    """Return PANTHER_API_URL as it is set, and PANTHER_API_TOKEN where it can be a token; "" and None for not set."""
    text = os.environ.get(TOKEN_VARIABLE, "").strip()
    return os.environ.get(URL_VARIABLE, "").strip(), None if token_fault(text) else Token(text)


def environment_token(base: str) -> Found:
    """Return the environment's token if it is for the API at `base`; where it is of no use, the note tells why.

    Raises:
        ValueError: `base` is no address.
    """
    host = host_of(base)
    text = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not text:
        return Found()
    url, token = environment_api()
    if url and (fault := api_url_fault(url)):
        return Found(note=f"{TOKEN_VARIABLE} is not used, since {URL_VARIABLE} does not tell whose it is. {fault}")
    if url and host_of(url) != host:
        return Found(note=f"{TOKEN_VARIABLE} is not used: by {URL_VARIABLE} it belongs to {host_of(url)}.")
    if token is None:  # what was asked for is not silently replaced by another token
        return Found(place=TOKEN_VARIABLE, note=f"{TOKEN_VARIABLE} is not used. {token_fault(text)}")
    return Found(token, Origin.ENVIRONMENT, TOKEN_VARIABLE)


def find_token(base: str) -> Found:
    """Return the token of the API whose base is `base`, from the environment, else from the keyring.

    Raises:
        ValueError: `base` is no address.
    """
    host = host_of(base)
    found = environment_token(base)
    if found.place:
        return found
    try:
        kept = answer_of(lambda: _kept_token(host))
    except Problem as problem:
        kept = Found(note=_in_words(problem))
    return replace(kept, note=" ".join(note for note in (found.note, kept.note) if note))


def keep_token(base: str, token: Token) -> Found:
    """Put the token of the API at `base` into the keyring, read it back, and return where it is.

    Raises:
        Problem: there is no keyring, or it does not keep it.
        ValueError: `base` is no address.
    """
    host = host_of(base)
    return answer_of(lambda: _keep(host, token))


def forget_token(base: str) -> bool:
    """Take the token of the API at `base` out of the keyring, and tell whether there was one.

    Raises:
        Problem: there is no keyring, or it does not let go of it.
        ValueError: `base` is no address.
    """
    host = host_of(base)
    return answer_of(lambda: _forget(host))


def _kept_token(host: str) -> Found:
    """The first token that a backend holds; a backend in trouble keeps from asking no other."""
    trouble: Problem | None = None
    note = ""
    for ring in backends():
        try:
            value = ring.get_password(SERVICE, host)
        except Exception as error:  # noqa: BLE001 - each backend has errors of its own
            trouble = trouble or refusal(error, ring)
            continue
        if value is None:
            continue
        fault = token_fault(value) if isinstance(value, str) else "It is no text."
        if not fault:
            return Found(Token(value), Origin.KEYRING, name_of(ring), _how_kept(ring))
        note = f"What {name_of(ring)} holds for {host} is no token: keep it again with {APP} token set."
    if trouble:
        raise trouble
    return Found(note=note)


def _keep(host: str, token: Token) -> Found:
    for ring in backends():
        try:
            ring.set_password(SERVICE, host, token.reveal())
        except NotImplementedError:  # one that only reads; the next may write
            continue
        except Exception as error:  # noqa: BLE001 - each backend has errors of its own
            raise refusal(error, ring, token.reveal()) from None
        found = _kept_token(host)
        if found.token == token:
            return found
        break
    raise Problem("The keyring did not keep the token", remedy=OTHERWISE)


def _forget(host: str) -> bool:
    trouble: Problem | None = None
    was_there = False
    for ring in backends():
        try:
            if ring.get_password(SERVICE, host) is None:
                continue
            ring.delete_password(SERVICE, host)
            if ring.get_password(SERVICE, host) is not None:
                raise Problem(f"{name_of(ring)} still holds the token", remedy=BY_HAND)
            was_there = True
        except Problem as problem:
            trouble = problem
        except Exception as error:  # noqa: BLE001 - each backend has errors of its own
            trouble = replace(refusal(error, ring), remedy=BY_HAND)
    if trouble:
        raise trouble
    return was_there


def _how_kept(ring: KeyringBackend) -> str:
    if is_plaintext(ring):
        return f"{name_of(ring)} keeps it unencrypted in a file, which whoever may read your files can read."
    return ""


def _in_words(problem: Problem) -> str:
    """The problem as sentences in one line."""
    parts = (problem.title, problem.cause, problem.remedy)
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)
