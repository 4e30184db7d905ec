"""What Panther's API answers when it does not do what was asked, as Problems."""

from __future__ import annotations

import html
import json
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from panther_s3.problems import Problem, ProblemKind
from panther_s3.text import visible

if TYPE_CHECKING:
    import httpx

SHOWN, SHOWN_OF_MESSAGE = 512, 2000
"""How much of a body is shown, in characters, and of what Panther says in it."""
_TAGS = re.compile(r"(?is)<!--.*?(?:-->|\Z)|<(script|style|head)\b.*?(?:</\1\s*>|\Z)|</?[a-z!][^<>]*>")
"""What of a page is no text; each part of it is looked at once, however long the page is."""
VIEW, MANAGE = "View Log Sources", "Manage Log Sources"
"""The permissions that a token needs, as Panther's Console names them."""
PANTHER = "Panther"
TO_MAKE_ONE = "Make one in Panther's Console: gear icon > API Tokens. A new one works after a minute."
REMEDIES = {
    400: (ProblemKind.INVALID, "Change what Panther names, and try again."),
    401: (
        ProblemKind.CREDENTIALS,
        f"The token is not known there, has ended, or may not be used from this address. {TO_MAKE_ONE}",
    ),
    403: (ProblemKind.ACCESS_DENIED, f"The token needs {VIEW}, and {MANAGE} to change something. {TO_MAKE_ONE}"),
    404: (ProblemKind.NOT_FOUND, "It may have been deleted in Panther's Console. Is the address that of the API?"),
    409: (ProblemKind.CONFLICT, "Open the source that has this name, or choose another name."),
    429: (ProblemKind.THROTTLED, "Wait a minute, then try again."),
}
TITLES = {
    400: "Panther refused to {doing}",
    401: "Panther does not accept the API token",
    403: "The API token may not {doing}",
    404: "Panther could not {doing}: it found nothing there",
    409: "Panther has a source of this name already",
    429: "Panther asks to slow down",
}


class Unclear(Problem):
    """A Problem that leaves open whether Panther did what was asked."""


@dataclass
class Throttled(Problem):
    """Panther lets nothing in for a while; nothing was done."""

    wait: float | None = None
    """Seconds that it asks to wait; None where it does not say."""


def problem_of_status(doing: str, response: httpx.Response) -> Problem:
    """Return the Problem of an answer that is no success.

    Args:
        doing: what was asked for, as it follows on "to", such as "create the source".
        response: Panther's answer, with its body: JSON, HTML of a load balancer, or nothing.
    """
    status = response.status_code
    cause = f"HTTP {status}: {message_of(response)}"
    if status in REMEDIES:
        kind, remedy = REMEDIES[status]
        if status == 429:
            asked = response.headers.get("retry-after", "").strip()
            wait = float(asked) if asked.isascii() and asked.isdigit() else None
            if wait is not None and wait > 60:
                remedy = f"Panther asks to wait {asked[:9]} seconds. Try again then."
            return Throttled(TITLES[status], cause, remedy, kind, speaker=PANTHER, wait=wait)
        by_token = kind in (ProblemKind.CREDENTIALS, ProblemKind.ACCESS_DENIED)
        return Problem(TITLES[status].format(doing=doing), cause, remedy, kind, speaker=PANTHER, by_token=by_token)
    if 300 <= status < 400:
        return Problem(
            "The address is not that of Panther's API",
            f"HTTP {status}: it leads on to {visible(response.headers.get('location', 'another address')[:SHOWN])}.",
            "Nothing was sent there. The API's address begins with https://api. and stands in Panther's Console.",
            ProblemKind.INVALID,
            speaker="",
        )
    if status >= 500:
        remedy = "Try again in a moment; if it stays, ask Panther's support."
        return Unclear(f"Panther could not {doing}", cause, remedy, ProblemKind.NETWORK, speaker=PANTHER)
    remedy = "Change what Panther names, and try again. Is the address that of the API?"
    return Problem(f"Panther refused to {doing}", cause, remedy, ProblemKind.INVALID, speaker=PANTHER)


