"""What is not known of a request: the values that it may have, as far as the policies make a difference of them.

A condition key whose value is not known is tried with each value that a policy asks for, and with one
that none asks for. Where all agree, the value does not matter.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping

from panther_s3.checks.requests import Request
from panther_s3.checks.unknowns import Choices, Document, choices_of

MOST_WORLDS = 96


class World:
    """One possibility: the request with every unknown value filled in."""

    def __init__(self, request: Request, chosen: Mapping[str, str | None]) -> None:
        self.chosen = dict(chosen)
        kept = {name: value for name, value in request.context.items() if name.lower() not in self.chosen}
        there = {name: value for name, value in self.chosen.items() if value is not None}
        self.request = {**request.as_mapping(), "context": {**kept, **there}}


def worlds(request: Request, documents: Iterable[Document], unknown: tuple[str, ...]) -> Iterator[World]:
    """Return every possibility of `request` that `documents` could make a difference of.

    Args:
        request: what is known.
        documents: every policy that takes part.
        unknown: the condition keys whose values only Panther's side knows, unless the request has them, in
            lower case; one that ends in a slash stands for all that begin with it.
    """
    for choices in choices_of(request, documents, unknown):
        for chosen in _combined(choices):
            yield World(request, chosen)


def _combined(choices: Choices) -> Iterator[dict[str, str | None]]:
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
