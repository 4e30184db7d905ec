"""Which condition keys have values that are not known here, and which values of theirs are worth a try.

Some only Panther's side knows; others are the customer's own, but nobody read them.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from panther_s3.access.variables import Context, expand
from panther_s3.checks.requests import Request
from panther_s3.checks.statements import as_list, conditions_of, statements_of

Document = Mapping[str, Any]
Choices = Mapping[str, list[str | None]]
"""The values to try of each condition key, in lower case; None for a request without the key."""

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
OF_ROLE = ("aws:sourceip", "aws:userid", "aws:useragent", "aws:referer", "sts:rolesessionname")
"""The same of the calls that Panther makes as the role: its organization and tags are the customer's."""
VARYING: Mapping[str, tuple[str, ...]] = {"s3:tlsversion": ("1.2", "1.3")}
"""What a call has for certain, with the values that it may have: S3 takes both (S3 user guide, "TLS")."""
UNREAD: Mapping[str, tuple[str, ...]] = {
    "s3": ("aws:resourcetag/", "s3:buckettag/", "s3:existingobjecttag/"),
    "sns": ("aws:resourcetag/",),
    "kms": (
        "aws:resourcetag/",
        "kms:resourcealiases",
        "kms:keyorigin",
        "kms:keyspec",
        "kms:keyusage",
        "kms:multiregion",
    ),
}
"""What AWS says of the resource by its service, and nobody read (service authorization reference)."""
ORGANIZATION = ("aws:resourceorgid", "aws:resourceorgpaths")
"""The customer's own organization: a policy of the customer's that names one is taken to name theirs."""
ORGANIZATION_OF_PRINCIPAL = ("aws:principalorgid", "aws:principalorgpaths")
"""The same; a service has none."""
ORGANIZATION_OF_SOURCE = ("aws:sourceorgid", "aws:sourceorgpaths")
"""The same, of the resource that a service acts for; only services have it."""
OWN = "o-own-organization"
"""Stands for the customer's organization where no policy names one."""
NOBODY = "a-value-that-no-policy-names"
NOBODYS_ADDRESS = ("198.18.0.1", "2001:db8:ffff::1")
"""Addresses that stand for one outside of every range that a policy names."""
_VARIABLE = re.compile(r"\$\{\s*([^{},']+?)\s*[,}]")


@dataclass
class Asked:
    """What policies ask of a condition key."""

    values: list[str] = field(default_factory=list)
    """What it is compared with, as written."""
    keys: list[str] = field(default_factory=list)
    """The keys that are compared with it by a policy variable, in lower case."""
    compared: bool = False
    """False where nothing is asked but whether it is there."""


def choices_of(request: Request, documents: Iterable[Document], unknown: tuple[str, ...]) -> Iterator[Choices]:
    """Yield the values to try of each key that `documents` ask for, once for each organization that may be the own.

    Args:
        request: what is known.
        documents: every policy that takes part.
        unknown: the condition keys whose values only Panther's side knows, unless the request has them;
            one that ends in a slash stands for all that begin with it.
    """
    asked = asked_keys(documents)
    told = {key.lower(): tuple(map(str, as_list(value))) for key, value in request.context.items()}
    own = [key for key in own_organization(request, unknown) if key in asked and key not in told]
    unread = UNREAD.get(request.action.partition(":")[0], ())
    for organization in _organizations(asked, own):
        choices: dict[str, list[str | None]] = {
            key: [*_of_organization(key, organization, asked[key].values)] for key in own
        }
        context = told | {key: (str(values[0]),) for key, values in choices.items()}
        for key, ask in asked.items():
            if key in VARYING and key in told and ask.compared:
                choices[key] = [*VARYING[key]]
            elif key in told or key in own:
                continue
            elif stands_in(key, unknown) and ask.compared:
                choices[key] = [*_candidates(key, _filled(ask, context))]
            elif stands_in(key, unread):
                choices[key] = [*_neighbours(_filled(ask, context)), NOBODY, None]
        yield choices


