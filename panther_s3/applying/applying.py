"""The stages of an unattended run: each is done for every source before the next is begun for any."""

from __future__ import annotations

import json
from dataclasses import replace

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.applying.context import Context
from panther_s3.applying.documents import write
from panther_s3.applying.in_panther import apply_alarm, apply_source
from panther_s3.applying.judging import judge_all, judge_roles
from panther_s3.applying.notify import apply_notifications, no_topic
from panther_s3.applying.outcome import Outcome
from panther_s3.applying.role import apply_role
from panther_s3.arns import region_of
from panther_s3.aws.buckets import Buckets
from panther_s3.aws.topics import Topics
from panther_s3.flow import STEP_OF_METHOD, Step
from panther_s3.handwork import HandStep
from panther_s3.made import with_made
from panther_s3.opening import about
from panther_s3.problems import Problem, ProblemKind
from panther_s3.report import outcome_markdown
from panther_s3.rules import other_partition_fault, topic_arn_fault
from panther_s3.source_file import SourceFile
from panther_s3.source_file.orders import NotifyWay, Orders

AGAIN = HandStep(
    "Make what was compared", ("Say changes: allow in the file's onboarding section, and apply it again.",)
)


def prepare(found: SourceFile, orders: Orders, known: Answers) -> list[Outcome]:
    """Return the sources of a file as they begin, each with the answers that the file gives.

    Args:
        found: the file.
        orders: its onboarding section.
        known: what holds for all: profile, region, identity, Panther, and its API.
    """
    return [
        Outcome(
            replace(
                about(known, source),
                iam_method=orders.iam_role,
                notifications_by=_notifications_by(source.panther_managed_bucket_notifications_enabled, orders),
                onboarding=found.onboarding,
                saved=(source,),
            ),
            named,
        )
        for source, named in zip(found.sources, found.named, strict=True)
    ]


def apply_file(context: Context, outcomes: list[Outcome]) -> None:
    """Apply every source; what comes of each stands in its Outcome, and a failure stops that source alone.

    Raises:
        Stopped: the run was interrupted.
    """
    try:
        _apply(context, outcomes)
    finally:
        context.at_rest.set()


def _apply(context: Context, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        with context.step(outcome, Step.BUCKET_DETAILS):
            _find_bucket(context, outcome)
    for outcome in _going_on(outcomes):
        with context.step(outcome, STEP_OF_METHOD[context.orders.iam_role]):
            apply_role(context, outcome)
    judge_roles(context, outcomes)
    notified: list[Outcome] = []
    for outcome in _going_on(outcomes):
        if outcome.answers.by_api:
            # trouble with Panther's API holds up nothing in AWS
            with context.step(outcome, Step.PANTHER_SOURCE, ends=False):
                apply_source(context, outcome)
        with context.step(outcome, Step.NOTIFICATIONS):
            if apply_notifications(context, outcome):
                notified.append(outcome)
    judge_all(context, outcomes, notified)
    for outcome in _going_on(outcomes):
        if outcome.answers.by_api:
            with context.step(outcome, Step.DROP_OFF_ALARM, ends=False):
                apply_alarm(context, outcome)
    for outcome in outcomes:
        with context.step(outcome, Step.FINISH):
            _report(context, outcome)


def _notifications_by(managed: bool, orders: Orders) -> NotificationsBy:
    if managed:
        return NotificationsBy.PANTHER
    return NotificationsBy.OPERATOR if orders.notifications is NotifyWay.SKIP else NotificationsBy.WIZARD


def _going_on(outcomes: list[Outcome]) -> list[Outcome]:
    """The sources that nothing keeps from the next stage."""
    return [outcome for outcome in outcomes if outcome.goes_on]


def _find_bucket(context: Context, outcome: Outcome) -> None:
    """Find out where the bucket is: stacks, topic and links belong into its region.

    Raises:
        Problem: there is no such bucket, it is another account's or partition's, or AWS does not tell its region.
    """
    answers, source = outcome.answers, outcome.answers.source
    context.say(outcome, f"looking at the bucket {source.bucket_name}")
    try:
        facts = Buckets(context.aws).read_facts(source.bucket_name, source.aws_account_id)
        region = facts.region
    except Problem as problem:
        region = region_of(source.topic_arn) if source.topic_arn else ""
        if not region or problem.kind is not ProblemKind.ACCESS_DENIED:
            raise
        outcome.notes.append(f"{problem.title}. The bucket is taken to be in the topic's region, {region}.")
    else:
        if facts.owned_by_account is False:
            raise Problem(
                f"The bucket {source.bucket_name} is not in account {source.aws_account_id}",
                remedy="Correct the one or the other in the file.",
                kind=ProblemKind.INVALID,
                speaker="",
            )
    if fault := other_partition_fault(answers.panther.region, region):
        raise Problem("Panther cannot read this bucket", fault, kind=ProblemKind.INVALID, speaker="")
    outcome.answers = replace(answers, bucket_region=region)
    _find_topic(context, outcome)


def _find_topic(context: Context, outcome: Outcome) -> None:
    """See that the topic that the file names can be used, before anything is made.

    Raises:
        Problem: it is in another region or account than the bucket, or is not there though the file says so.
    """
    answers, source = outcome.answers, outcome.answers.source
    if answers.notifications_by is not NotificationsBy.WIZARD or not source.topic_arn:
        return
    if fault := topic_arn_fault(source.topic_arn, source.aws_account_id, answers.bucket_region):
        raise Problem("The bucket cannot tell this topic", fault, kind=ProblemKind.INVALID, speaker="")
    existing = context.orders.notifications is NotifyWay.EXISTING_TOPIC
    if existing and not outcome.is_elsewhere and Topics(context.aws).read(source.topic_arn) is None:
        raise no_topic(source.topic_arn)


def _report(context: Context, outcome: Outcome) -> None:
    """Note what is left, and save the reports where a folder is named.

    Raises:
        Problem: a file cannot be written.
    """
    if outcome.planned:
        outcome.left.append(AGAIN)
    outcome.left += [
        HandStep(f"Find out: {result.title}", tuple(filter(None, (result.detail, result.remedy))))
        for result in outcome.unknown_checks
    ]
    outcome.answers = with_made(outcome.answers, context.journal)
    own = {change.target for change in outcome.changes}
    outcome.answers = replace(outcome.answers, made=tuple(thing for thing in outcome.answers.made if thing.arn in own))
    if context.may_change:
        write(context, outcome, "report.json", f"{json.dumps(outcome.as_dict(), indent=2)}\n")
        write(
            context,
            outcome,
            "report.md",
            outcome_markdown(outcome.answers, outcome.result, outcome.problems, outcome.left),
        )
