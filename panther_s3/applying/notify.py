"""The notifications of a source: link by link as the file orders, or as Panther makes them, or left to others."""

from __future__ import annotations

from time import monotonic

from panther_s3.answers import NotificationsBy
from panther_s3.applying.context import Context
from panther_s3.applying.outcome import Outcome
from panther_s3.applying.stacks import apply_plan, clear_away, refuse_what_is_left, wait_for
from panther_s3.aws.stacks import StackPlan
from panther_s3.handwork import HandStep, managed_steps, notification_steps
from panther_s3.notification_way import Action, Link, Standing
from panther_s3.problems import Problem, ProblemKind
from panther_s3.proposed import ProposedChange, SubscriptionChange
from panther_s3.source_file.orders import NotifyWay
from panther_s3.stack_words import TOPIC_LEFTOVER
from panther_s3.topic_stack import (
    OUTPUT,
    TopicCase,
    TopicSituation,
    plan_topic_stack,
    read_topic_situation,
    topic_plan_lead,
)
from panther_s3.way_work import Looked, look_at_way, propose

MOST_CHANGES = 10
"""How many changes one way takes at most: it has five links."""
IN_THE_WAY = (TopicCase.BROKEN, TopicCase.LEFTOVER)
PATIENCE_SECONDS, PAUSE_SECONDS = 60.0, 3.0
"""How long Panther's part is waited for, and between two looks at it."""


def apply_notifications(context: Context, outcome: Outcome) -> bool:
    """See that the bucket tells Panther of new objects, as far as that is this run's to do; tell whether it does.

    Raises:
        Problem: something of others is in the way, or AWS refused or did not answer.
    """
    if outcome.is_elsewhere and outcome.answers.notifications_by is NotificationsBy.WIZARD:
        outcome.notes.append(outcome.elsewhere)
        outcome.left += notification_steps(outcome.answers)
        return False
    if outcome.answers.notifications_by is NotificationsBy.PANTHER:
        return _await_panther(context, outcome)
    if context.orders.notifications is not NotifyWay.SKIP:
        return _make_way(context, outcome)
    looked = _look(context, outcome)
    if not looked.way.done:
        outcome.left += notification_steps(outcome.answers)
    return looked.way.done


def _look(context: Context, outcome: Outcome) -> Looked:
    context.say(outcome, "looking at the bucket's notifications and the topic")
    looked = look_at_way(context.aws, outcome.answers)
    topic = looked.way.topic
    outcome.answers = looked.answers.with_topic(topic.arn if topic is not None else "")
    return looked


def _await_panther(context: Context, outcome: Outcome) -> bool:
    """Wait a while for what Panther makes once it has the source, and tell whether it is there."""
    looked = _look(context, outcome)
    until = monotonic() + PATIENCE_SECONDS
    waits = context.may_change and outcome.answers.by_api and bool(outcome.answers.source_id)
    while waits and not looked.way.is_whole and monotonic() < until:
        context.interrupted.wait(PAUSE_SECONDS)
        looked = _look(context, outcome)
    if not looked.way.is_whole:
        outcome.left += managed_steps(outcome.answers)
    return looked.way.is_whole


def _make_way(context: Context, outcome: Outcome) -> bool:
    """Make every link that is missing, the way looked at anew after each; tell whether all are made."""
    done: list[Action] = []
    while len(done) < MOST_CHANGES:
        looked = _look(context, outcome)
        for link in looked.way.links:
            if link.standing is Standing.STOPPED:
                raise _in_the_way(link)
        action = looked.way.next_action
        if action is None:
            _settle_pending(context, outcome, looked, made_now=bool(done))
            return True
        if action in done[-1:]:
            raise Problem(
                f"{action.value}: it was done, and AWS shows it as not done",
                remedy="Look at it in AWS, then apply the file again.",
                kind=ProblemKind.CONFLICT,
            )
        if not context.may_change:
            _plan_links(context, outcome, looked)
            return False
        _do(context, outcome, action, looked)
        done.append(action)
    return False


def _do(context: Context, outcome: Outcome, action: Action, looked: Looked) -> None:
    """Make one link."""
    if action is Action.MAKE_TOPIC:
        _make_topic(context, outcome)
        return
    change = propose(context.aws, action, looked)
    _refuse_obstacle(change)
    context.say(outcome, f"changing the {change.proposal.title}")
    kept = change.keep()
    change.make()
    outcome.notes.append(change.outcome())
    if kept is not None and kept.path is not None:
        outcome.notes.append(f"What was there before is kept in {kept.path}")


def _make_topic(context: Context, outcome: Outcome) -> None:
    """Make the topic by its stack, or take the one that a stack for this bucket has.

    Raises:
        Problem: it cannot be made, or AWS refused or did not answer.
    """
    for _ in range(MOST_CHANGES):
        answers = outcome.answers
        situation = _topic_situation(context, outcome)
        stack = situation.stack
        if situation.topic is not None and situation.case in (TopicCase.STACK, TopicCase.TOPIC_ONLY):
            outcome.answers = answers.with_topic(situation.topic.arn)
            return
        if situation.case is TopicCase.BUSY and stack is not None:
            wait_for(context, outcome, stack)
        elif situation.case in IN_THE_WAY and stack is not None:
            clear_away(context, outcome, stack)
        else:
            made = apply_plan(context, outcome, _topic_plan(outcome, situation))
            outcome.answers = answers.with_topic(made.outputs.get(OUTPUT, "") if made is not None else "")
            return


