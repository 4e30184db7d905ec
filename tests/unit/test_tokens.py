"""The token of Panther's API: never given away, kept in the keyring under its host, and found again."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from threading import Event

import cattrs
import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import InitError, KeyringError, KeyringLocked, PasswordDeleteError, PasswordSetError

from panther_s3 import keyrings
from panther_s3.problems import Problem
from panther_s3.tokens import (
    LONGEST,
    Found,
    Origin,
    Token,
    environment_api,
    environment_token,
    find_token,
    forget_token,
    keep_token,
    token_fault,
)

SECRET = "s3cr3t-0f-4cm3"
BASE, HOST = "https://api.acme.runpanther.net", "api.acme.runpanther.net"
OTHER = "https://api.other.runpanther.net"
SERVICE = "panther-s3-wizard"
TOKENS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=8, max_size=60)


class Memory(KeyringBackend):
    """A backend that keeps what it is given as long as it lives."""

    priority = 0.1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("There is none.")


class PlaintextKeyring(Memory):
    """One that calls itself what it is."""


class Broken(Memory):
    """One that fails by what it is given, after it was heard on stderr."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        sys.stderr.write("heard")
        if logging.lastResort:
            logging.lastResort.emit(logging.makeLogRecord({"msg": "heard"}))
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        self.get_password(service, username)

    def delete_password(self, service: str, username: str) -> None:
        self.get_password(service, username)


class Hanging(Memory):
    """One that does not answer before the test is over."""

    def __init__(self) -> None:
        super().__init__()
        self.over = Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.over.wait()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.over.wait()

    def delete_password(self, service: str, username: str) -> None:
        self.over.wait()


class Forgetful(Memory):
    """One that takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Clinging(Memory):
    """One that lets go of nothing, and does not say so."""

    def delete_password(self, service: str, username: str) -> None:
        pass


class ReadOnly(Memory):
    """One that only reads."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


Use = Callable[..., None]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Use]:
    """Choose the backend, or several in a chain; the former one comes back after the test."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    before = keyring.get_keyring()

    def use(*rings: KeyringBackend) -> None:
        if len(rings) == 1:
            keyring.set_keyring(rings[0])
            return
        chain = type("Chain", (ChainerBackend,), {"backends": list(rings)})
        keyring.set_keyring(chain())

    yield use
    keyring.set_keyring(before)


@pytest.fixture
def ring(use: Use) -> Memory:
    """A backend that works, chosen."""
    ring = Memory()
    use(ring)
    return ring


@pytest.fixture
def hanging(use: Use, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A backend that does not answer, and little patience with it."""
    ring = Hanging()
    use(ring)
    monkeypatch.setattr(keyrings, "PATIENCE", 0.05)
    yield
    ring.over.set()


# --- the token itself ---


@dataclass(frozen=True)
class Holder:
    token: Token


def test_the_token_is_given_by_reveal_alone() -> None:
    token = Token(SECRET)
    assert token.reveal() == SECRET
    assert {repr(token), str(token), f"{token}", "%s" % (token,)} == {"Token(…)"}  # noqa: UP031
    assert SECRET not in repr(Holder(token)) + repr([token]) + repr(Found(token)) + repr(asdict(Holder(token)))
    assert not hasattr(token, "__dict__")


def test_no_serializer_writes_a_token() -> None:
    token = Token(SECRET)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="not written"):
            pickle.dumps(Holder(token), protocol)
    with pytest.raises(TypeError, match="not written"):
        token.__getstate__()
    with pytest.raises(TypeError):
        json.dumps(token)
    with pytest.raises(TypeError):
        json.dumps(cattrs.unstructure(Holder(token)))
    assert SECRET not in json.dumps(asdict(Holder(token)), default=str)