def own_organization(request: Request, unknown: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys that hold the customer's own organization, which is one and the same in all of them."""
    others = ORGANIZATION_OF_PRINCIPAL if request.account else ORGANIZATION_OF_SOURCE
    return tuple(key for key in (*ORGANIZATION, *others) if not stands_in(key, unknown))


def stands_in(key: str, names: Iterable[str]) -> bool:
    """Tell whether `key` is one of `names`, of which one that ends in a slash stands for all that begin with it."""
    return any(key == name or (name.endswith("/") and key.startswith(name)) for name in names)


def asked_keys(documents: Iterable[Document]) -> dict[str, Asked]:
    """Return every condition key that `documents` mention, in policy variables too, in lower case."""
    found: dict[str, Asked] = {}
    for document in documents:
        for statement in statements_of(document):
            for operator, key, values in conditions_of(statement):
                ask = found.setdefault(key.lower(), Asked())
                if operator.lower().startswith("null"):
                    continue
                ask.compared = True
                ask.values += values
                for name in (name.lower() for value in values for name in _VARIABLE.findall(value)):
                    variable = found.setdefault(name, Asked())
                    variable.compared = True
                    variable.keys.append(key.lower())
    return found


def spelled(keys: Iterable[str], documents: Iterable[Document]) -> tuple[str, ...]:
    """Return `keys`, which are in lower case, as `documents` spell them first."""
    tests = [test for document in documents for each in statements_of(document) for test in conditions_of(each)]
    written = [name for _, key, values in tests for name in (key, *_VARIABLE.findall(" ".join(values)))]
    names = {name.lower(): name for name in reversed(written)}
    return tuple(names.get(key, key) for key in keys)


def asked_values(documents: Iterable[Document]) -> dict[str, list[str]]:
    """Return every condition key that `documents` compare, in lower case, with the values that it is compared with."""
    return {key: ask.values for key, ask in asked_keys(documents).items() if ask.values}


def _organizations(asked: Mapping[str, Asked], own: list[str]) -> list[str]:
    """The organizations that may be the customer's own: those that the policies name, else one that stands for it."""
    named = dict.fromkeys(
        value.partition("/")[0] for key in own for value in asked[key].values if not _VARIABLE.search(value)
    )
    literal = [name for name in named if not set(name) & set("*?")]
    return literal or list(dict.fromkeys(_fitting(name) for name in named)) or [OWN]


def _of_organization(key: str, organization: str, values: list[str]) -> list[str]:
    """The values to try of a key of the own organization: its id, or the paths in it that the policies name."""
    if not key.endswith("paths"):
        return [organization]
    named = [value.partition("/") for value in values if not _VARIABLE.search(value)]
    rest = [_fitting(path) for name, _, path in named if name == organization or set(name) & set("*?")]
    return [f"{organization}/{path}" for path in dict.fromkeys(rest)] or [f"{organization}/r-x/ou-x/"]


def _filled(ask: Asked, context: Context) -> list[str]:
    """What the key is compared with, policy variables and wildcards filled in; without what has no value."""
    expanded = [expand(value, context, variables=True) for value in ask.values]
    texts = ["".join(_fitting(part.text) if part.wild else part.text for part in parts) for parts in expanded if parts]
    return list(dict.fromkeys([*texts, *(value for key in ask.keys for value in context.get(key, ()))]))


def _neighbours(values: list[str]) -> list[str]:
    """`values`, and beside each number the next ones, for operators that compare by order."""
    near = [str(int(value) + step) for value in values if value.isdecimal() and len(value) < 6 for step in (-1, 1)]
    return list(dict.fromkeys([*values, *near]))


def _candidates(key: str, values: list[str]) -> list[str]:
    """The values to try: one for each that a policy names, and one that none does."""
    if key == "aws:sourceip":
        return [*dict.fromkeys(filter(None, map(_address_in, values))), *_addresses_outside(values)]
    return [*values, NOBODY]


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
