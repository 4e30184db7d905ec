"""What an entry of the catalogue is. Its name is its function's, and its reason the function's docstring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from panther_s3.checks.result import Status
from tests.catalogue.scene import Scene

Change = Callable[[Scene], None]

WARNINGS = {
    ("role.trust", "specific_role_trusted"),
    ("role.trust", "secure_transport_not_required"),
    ("bucket.exists", "other_region"),
    ("objects.read", "no_objects"),
    ("notifications.topic_policy", "no_source_guard"),
}
UNKNOWNS = {"not_readable", "not_answered", "depends_on_panther", "cannot_judge", "simulation_disagrees"}


@dataclass(frozen=True)
class Misconfiguration:
    """Something wrong, and which check has to find it as what."""

    change: Change
    check: str
    cause: str
    also: frozenset[str]
    """Checks that fail in consequence."""
    seeded: bool
    """Whether the emulator can hold it; else it is a recorded document."""
    status: Status
    mended: bool
    """Whether a statement in the remedy mends it."""

    @property
    def name(self) -> str:
        return self.change.__name__


@dataclass(frozen=True)
class Healthy:
    """Something unusual in which nothing is wrong."""

    change: Change
    seeded: bool
    region: str
    warned: frozenset[str]
    """Checks that warn, and rightly."""

    @property
    def name(self) -> str:
        return self.change.__name__


MISCONFIGURATIONS: list[Misconfiguration] = []
HEALTHY: list[Healthy] = []


def wrong(
    check: str,
    cause: str,
    *also: str,
    seeded: bool = False,
    status: Status | None = None,
    mended: bool = False,
) -> Callable[[Change], Change]:
    """Enter a misconfiguration, by what `check` has to find in it."""
    expected = Status.WARN if (check, cause) in WARNINGS else Status.UNKNOWN if cause in UNKNOWNS else Status.FAIL

    def enter(change: Change) -> Change:
        assert change.__doc__, f"{change.__name__} gives no reason"
        MISCONFIGURATIONS.append(
            Misconfiguration(change, check, cause, frozenset(also), seeded, status or expected, mended)
        )
        return change

    return enter


def healthy(
    *, seeded: bool = False, region: str = "us-west-2", warned: tuple[str, ...] = ()
) -> Callable[[Change], Change]:
    """Enter a healthy variant, in which no check may fail and none but `warned` may warn."""

    def enter(change: Change) -> Change:
        assert change.__doc__, f"{change.__name__} gives no reason"
        HEALTHY.append(Healthy(change, seeded, region, frozenset(warned)))
        return change

    return enter