def test_tokens_are_equal_by_what_they_are_and_do_not_change() -> None:
    token = Token(SECRET)
    assert token == Token(SECRET)
    assert token != Token(SECRET + "x")
    assert token != SECRET
    assert len({token, Token(SECRET)}) == 1
    assert copy.copy(token) is token
    assert copy.deepcopy(token) is token
    for change in (lambda: setattr(token, "_secret", "x"), lambda: delattr(token, "_secret")):
        with pytest.raises(AttributeError):
            change()
    with pytest.raises(AttributeError):
        token.more = 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "Enter"),
        (" \n", "Enter"),
        (f"{SECRET}\n", "blanks"),
        (f"Bearer {SECRET}", "blanks"),
        (f"{SECRET}\r\nX-Other: 1", "blanks"),
        (f"{SECRET}\u00a0", "blanks"),
        (f"{SECRET}\x00", "ASCII"),
        (f"{SECRET}\x7f", "ASCII"),
        (f"{SECRET}\u200b", "ASCII"),
        (f"{SECRET}é", "ASCII"),
        (f"{SECRET}\ud800", "ASCII"),
        (SECRET * 1000, str(LONGEST)),
    ],
)
def test_what_cannot_be_a_token_is_refused_and_not_repeated(text: str, word: str) -> None:
    fault = token_fault(text)
    assert word in fault
    assert SECRET not in fault
    with pytest.raises(ValueError, match=word):
        Token(text)


@given(st.text())
def test_every_text_is_a_token_or_has_a_fault(text: str) -> None:
    if fault := token_fault(text):
        assert len(text) < 8 or text not in fault
    else:
        assert Token(text).reveal() == text
        assert text.encode("ascii").strip() == text.encode("ascii")


@given(TOKENS)
def test_visible_ascii_is_a_token(text: str) -> None:
    assert token_fault(text) == ""


# --- the environment ---


def test_the_environment_is_read_as_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment_api() == ("", None)
    monkeypatch.setenv("PANTHER_API_URL", " https://acme.runpanther.net\n")
    monkeypatch.setenv("PANTHER_API_TOKEN", f" {SECRET}\n")
    assert environment_api() == ("https://acme.runpanther.net", Token(SECRET))
    monkeypatch.setenv("PANTHER_API_TOKEN", "two words")
    assert environment_api()[1] is None


