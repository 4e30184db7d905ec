"""What every part of an unattended run works with: the gateways, the orders, and whom to tell how it goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from panther_s3.applying.outcome import Outcome, Planned
from panther_s3.aws.session import Aws
from panther_s3.flow import Step
from panther_s3.journal import Journal
from panther_s3.panther_api.access import PantherAccess
from panther_s3.source_file.orders import Changes, Orders


class Stopped(Exception):
    """The run was interrupted: nothing more is begun."""


@dataclass
class Context:
    """One unattended run."""

    aws: Aws
    access: PantherAccess
    orders: Orders
    journal: Journal
    folder: Path | None
    """Where documents are saved; None for nowhere."""
    api_url: str = ""
    """Panther's API, as the environment or the file names it; "" where neither does."""
    tell: Callable[[str], object] = lambda _: None
    """Is told in words how the run goes on."""
    interrupted: threading.Event = field(default_factory=threading.Event)
    at_rest: threading.Event = field(default_factory=threading.Event)
    """Set once nothing more is begun or discarded."""
    saved: list[Path] = field(default_factory=list)

    @property
    def may_change(self) -> bool:
        """Whether changes are allowed, and not only compared."""
        return self.orders.changes is Changes.ALLOW

    def say(self, outcome: Outcome, words: str) -> None:
        """Tell what is being done for a source, unless the run is over.

        Raises:
            Stopped: it was interrupted.
        """
        if self.interrupted.is_set():
            raise Stopped
        self.tell(f"{outcome.answers.source.name}: {words}")

    @contextmanager
    def step(self, outcome: Outcome, step: Step, *, ends: bool = True) -> Iterator[None]:
        """Do a part of the flow for a source: what it changes is the source's, and so is what goes wrong.

        Args:
            outcome: the source.
            step: where in the flow the run stands, for the journal.
            ends: whether a Problem keeps the source from what comes after.

        Raises:
            Stopped: the run was interrupted.
        """
        if self.interrupted.is_set():
            raise Stopped
        before = len(self.journal.record.changes)
        try:
            self.journal.keep_answers(step, outcome.answers)
            yield
        except Stopped:
            raise
        except Exception as error:  # noqa: BLE001 - what no gateway put into words ends one source, not the others
            outcome.fail(error, ends=ends)
        finally:
            outcome.changes = outcome.changes + list(self.journal.record.changes[before:])

    def plan(self, outcome: Outcome, title: str, summary: str, lines: tuple[str, ...] = ()) -> None:
        """Note a change that is not made, since none is allowed."""
        outcome.planned.append(Planned(title, summary, lines))
        self.say(outcome, f"would change: {title}")
