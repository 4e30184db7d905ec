"""Panther's API as the wizard uses it: what `reading` reads of S3 sources and alarms, and what is changed of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from panther_s3.aws.writes import WritesInFlight
from panther_s3.journal.changes import Change, ChangeKind
from panther_s3.journal.journal import Journal, Recording
from panther_s3.panther_api.errors import Unclear
from panther_s3.panther_api.model import (
    Alarm,
    PantherSource,
    comparable,
    source_body,
    source_of,
    update_body,
)
from panther_s3.panther_api.reading import SOURCES_PATH, PantherReader, alarm_path, source_path, understanding
from panther_s3.panther_api.transport import WRITE_SECONDS, Transport
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import S3Source
from panther_s3.tokens import Token

LOOKS = 4
"""How often a source is looked for whose creation was not answered; twice as long a pause before each."""
PAUSE_SECONDS = 1.0


class PantherApi(PantherReader):
    """Panther's REST and GraphQL API at one address, with one token; may be shared by threads.

    Paths, fields and answers are those of docs.panther.com, "REST", "S3 Sources" (open beta since 1.122),
    of Panther's Terraform provider for the alarm, and of its public GraphQL schema. Not published, and so
    taken as they come: which fields a creation must have, whether it answers 200 or 201, and how GraphQL
    tells of a source that is not there.
    """

    def __init__(
        self,
        base: str,
        token: Token,
        *,
        journal: Journal | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare; nothing is sent before the first question.

        Args:
            base: the API's address (`address.api_base`).
            token: an API token of the deployment.
            journal: where every change is written down; by default in memory only.
            sleep: waits before something is sent or looked for again.
        """
        self.base = base
        self.writes = WritesInFlight()
        self.journal = journal or Journal()
        self._token, self._sleep = token, sleep
        super().__init__(Transport(base, token, sleep=sleep))

    def has(self, token: Token) -> bool:
        """Tell whether this is the client of `token`."""
        return self._token == token

    def create_source(self, source: S3Source) -> PantherSource:
        """Create `source`, which was on the screen, and return it as Panther has it.

        It is never sent twice. Where the answer is lost, the source is looked up by account and name: one
        that is as it was asked for is the one that was made.

        Raises:
            Problem: of kind CONFLICT where another source has the name; Panther refused or did not answer;
                Unclear where it cannot be told whether it was created.
        """
        doing, body = "create the source", source_body(source)
        change = Change(
            ChangeKind.SOURCE,
            f"source {source.name.strip()} in Panther",
            source.name.strip(),
            after=body,
            facts={"api_url": self.base},
        )
        with self.writes.named("Creating the source in Panther"), self.journal.recording(change) as recording:
            try:
                with _sending(recording):
                    document = self._transport.rest("POST", SOURCES_PATH, doing, body, again=False, limit=WRITE_SECONDS)
                    with understanding(doing):
                        made = source_of({**body, **document})
            except Unclear as unclear:
                made = self._looked_for(source, unclear)
            recording.learn(id=made.id)
        return made

    def update_source(self, shown: PantherSource, source: S3Source) -> PantherSource:
        """Give the source what `source` says, where Panther still has it as `shown`; return it as it is then.

        Raises:
            Problem: of kind CONFLICT where it changed since it was shown: nothing was changed then.
                Panther refused or did not answer.
        """
        with self.writes.named("Updating the source in Panther"):
            found = self.read_source(shown.id)
            if found.foreign or comparable(found.source) != comparable(shown.source):
                raise changed_since(shown)
            if comparable(source) == comparable(found.source):
                return found
            return self._put(found, source_body(source), source_body(found.source))

    def put_former_source(self, id: str, body: dict[str, Any]) -> None:
        """Give the source `id` what it had before, as `source_body` says it; that is no change of its own.

        Raises:
            Problem: Panther refused or did not answer.
        """
        with self.writes.named("Putting the source in Panther back"):
            self._transport.rest("PUT", source_path(id), "put the source back", update_body(body), limit=WRITE_SECONDS)

    def delete_source(self, id: str) -> None:
        """Delete the source `id` that a run created; one that is gone is deleted.

        Raises:
            Problem: Panther refused or did not answer.
        """
        with self.writes.named("Deleting the source in Panther"):
            self._delete(source_path(id), "delete the source")

    def put_alarm(self, id: str, label: str, minutes: int) -> Alarm:
        """Have Panther alert after `minutes` without an event (15 to 43200), and return the alarm as it has it.

        Raises:
            Problem: Panther refused or did not answer, or does not show what was set.
        """
        with self.writes.named("Setting the drop-off alarm"):
            before = self.read_alarm(id)
            if before is not None and before.minutes == minutes:
                return before
            change = self._alarm_change(id, label, before, minutes)
            with self.journal.recording(change) as recording, _sending(recording):
                self.put_former_alarm(id, minutes)
            found = self.read_alarm(id)
        if found is None or found.minutes != minutes:
            shown = "none" if found is None else f"{found.minutes} minutes"
            raise Problem(
                "Panther does not show the alarm that was set",
                f"Set to {minutes} minutes; Panther shows {shown}.",
                "Retry, or set it in Panther's Console: the source, Alarm Configuration.",
                speaker="",
            )
        return found

    def remove_alarm(self, id: str, label: str) -> None:
        """Take the drop-off alarm of the source away, where there is one.

        Raises:
            Problem: Panther refused or did not answer.
        """
        with self.writes.named("Taking the drop-off alarm away"):
            before = self.read_alarm(id)
            if before is not None:
                change = self._alarm_change(id, label, before, None)
                with self.journal.recording(change) as recording, _sending(recording):
                    self.delete_former_alarm(id)

    def put_former_alarm(self, id: str, minutes: int) -> None:
        """Set the alarm, as it was or as it shall be; on record elsewhere.

        Raises:
            Problem: Panther refused or did not answer.
        """
        body = {"minutesThreshold": minutes}
        self._transport.rest("PUT", alarm_path(id), "set the drop-off alarm", body, limit=WRITE_SECONDS)

    def delete_former_alarm(self, id: str) -> None:
        """Delete the alarm; on record elsewhere. One that is gone is deleted.

        Raises:
            Problem: Panther refused or did not answer.
        """
        self._delete(alarm_path(id), "take the drop-off alarm away")

    def _put(self, found: PantherSource, body: dict[str, Any], before: dict[str, Any]) -> PantherSource:
        change = Change(
            ChangeKind.SOURCE,
            f"source {found.source.name} in Panther",
            found.id,
            before=before,
            after=body,
            facts={"api_url": self.base, "id": found.id},
        )
        with self.journal.recording(change) as recording, _sending(recording):
            self._transport.rest(
                "PUT", source_path(found.id), "update the source", update_body(body), limit=WRITE_SECONDS
            )
        now = self.read_source(found.id)
        if comparable(now.source) != comparable(source_of({**body, "integrationId": found.id}).source):
            raise Problem(
                "Panther does not show the source as it was sent",
                remedy="Look at it in Panther's Console, and Retry.",
                speaker="",
            )
        return now

    def _looked_for(self, source: S3Source, unclear: Problem) -> PantherSource:
        """The source whose creation was not answered, once Panther shows it.

        Why it could not be looked for is told, but tells nothing of whether it was created.
        """
        trouble = ""
        for look in range(LOOKS):
            if look:
                self._sleep(PAUSE_SECONDS * 2 ** (look - 1))
            try:
                found = self.find_source(source.aws_account_id, source.name)
            except Problem as problem:
                trouble = f"\nIt could not be looked for: {problem.title}."
                continue
            trouble = ""
            if found is not None and comparable(found.source) == comparable(source):
                return found
            if found is not None:
                raise taken(found)
        unclear.cause += trouble or "\nIt was looked for, and is not there so far."
        unclear.remedy = "Whether the source was created is not known. Retry looks first, and creates it only if not."
        raise unclear

    def _delete(self, path: str, doing: str) -> None:
        try:
            self._transport.rest("DELETE", path, doing, limit=WRITE_SECONDS)
        except Problem as problem:
            if problem.kind is not ProblemKind.NOT_FOUND:
                raise

    def _alarm_change(self, id: str, label: str, before: Alarm | None, minutes: int | None) -> Change:
        return Change(
            ChangeKind.ALARM,
            f"drop-off alarm of the source {label}",
            id,
            before=before.minutes if before else None,
            after=minutes,
            facts={"api_url": self.base, "id": id},
        )


@contextmanager
def _sending(recording: Recording) -> Iterator[None]:
    """Note that nothing was made where Panther refused it, or was not reached, and that does not leave it open."""
    try:
        yield
    except Unclear:
        raise
    except Problem:
        recording.refused = True
        raise


def changed_since(shown: PantherSource) -> Problem:
    """Return the Problem of a source that is not any more what was on the screen."""
    return Problem(
        f"The source {shown.source.name} was changed in Panther since it was shown here",
        remedy="Nothing was changed. Look again: what is to be done is planned anew, for what is there now.",
        kind=ProblemKind.CONFLICT,
        speaker="",
    )


def taken(found: PantherSource) -> Problem:
    """Return the Problem of a name that another source has."""
    return Problem(
        f"Panther has a source {found.source.name} already, and another one than this",
        f"It reads the bucket {found.source.bucket_name} of the account {found.source.aws_account_id}.",
        "Open that source, or choose another name.",
        ProblemKind.CONFLICT,
        speaker="",
    )
