"""What is not known of a request: the values that it may have, as far as the policies make a difference of them.

A condition key whose value only Panther's side knows is tried with each value that a policy asks
for, and with one that none asks for. Where all agree, the value does not matter.
"""

from __future__ import annotations

import ipaddress
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from panther_s3.checks.requests import Request
from panther_s3.checks.statements import conditions_of, statements_of

Document = Mapping[str, Any]

OF_PANTHER = (
    "aws:sourceip",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principaltag/",
    "aws:userid",
    "aws:useragent",
    "aws:referer",
    "sts:rolesessionname",
    "aws:ec2instancesourceprivateipv4",
)
"""Condition keys of Panther's own calls whose values the customer cannot know, in lower case."""
OF_ROLE = ("aws:sourceip", "aws:userid", "aws:useragent", "aws:referer", "sts:rolesessionname", "s3:existingobjecttag/")
"""The same of the calls that Panther makes as the role: its organization and tags are the customer's."""
ORGANIZATION = ("aws:resourceorgid", "aws:resourceorgpaths")
"""The customer's own organization: a policy of the customer's that names one is taken to name theirs."""
ORGANIZATION_OF_PRINCIPAL = ("aws:principalorgid", "aws:principalorgpaths")
"""The same; a service has none."""
ORGANIZATION_OF_SOURCE = ("aws:sourceorgid", "aws:sourceorgpaths")
"""The same, of the resource that a service acts for; only services have it."""
MOST_WORLDS = 96
NOBODY = "a-value-that-no-policy-names"
NOBODYS_ADDRESS = ("198.18.0.1", "2001:db8:ffff::1")
"""Addresses that stand for one outside of every range that a policy names."""


class World:
    """One possibility: the request with every unknown value filled in."""

    def __init__(self, request: Request, chosen: Mapping[str, str]) -> None:
        self.chosen = dict(chosen)
        known = {name.lower() for name in chosen}
        kept = {name: value for name, value in request.context.items() if name.lower() not in known}
        self.request = {**request.as_mapping(), "context": {**kept, **self.chosen}}


def worlds(request: Request, documents: Iterable[Document], unknown: tuple[str, ...]) -> Iterator[World]:
    """Return every possibility of `request` that `documents` could make a difference of.

    Args:
        request: what is known.
        documents: every policy that takes part.
        unknown: the condition keys whose values are not known unless the request has them, in lower
            case; one that ends in a slash stands for all that begin with it.
    """
    asked = asked_values(documents)
    ours = ORGANIZATION + (ORGANIZATION_OF_PRINCIPAL if request.account else ORGANIZATION_OF_SOURCE)
    told = {key.lower() for key in request.context}
    choices: dict[str, list[str]] = {}
    for key, values in asked.items():
        if key in told:
            continue
        if any(key == name or (name.endswith("/") and key.startswith(name)) for name in unknown):
            choices[key] = _candidates(key, values)
        elif key in ours:
            choices[key] = [_fitting(value) for value in values[:1]]
    for chosen in _combined(choices):
        yield World(request, chosen)


def _combined(choices: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    """Yield every combination; where these are too many, each value beside what no policy names, and what each does.

    Values that no policy names come last of a key's.
    """
    if math.prod(map(len, choices.values())) <= MOST_WORLDS:
        for picked in itertools.product(*choices.values()):
            yield dict(zip(choices, picked, strict=True))
        return
    for base in ({key: values[-1] for key, values in choices.items()}, {key: each[0] for key, each in choices.items()}):
        yield base
        for key, values in choices.items():
            yield from ({**base, key: value} for value in values if value != base[key])


def asked_values(documents: Iterable[Document]) -> dict[str, list[str]]:
    """Return every condition key of `documents`, in lower case, with the values that it is compared with."""
    found: dict[str, list[str]] = {}
    for document in documents:
        for statement in statements_of(document):
            for operator, key, values in conditions_of(statement):
                if not operator.lower().startswith("null"):
                    found.setdefault(key.lower(), []).extend(values)
    return found


def _candidates(key: str, values: list[str]) -> list[str]:
    """The values to try: one for each that a policy names, and one that none does."""
    if key == "aws:sourceip":
        return [*dict.fromkeys(filter(None, map(_address_in, values))), *_addresses_outside(values)]
    return [*dict.fromkeys(_fitting(value) for value in values), NOBODY]


def _fitting(pattern: str) -> str:
    """A value that fits `pattern`, its wildcards filled in."""
    return pattern.replace("*", "x").replace("?", "x")


def _address_in(text: str) -> str:
    """An address in the range `text`; "" where it is private or a carrier's, since Panther comes from no such one."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return ""
    address = network.network_address + (1 if network.num_addresses > 2 else 0)
    everything = network.prefixlen == 0
    return "" if everything or not (network.is_global or _documentation(network)) else str(address)


def _documentation(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    """Whether the range is one for documentation, which Python counts as private and people use in examples."""
    ranges = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    return any(
        network.version == outer.version and network.subnet_of(outer)  # type: ignore[arg-type]
        for outer in map(ipaddress.ip_network, ranges)
    )


def _addresses_outside(values: list[str]) -> list[str]:
    return [NOBODYS_ADDRESS[0]] if all(":" not in value for value in values) else list(NOBODYS_ADDRESS)
