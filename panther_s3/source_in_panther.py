"""The source in Panther, as both faces of the program look it up, create, update and open it."""

from __future__ import annotations

from panther_s3.answers import Answers
from panther_s3.opening import opened
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.model import Alarm, PantherSource
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source_plan import SourceAct, SourcePlan, plan_source, wanted_source


def read_plan(access: PantherAccess, answers: Answers, *, anew: bool = True) -> SourcePlan:
    """Return what is to be done in Panther for these answers.

    A source of the same account, name and bucket is the one that the answers are about, whoever made it: an
    earlier run, or this one, whose answer was lost.

    Args:
        access: to Panther's API.
        answers: the source.
        anew: whether the list of sources is read again, where this run has read it.

    Raises:
        Problem: Panther refused or did not answer.
    """
    api = access.api(answers.api_url)
    known = access.sources(answers.api_url, anew=anew)
    existing = _source_of(access, answers) if answers.source_id else None
    if existing is None:
        wanted = wanted_source(answers)
        same = api.find_source(wanted.aws_account_id, wanted.name)
        existing = same if same is not None and same.source.bucket_name == wanted.bucket_name else None
    return plan_source(answers, known, existing)


def make_source(access: PantherAccess, answers: Answers, plan: SourcePlan) -> PantherSource:
    """Do what `plan` says, which was shown and approved, and return the source as Panther has it.

    Raises:
        Problem: Panther refused or did not answer, or has the source otherwise by now than it was shown.
    """
    api = access.api(answers.api_url)
    if plan.act is SourceAct.CREATE:
        return api.create_source(plan.wanted)
    assert plan.shown is not None, "only what was shown is updated"
    return api.update_source(plan.shown, plan.wanted)


def open_source(access: PantherAccess, answers: Answers, id: str) -> Answers:
    """Return the answers about the source `id` of Panther's, to check, repair or update it.

    Raises:
        Problem: there is no such source, or Panther refused or did not answer.
    """
    api = access.api(answers.api_url)
    return opened(answers, api.read_source(id), api.read_alarm(id))


def set_alarm(access: PantherAccess, answers: Answers) -> Alarm | None:
    """Give the source the drop-off alarm that the answers ask for, and return the one that Panther shows then.

    Raises:
        Problem: Panther refused or did not answer.
    """
    api, source = access.api(answers.api_url), answers.source
    if source.drop_off_alarm_minutes is None:
        api.remove_alarm(answers.source_id, source.name)
        return None
    return api.put_alarm(answers.source_id, source.name, source.drop_off_alarm_minutes)


def _source_of(access: PantherAccess, answers: Answers) -> PantherSource | None:
    """The source that the answers name; None where somebody deleted it."""
    try:
        return access.api(answers.api_url).read_source(answers.source_id)
    except Problem as problem:
        if problem.kind is ProblemKind.NOT_FOUND:
            return None
        raise
