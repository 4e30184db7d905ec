"""Taking back what a run did in Panther: sources and drop-off alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from panther_s3.aws.session import Aws
from panther_s3.journal.changes import Change, ChangeKind
from panther_s3.journal.records import Record
from panther_s3.mending.diffs import as_diff
from panther_s3.panther_api.access import no_token
from panther_s3.panther_api.client import PantherApi
from panther_s3.panther_api.model import PantherSource, comparable, source_body, source_of
from panther_s3.problems import Problem, ProblemKind
from panther_s3.undo.model import Group, Prospect, Say, Standing

ApiOf = Callable[[str], PantherApi]
"""Gives the client for an address.

It raises a Problem where no token is known for it.
"""


def no_api(base: str) -> PantherApi:
    """Say that nobody gave access to Panther's API.

    Raises:
        Problem: always.
    """
    raise no_token(base)


class Sources:
    """Deletes a source that the run created; gives one that it updated its former form."""

    def __init__(self, api_of: ApiOf) -> None:
        self._api_of = api_of

    def look(self, aws: Aws, group: Group, record: Record) -> Prospect:  # noqa: ARG002 - others need them
        """Return how the source stands in Panther."""
        created = group.before is None
        title = f"{'Delete' if created else 'Put back'} the {group.last.title}"
        means = "Panther reads the bucket no more; what it has read stays." if created else "As it was before this run."
        found = self._found(group, record)
        if found is None:
            return Prospect(group, title, means, Standing.GONE, "Panther has it no more.")
        now = source_body(comparable(found.source))
        if not created and now == _form(group.before):
            return Prospect(group, title, means, Standing.GONE, "It is as it was before.")
        if now not in [_form(change.after) for change in (*group.changes, *_updates(record, found.id))]:
            why = "Somebody changed it after this run."
            return Prospect(group, title, means, Standing.CHANGED, why, as_diff(_form(group.after), now))
        return Prospect(group, title, means, Standing.READY, found=found.id)

    def continues(self, change: Change, former: Change, record: Record) -> bool:  # noqa: ARG002 - others need it
        """Whether nobody changed the source in between."""
        return change.before is not None and _form(change.before) == _form(former.after)

    def take_back(self, aws: Aws, prospect: Prospect, say: Say) -> None:  # noqa: ARG002 - others need it
        """Delete it, or put its former form back."""
        say(prospect.title)
        before = prospect.group.before
        with _panther(self._api_of, prospect.group) as api:
            if before is None:
                api.delete_source(prospect.found)
            else:
                api.put_former_source(prospect.found, before)

    def _found(self, group: Group, record: Record) -> PantherSource | None:
        """The source; one whose creation was not answered goes by its account and name.

        Where the run updated it later on, it goes by what that update was of: it may have another name since.
        """
        form = group.after
        id = str(group.last.facts.get("id", "")) or next(
            (str(each.facts["id"]) for each in _all_updates(record) if _form(each.before) == _form(form)), ""
        )
        with _panther(self._api_of, group) as api:
            if not id:
                return api.find_source(str(form["awsAccountId"]), str(form["integrationLabel"]))
            return _read(api, id)


class Alarms:
    """Sets a drop-off alarm back to what it was, or takes it away where there was none."""

    def __init__(self, api_of: ApiOf) -> None:
        self._api_of = api_of

    def look(self, aws: Aws, group: Group, record: Record) -> Prospect:  # noqa: ARG002 - others need them
        """Return how the alarm stands in Panther."""
        before, after = group.before, group.after
        title = f"{'Take away' if before is None else 'Set back'} the {group.last.title}"
        means = "Panther alerts no more when nothing arrives." if before is None else f"To {before} minutes again."
        with _panther(self._api_of, group) as api:
            alarm = api.read_alarm(str(group.last.facts["id"]))
            gone = alarm is None and before is not None and not _is_there(api, str(group.last.facts["id"]))
        now = alarm.minutes if alarm else None
        if gone:
            return Prospect(group, title, means, Standing.GONE, "Panther has the source no more, nor its alarm.")
        if now == before:
            return Prospect(group, title, means, Standing.GONE, "It is as it was before.")
        if now not in [change.after for change in group.changes]:
            why = (
                f"Somebody set it to {now} minutes after this run." if now else "Somebody took it away after this run."
            )
            return Prospect(group, title, means, Standing.CHANGED, why)
        return Prospect(group, title, means, Standing.READY, found=after)

    def continues(self, change: Change, former: Change, record: Record) -> bool:  # noqa: ARG002 - others need it
        """Whether nobody set it in between."""
        return bool(change.before == former.after)

    def take_back(self, aws: Aws, prospect: Prospect, say: Say) -> None:  # noqa: ARG002 - others need it
        """Set it back, or take it away."""
        say(prospect.title)
        group = prospect.group
        id = str(group.last.facts["id"])
        with _panther(self._api_of, group) as api:
            if group.before is None:
                api.delete_former_alarm(id)
            else:
                api.put_former_alarm(id, int(group.before))


@contextmanager
def _panther(api_of: ApiOf, group: Group) -> Iterator[PantherApi]:
    """Give the client for the address that the change was sent to; a token that does not hold ends nothing else."""
    try:
        yield api_of(str(group.last.facts["api_url"]))
    except Problem as problem:
        if problem.kind is ProblemKind.CREDENTIALS:
            problem.kind = ProblemKind.ACCESS_DENIED
        raise


def _read(api: PantherApi, id: str) -> PantherSource | None:
    """The source; None where it is gone."""
    try:
        return api.read_source(id)
    except Problem as problem:
        if problem.kind is ProblemKind.NOT_FOUND:
            return None
        raise


def _is_there(api: PantherApi, id: str) -> bool:
    return _read(api, id) is not None


def _all_updates(record: Record) -> list[Change]:
    """The run's own updates of sources: after them they are not any more as they were created."""
    return [each for each in record.in_force if each.kind is ChangeKind.SOURCE and each.before is not None]


def _updates(record: Record, id: str) -> list[Change]:
    return [each for each in _all_updates(record) if each.facts.get("id") == id]


def _form(body: Any) -> dict[str, Any]:
    """A form as the journal has it, in the form that two are compared in."""
    return source_body(comparable(source_of({**body, "integrationId": "-"}).source))