def _plan_topic(context: Context, outcome: Outcome) -> None:
    """Note how the topic would be made, by the same look at what stands there.

    Raises:
        Problem: it could not be made, or AWS refused or did not answer.
    """
    situation = _topic_situation(context, outcome)
    stack, told = situation.stack, " ".join(situation.obstacles())
    if situation.topic is not None and situation.case is TopicCase.STACK:
        context.plan(outcome, f"the topic {situation.topic.arn}", "The stack for this bucket has it: it would be used.")
    elif situation.case is TopicCase.BUSY and stack is not None:
        context.plan(outcome, f"the stack {stack.name}", told)
    else:
        if situation.case in IN_THE_WAY and stack is not None:
            refuse_what_is_left(context, stack)
            context.plan(outcome, f"the stack {stack.name}", f"{told or TOPIC_LEFTOVER} It would be deleted first.")
        plan = _topic_plan(outcome, situation)
        told = topic_plan_lead(outcome.answers)
        context.plan(
            outcome, f"the stack {plan.stack_name} in {plan.region}", told, tuple(plan.template_body.splitlines())
        )


def _topic_situation(context: Context, outcome: Outcome) -> TopicSituation:
    """What stands where the topic is to be made, which the file says shall be made.

    Raises:
        Problem: the file says that it is there, or what stands there is not this run's to clear.
    """
    answers = outcome.answers
    if context.orders.notifications is NotifyWay.EXISTING_TOPIC:
        raise no_topic(answers.topic_arn)
    situation = read_topic_situation(context.aws, answers, answers.source.topic_name)
    if situation.case is TopicCase.TOPIC_GONE or not (situation.free_name or situation.topic):
        raise Problem(
            "The topic's stack cannot be made",
            " ".join(situation.obstacles()),
            "Delete the stack that is in the way, then apply the file again.",
            ProblemKind.CONFLICT,
            speaker="",
        )
    return situation


def _topic_plan(outcome: Outcome, situation: TopicSituation) -> StackPlan:
    return plan_topic_stack(
        outcome.answers, outcome.answers.source.topic_name, stack_name=situation.free_name or situation.stack_name
    )


def no_topic(arn: str) -> Problem:
    """Return the Problem of a topic that the file says is there, and is not."""
    return Problem(
        f"There is no topic {arn}",
        "The file says existing_topic.",
        "Name one that exists as topic_arn, or say create_topic.",
        ProblemKind.NOT_FOUND,
        speaker="",
    )


def _plan_links(context: Context, outcome: Outcome, looked: Looked) -> None:
    """Note what every link would take, as far as that can be told before the ones before it are made."""
    for link in looked.way.links:
        if link.action is Action.MAKE_TOPIC:
            _plan_topic(context, outcome)
        elif link.standing is Standing.LATER:
            context.plan(outcome, link.title, link.detail)
        elif link.action is not None and link.standing is not Standing.WAITING:
            change = propose(context.aws, link.action, looked)
            _refuse_obstacle(change)
            context.plan(outcome, f"the {change.proposal.title}", change.proposal.summary, change.proposal.lines)


def _refuse_obstacle(change: ProposedChange) -> None:
    """Raise what keeps a change from being made; what is optional of it is not wanted unasked."""
    if change.proposal.obstacle is not None:
        raise change.proposal.obstacle
    if isinstance(change, SubscriptionChange) and change.does_nothing:
        raise Problem(
            "The subscription needs a decision",
            change.proposal.summary,
            "Decide it in the wizard, or in SNS, then apply the file again.",
            ProblemKind.CONFLICT,
            speaker="",
        )


def _settle_pending(context: Context, outcome: Outcome, looked: Looked, *, made_now: bool) -> None:
    """Have a subscription confirmed that is pending, where Panther has the source that lets it confirm.

    One of an earlier run is asked for once more, since Panther was told of it before it had the source.

    Raises:
        Problem: AWS refused or did not answer.
    """
    if looked.way.pending and outcome.answers.source_id and context.may_change:
        if not made_now and any(link.action is Action.SUBSCRIBE_AGAIN for link in looked.way.links):
            _do(context, outcome, Action.SUBSCRIBE_AGAIN, looked)
        until = monotonic() + PATIENCE_SECONDS
        while looked.way.pending and monotonic() < until:
            context.interrupted.wait(PAUSE_SECONDS)
            looked = _look(context, outcome)
    pending = next((link for link in looked.way.links if link.standing is Standing.WAITING), None)
    if pending is not None:
        outcome.left.append(HandStep("Have the subscription confirmed", tuple(pending.detail.splitlines())))
    unknown = [link for link in looked.way.links if link.standing is Standing.UNKNOWN]
    outcome.notes += [f"{link.title}: {link.detail}" for link in unknown]


def _in_the_way(link: Link) -> Problem:
    return Problem(
        f"{link.title}: something is in the way, and nothing is changed until that is decided",
        link.detail,
        "Decide it, then apply the file again.",
        ProblemKind.CONFLICT,
        speaker="",
    )