@pytest.mark.parametrize(
    "url", ["", "https://acme.runpanther.net", f"{BASE}/public/graphql", f"{BASE}/v1/public/graphql"]
)
def test_the_environment_wins_over_the_keyring(ring: Memory, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    keep_token(BASE, Token("another"))
    monkeypatch.setenv("PANTHER_API_URL", url)
    monkeypatch.setenv("PANTHER_API_TOKEN", SECRET)
    assert find_token(BASE) == Found(Token(SECRET), Origin.ENVIRONMENT, "PANTHER_API_TOKEN")
    assert environment_token(BASE) == find_token(BASE)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (OTHER, "belongs to api.other.runpanther.net"),
        (f"{BASE}:8443", "belongs to api.acme.runpanther.net:8443"),
        ("acme", "PANTHER_API_URL does not tell whose it is"),
        ("https://user:password@api.acme.runpanther.net", "PANTHER_API_URL does not tell whose it is"),
    ],
)
def test_the_environments_token_goes_to_no_other_host(
    ring: Memory, monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    monkeypatch.setenv("PANTHER_API_URL", url)
    monkeypatch.setenv("PANTHER_API_TOKEN", SECRET)
    found = find_token(BASE)
    assert found.token is None
    assert words in found.note
    assert "password@" not in found.note
    keep_token(BASE, Token("another"))
    found = find_token(BASE)
    assert (found.token, found.origin) == (Token("another"), Origin.KEYRING)
    assert words in found.note


def test_a_bad_token_of_the_environment_is_told_and_not_replaced(ring: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_token(BASE, Token("another"))
    monkeypatch.setenv("PANTHER_API_TOKEN", f"Bearer {SECRET}")
    found = find_token(BASE)
    assert (found.token, found.origin, found.place) == (None, Origin.NONE, "PANTHER_API_TOKEN")
    assert "PANTHER_API_TOKEN is not used. Leave out the blanks" in found.note
    assert SECRET not in found.note


# --- a keyring that works ---


def test_a_token_is_kept_under_its_host_found_and_forgotten(ring: Memory) -> None:
    assert find_token(BASE) == Found()
    kept = keep_token("https://acme.runpanther.net/log-sources", Token(SECRET))
    assert ring.kept == {(SERVICE, HOST): SECRET}
    assert kept == find_token(BASE) == Found(Token(SECRET), Origin.KEYRING, ring.name)
    assert find_token(OTHER).token is None
    assert not forget_token(OTHER)
    assert forget_token(BASE)
    assert not forget_token(BASE)
    assert ring.kept == {}


def test_another_token_takes_the_place_of_the_first(ring: Memory) -> None:
    keep_token(BASE, Token("another"))
    keep_token(BASE, Token(SECRET))
    assert find_token(BASE).token == Token(SECRET)


def test_a_backend_that_does_not_encrypt_is_told(use: Use) -> None:
    use(PlaintextKeyring())
    assert "unencrypted" in keep_token(BASE, Token(SECRET)).note
    assert "unencrypted" in find_token(BASE).note


@pytest.mark.parametrize("value", ["", f"Bearer {SECRET}", f"{SECRET}\n", "é" * 9, 7], ids=repr)
def test_what_is_kept_but_no_token_is_as_good_as_none(ring: Memory, value: str) -> None:
    ring.kept[SERVICE, HOST] = value
    found = find_token(BASE)
    assert (found.token, found.origin) == (None, Origin.NONE)
    assert "is no token" in found.note
    assert SECRET not in found.note
    assert forget_token(BASE)


def test_of_a_chain_the_first_that_holds_it_is_named_and_all_forget_it(use: Use) -> None:
    first, second = ReadOnly(), PlaintextKeyring()
    use(NullKeyring(), first, second)
    assert keep_token(BASE, Token(SECRET)).place == second.name
    first.kept[SERVICE, HOST] = "another"
    assert find_token(BASE) == Found(Token("another"), Origin.KEYRING, first.name)
    assert forget_token(BASE)
    assert first.kept == second.kept == {}


def test_a_locked_backend_of_a_chain_hides_no_token_and_is_not_passed_over(use: Use) -> None:
    locked, second = Broken(KeyringLocked("no")), Memory()
    second.kept[SERVICE, HOST] = SECRET
    use(locked, second)
    assert find_token(BASE).place == second.name
    with pytest.raises(Problem, match="is locked"):
        keep_token(BASE, Token("another"))
    with pytest.raises(Problem, match="is locked"):
        forget_token(BASE)
    assert second.kept == {}


# --- one that does not ---


def told(by: Callable[[], object]) -> str:
    """Return what a call says when it cannot do what it should."""
    with pytest.raises(Problem) as raised:
        by()
    assert raised.value.remedy
    return str(raised.value)


def all_told() -> list[str]:
    """Return what keeping, forgetting and finding say."""
    found = find_token(BASE)
    assert (found.token, found.origin) == (None, Origin.NONE)
    return [told(lambda: keep_token(BASE, Token(SECRET))), told(lambda: forget_token(BASE)), found.note]


@pytest.mark.parametrize("rings", [[NoKeyring()], [NullKeyring()], [], [NoKeyring(), NullKeyring()]], ids=len)
def test_a_machine_without_a_keyring_is_told_with_the_variable(use: Use, rings: list[KeyringBackend]) -> None:
    use(*rings)
    for words in all_told():
        assert "There is no keyring on this machine" in words
        assert "PANTHER_API_TOKEN" in words


@pytest.mark.parametrize(
    ("error", "title", "cause"),
    [
        (KeyringLocked("Failed to unlock"), "is locked", "KeyringLocked: Failed to unlock"),
        (InitError("No collection"), "is locked", "InitError: No collection"),
        (PasswordSetError("-25308"), "cannot be used", "PasswordSetError: -25308"),
        (KeyringError(""), "cannot be used", "KeyringError"),
        (ConnectionRefusedError(111, "refused"), "cannot be used", "ConnectionRefusedError: [Errno 111] refused"),
        (RuntimeError(f"read {SECRET}"), "cannot be used", "RuntimeError"),
        (UnicodeError(SECRET), "cannot be used", "UnicodeError"),
        (KeyringError("\x1b[31mred"), "cannot be used", "KeyringError: \\x1b[31mred"),
    ],
    ids=repr,
)
def test_a_backend_that_fails_is_told(
    use: Use, capfd: pytest.CaptureFixture[str], error: Exception, title: str, cause: str
) -> None:
    ring = Broken(error)
    use(ring)
    for words in all_told():
        assert f"{ring.name} {title}" in words
        assert cause in words
        assert SECRET not in words
        assert "PANTHER_API_TOKEN" in words or "by hand" in words
    assert capfd.readouterr() == ("", "")


def test_a_backend_that_repeats_what_it_shall_keep_is_not_quoted(use: Use) -> None:
    use(Broken(KeyringError(f"cannot store {SECRET}")))
    assert SECRET not in told(lambda: keep_token(BASE, Token(SECRET)))


def test_a_backend_that_ends_the_program_does_not(use: Use) -> None:
    use(Broken(SystemExit(SECRET)))
    for words in all_told():
        assert "SystemExit" in words
        assert SECRET not in words


def test_a_backend_that_does_not_answer_is_told(hanging: None, capfd: pytest.CaptureFixture[str]) -> None:
    for words in all_told():
        assert "The keyring does not answer" in words
        assert "PANTHER_API_TOKEN" in words
    sys.stderr.write("still heard")
    sys.stderr.flush()
    assert capfd.readouterr() == ("", "still heard")


def test_a_backend_that_forgets_is_found_out(use: Use) -> None:
    use(Forgetful())
    assert "did not keep the token" in told(lambda: keep_token(BASE, Token(SECRET)))


def test_a_backend_that_keeps_what_it_shall_forget_is_found_out(use: Use) -> None:
    use(Clinging())
    keep_token(BASE, Token(SECRET))
    assert "still holds the token" in told(lambda: forget_token(BASE))


def test_a_backend_that_only_reads_is_told(use: Use) -> None:
    use(ReadOnly())
    assert "did not keep the token" in told(lambda: keep_token(BASE, Token(SECRET)))


def test_a_backend_that_would_draw_over_the_wizard_is_not_asked(use: Use) -> None:
    asking = type("EncryptedKeyring", (Memory,), {"__module__": "keyrings.alt.file"})
    use(asking())
    for words in all_told():
        assert "ask for its password on the terminal" in words
    use(asking(), Memory())
    assert keep_token(BASE, Token(SECRET)).token == Token(SECRET)


def test_a_backend_that_does_not_exist_is_told(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> KeyringBackend:
        raise ModuleNotFoundError("No module named 'nowhere'")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    for words in all_told():
        assert "cannot be opened" in words
        assert "No module named 'nowhere'" in words


@pytest.mark.parametrize(
    "question", [find_token, forget_token, environment_token, lambda base: keep_token(base, Token("x"))]
)
def test_no_address_is_no_question(question: Callable[[str], object]) -> None:
    with pytest.raises(ValueError, match="whole host"):
        question("acme")


def test_the_note_of_a_problem_reads_as_sentences(use: Use) -> None:
    use(Broken(KeyringLocked("Failed to unlock the collection!")))
    first, second, *_ = find_token(BASE).note.split(". ")
    assert first.endswith("is locked")
    assert second == "KeyringLocked: Failed to unlock the collection!"