def problem_of_error(doing: str, error: Exception, host: str) -> Problem:
    """Return the Problem of a request that got no whole answer.

    Args:
        doing: what was asked for, as it follows on "to".
        error: what httpx raised.
        host: where it was sent.
    """
    import httpx

    title = f"Panther's API at {visible(host)} cannot be reached"
    if isinstance(error, httpx.ConnectError):  # later on, the request may have been sent already
        causes = list(_causes(error))
        untrusted = next((each for each in causes if isinstance(each, ssl.SSLCertVerificationError)), None)
        if untrusted is not None:
            return Problem(
                f"The certificate of {visible(host)} is not trusted",
                visible(untrusted.verify_message or str(untrusted)),
                "Nothing was sent. Is the address right? Where your company inspects traffic, name its certificates "
                "in SSL_CERT_FILE.",
                ProblemKind.INVALID,
                speaker="",
            )
        if any(isinstance(each, ssl.SSLError) for each in causes):
            return Problem(
                f"No secure connection to {visible(host)} comes about",
                visible(_words(error)),
                "Nothing was sent. Check the address and its port: what answers there does not speak TLS as it has to.",
                ProblemKind.INVALID,
                speaker="",
            )
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
        remedy = "Nothing was sent. Check the address, your connection and your proxy, then try again."
        return Problem(title, visible(_words(error)), remedy, ProblemKind.NETWORK, speaker="")
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return Problem(title, visible(str(error)), "Check the address.", ProblemKind.INVALID, speaker="")
    return Unclear(
        f"Panther did not answer the request to {doing}",
        visible(_words(error)),
        "Whether it was done is not known. Trying again looks first.",
        ProblemKind.NETWORK,
        speaker="",
    )


def problem_of_surroundings(error: Exception) -> Problem:
    """Return the Problem of an environment in which no client can be made: certificates or a proxy of no use."""
    return Problem(
        "No connection can be made with the settings of this environment",
        visible(str(error) or type(error).__name__),
        "Nothing was sent. SSL_CERT_FILE has to name a readable file of certificates, SSL_CERT_DIR a folder of them; "
        "HTTPS_PROXY, HTTP_PROXY and ALL_PROXY an address that begins with http:// or https://. Set them right, or "
        "leave them out, and start again.",
        ProblemKind.INVALID,
        speaker="",
    )


def problem_of_answer(doing: str, words: str) -> Problem:
    """Return the Problem of a success whose body cannot be understood."""
    return Unclear(
        f"Panther answered the request to {doing} in a way that is not understood",
        visible(words),
        "Is the address that of Panther's API, without a page of a proxy before it?",
        ProblemKind.UNEXPECTED,
        speaker="",
    )


def problem_of_graphql(doing: str, errors: list[Any]) -> Problem:
    """Return the Problem of the `errors` that GraphQL gives with status 200."""
    text = visible(_told(errors))
    codes = {_code(each) for each in errors}
    if "UNAUTHENTICATED" in codes:
        kind, remedy = REMEDIES[401]
        return Problem(TITLES[401], text, remedy, kind, speaker=PANTHER, by_token=True)
    if "FORBIDDEN" in codes or re.search(
        r"not authori[sz]ed|permission|forbidden|unauthori[sz]ed", text, re.IGNORECASE
    ):
        kind, remedy = REMEDIES[403]
        return Problem(TITLES[403].format(doing=doing), text, remedy, kind, speaker=PANTHER, by_token=True)
    if "NOT_FOUND" in codes or re.search(r"not found|does ?n.t exist|no such", text, re.IGNORECASE):
        kind, remedy = REMEDIES[404]
        return Problem(TITLES[404].format(doing=doing), text, remedy, kind, speaker=PANTHER)
    remedy = "Try again in a moment; if it stays, ask Panther's support."
    return Problem(f"Panther refused to {doing}", text, remedy, ProblemKind.INVALID, speaker=PANTHER)


def message_of(response: httpx.Response) -> str:
    """Return in words what a body says: its message where it is JSON, the text of a page, or that it is empty."""
    text = response.text.strip()
    if not text:
        return response.reason_phrase or "without a word"
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        page = html.unescape(_TAGS.sub(" ", text)) if "<" in text else text
        return visible(" ".join(page.split())[:SHOWN]) or "a page without text"
    if isinstance(document, dict):
        if isinstance(document.get("errors"), list) and document["errors"]:
            return visible(_told(document["errors"]))
        for name in ("message", "error", "detail"):
            if isinstance(document.get(name), str) and document[name].strip():
                return visible(_short(document[name].strip()))
    return visible(text[:SHOWN])


def _told(errors: list[Any]) -> str:
    """What the `errors` of GraphQL say."""
    told = (str(each.get("message", each)) if isinstance(each, dict) else str(each) for each in errors)
    return _short("\n".join(told))


def _code(error: Any) -> str:
    """The code of an error of GraphQL; "" where it has none."""
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str(extensions.get("code", "")) if isinstance(extensions, dict) else ""


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_OF_MESSAGE else f"{text[:SHOWN_OF_MESSAGE]}…"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what led to it."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _words(error: Exception) -> str:
    """What an error of httpx says; some say nothing."""
    return str(error) or {
        "ConnectTimeout": "No connection within the time limit.",
        "ReadTimeout": "No answer within the time limit.",
    }.get(type(error).__name__, type(error).__name__)
