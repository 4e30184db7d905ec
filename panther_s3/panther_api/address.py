"""The address of Panther's API, from whatever address of a Panther somebody has at hand.

What is known of it:

- The API of the Console at https://<domain> is at https://api.<domain>, its GraphQL behind /public/graphql
  (docs.panther.com/panther-developer-workflows/api). AWS's API Gateway gives addresses of its own, with a stage such
  as /v1 behind them (API Gateway developer guide, "Invoke REST APIs").
- panther_analysis_tool puts "api." before a host, and takes a whole URL as it is.
- terraform-provider-panther finds the REST API by taking /public/graphql off the URL.

An address is read here so that reading what came of it gives the same again: it is kept in files. That is why an
address with a port is taken as it is too (no browser shows a Console's), and why ":443" stays where nothing else would
tell that "api." is not wanted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

GRAPHQL = "/public/graphql"
LONGEST = 2048
"""The longest address that is looked at; browsers and proxies take no longer ones for granted."""
LONGEST_HOST = 253
"""The longest name of a host (RFC 1035)."""
EXAMPLE = "https://acme.runpanther.net"

_DEFAULT_PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_PATH = re.compile(r"(/(?!\.{1,2}(/|$))[0-9A-Za-z._~-]+)*")
_GATEWAY = re.compile(r"(.+\.)?execute-api\.(.+\.)?amazonaws\.com(\.cn)?")


@dataclass(frozen=True)
class _Host:
    """A host, and what its form tells of it."""

    name: str
    """In lower case, without a final dot; an IPv6 address in brackets."""
    is_ip: bool = False
    is_loopback: bool = False

    @property
    def is_the_apis(self) -> bool:
        """True where the name itself tells that it cannot be a Console's."""
        return self.is_ip or self.is_loopback or self.name.startswith("api.") or bool(_GATEWAY.fullmatch(self.name))


@dataclass(frozen=True)
class _Address:
    """The base of the API, taken apart."""

    scheme: str
    host: _Host
    port: int | None
    path: str

    @property
    def base(self) -> str:
        """The URL, without a trailing slash."""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host.name}{port}{self.path}"


def api_url_fault(text: str) -> str:
    """Return why `text` cannot be the address of a Panther; nothing of the text is repeated."""
    try:
        _read(text)
    except ValueError as fault:
        return str(fault)
    return ""


def api_base(text: str) -> str:
    """Return the base URL of the API, without a trailing slash.

    Args:
        text: the Console's address, with anything behind the host, or the API's, with or without /public/graphql.

    Raises:
        ValueError: the text has a fault; its message is that of `api_url_fault`.
    """
    return _read(text).base


def graphql_url(base: str) -> str:
    """Return the URL of the GraphQL API whose base is `base`."""
    return base + GRAPHQL


def host_of(base: str) -> str:
    """Return the host of the API in lower case, with its port where that is not the usual one.

    Raises:
        ValueError: `base` is no address.
    """
    address = _read(base)
    if address.port in (None, _DEFAULT_PORTS[address.scheme]):
        return address.host.name
    return f"{address.host.name}:{address.port}"


def is_loopback(base: str) -> bool:
    """Tell whether the API is on this machine, where nobody listens on the way.

    Raises:
        ValueError: `base` is no address.
    """
    return _read(base).host.is_loopback


def _read(text: str) -> _Address:
    """The API's address that `text` means; raises ValueError with the fault."""
    scheme, authority, path = _parts(text.strip())
    host, port = _host_and_port(authority)
    if scheme == "http" and not host.is_loopback:
        raise ValueError("Use https://: over http:// everybody on the way could read the token.")
    path = path.rstrip("/")
    is_graphql = path.endswith(GRAPHQL)
    while path.endswith(GRAPHQL):
        path = path.removesuffix(GRAPHQL).rstrip("/")
    if not (is_graphql or host.is_the_apis or port is not None):
        return _Address(scheme, _apis_host(host), None, "")
    if not _PATH.fullmatch(path):
        raise ValueError(f"Leave out what stands behind the host, save a stage such as /v1, or {GRAPHQL}.")
    usual = _DEFAULT_PORTS[scheme]
    if host.is_the_apis:
        return _Address(scheme, host, None if port == usual else port, path)
    return _Address(scheme, host, port or usual, path)


def _parts(text: str) -> tuple[str, str, str]:
    """The scheme, what stands between it and the path, and the path; query and fragment are dropped."""
    if not text:
        raise ValueError(f"Enter the address of your Panther, such as {EXAMPLE}.")
    if len(text) > LONGEST:
        raise ValueError(f"Use at most {LONGEST} characters: an address such as {EXAMPLE} is all that is needed.")
    if any(character.isspace() for character in text):
        raise ValueError("Leave out the blanks inside the address.")
    if not text.isprintable():
        raise ValueError("Leave out the invisible characters: type the address in place of pasting it.")
    if "\\" in text:
        raise ValueError("Use slashes: an address has no backslash.")
    if re.match(r"https?:(?!//)", text, re.IGNORECASE) or text.startswith("/"):
        raise ValueError(f"Begin with https:// and the host, such as {EXAMPLE}.")
    scheme, found, rest = text.partition("://")
    if not found or re.search(r"[/?#]", scheme):
        scheme, rest = "https", text
    if scheme.lower() not in _DEFAULT_PORTS:
        raise ValueError(f"Use a URL that begins with https://, such as {EXAMPLE}.")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    path = re.split(r"[?#]", rest[len(authority) :], maxsplit=1)[0]
    return scheme.lower(), authority, path


def _host_and_port(authority: str) -> tuple[_Host, int | None]:
    """The host and the port of a URL's authority; None where it names no port."""
    if "@" in authority:
        raise ValueError("Leave out the user name and password before the @: the API's token is all that it takes.")
    bracketed = re.fullmatch(r"\[([^\[\]]*)\](?::(.*))?", authority)
    if bracketed:
        host, port = _ipv6(bracketed[1]), bracketed[2] or ""
    elif authority.count(":") > 1:
        raise ValueError("Put an IPv6 address in brackets, such as [::1], and the port behind them.")
    else:
        name, _, port = authority.partition(":")
        host = _named(name)
    if not port:
        return host, None
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise ValueError("Use a port from 1 to 65535, or leave it out with its colon.")
    return host, int(port)


def _ipv6(text: str) -> _Host:
    try:
        address = IPv6Address(text)
    except AddressValueError:
        address = None
    if address is None or address.scope_id is not None:  # a zone holds on one machine only
        raise ValueError("Use an IPv6 address between the brackets, such as [::1].") from None
    return _Host(f"[{address}]", is_ip=True, is_loopback=address.is_loopback)


def _named(text: str) -> _Host:
    """The host of that name, or IPv4 address."""
    if not text.isascii():  # letters that look like others lead elsewhere
        raise ValueError("Use letters a to z in the host; where it has others, its form that begins with xn--.")
    name = text.lower().removesuffix(".")
    if not name:
        raise ValueError(f"Name the host, such as {EXAMPLE}.")
    if name == "localhost":
        return _Host(name, is_loopback=True)
    labels = name.split(".")
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):  # no domain ends so; resolvers read 127.1 and the like
        return _ipv4(name)
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("Use letters a to z, digits and dashes in the host, with a dot between its parts.")
    if not all(_is_decodable(label) for label in labels):
        raise ValueError("Check the part of the host that begins with xn--: it stands for no letters.")
    if len(labels) == 1:
        raise ValueError(f"Use a URL with the whole host, such as {EXAMPLE}.")
    return _short_enough(_Host(name))


def _ipv4(name: str) -> _Host:
    try:
        address = IPv4Address(name)
    except AddressValueError:
        raise ValueError("Use four numbers from 0 to 255 with dots between them, or the host's name.") from None
    return _Host(name, is_ip=True, is_loopback=address.is_loopback)


def _is_decodable(label: str) -> bool:
    """Tell whether a label that claims to stand for other letters does."""
    if not label.startswith("xn--"):
        return True
    try:
        letters = label[4:].encode().decode("punycode")
    except UnicodeError:
        return False
    return letters.isprintable() and not letters.isascii()


def _apis_host(console: _Host) -> _Host:
    return _short_enough(_Host(f"api.{console.name}"))


def _short_enough(host: _Host) -> _Host:
    if len(host.name) > LONGEST_HOST:
        raise ValueError(f"Use a host of at most {LONGEST_HOST} characters, with the api. before it.")
    return host
