"""The dialogs of the notifications step, each with what it needs read first; what they did is posted."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from textual import work
from textual.message import Message

from panther_s3.answers import Answers
from panther_s3.aws.bucket_notifications import read_managers
from panther_s3.aws.proof_objects import ProofObject
from panther_s3.aws.session import Aws
from panther_s3.aws.topics import Topics
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.made import with_made
from panther_s3.mending import Mend
from panther_s3.notification_way import Action, Way
from panther_s3.notifications import reduced_prefixes
from panther_s3.operator_policies import TEST_OBJECT
from panther_s3.problems import Problem
from panther_s3.subscription_plan import plan_subscription
from panther_s3.topic_access import key_mend, topic_mend
from panther_s3.topic_choices import topic_choices
from screens.parts.calls import Calls
from screens.parts.way_calls import WayCalls

P = ParamSpec("P")
R = TypeVar("R")
NOTHING_TO_ADD = Problem(
    "No statement is missing that could be added",
    remedy="Open the row: it says what is in the way. Where somebody changed the policy meanwhile, look again.",
)


class WayDialogs(Calls):
    """Opens the dialog of a link; shows nothing itself."""

    @dataclass(eq=False)
    class Changed(Message):
        """Something was chosen, or AWS may be different now."""

        answers: Answers

    @dataclass(eq=False)
    class Refused(Message):
        """What a dialog needs could not be read."""

        problem: Problem

    @dataclass(eq=False)
    class Reading(Message):
        """What a dialog needs is being read; "" once it is known."""

        words: str

    def __init__(self, aws: Aws) -> None:
        super().__init__()
        self._aws = aws

    @work(exclusive=True, group="dialog")
    async def take(self, action: Action, looked: WayCalls.Looked) -> None:
        """Show the change of one link, and make it once approved."""
        answers, way = looked.answers, looked.way
        if action is Action.MAKE_TOPIC:
            await self._make_topic(answers)
        elif action in (Action.MEND_POLICY, Action.MEND_KEY):
            await self._mend(_mend_of(action, way, looked.readings, answers), answers)
        elif action is Action.CHANGE_RULES:
            await self._change_rules(answers, way)
        else:
            await self._subscribe(answers, way, again=action is Action.SUBSCRIBE_AGAIN)

    @work(exclusive=True, group="dialog")
    async def pick_topic(self, looked: WayCalls.Looked) -> None:
        """Offer the topics that exist, and a new one."""
        from screens.parts.topic_pick_dialog import TopicPickDialog

        answers, notifications = looked.answers, looked.readings.notifications
        region = answers.region_of_bucket
        listed = await self._read(f"Looking for your topics in {region}…", Topics(self._aws).list_topics, region)
        if listed is None:
            return
        known = notifications if isinstance(notifications, dict) else None
        choices = topic_choices(listed.arns, answers, known)
        picked = await self.app.push_screen_wait(TopicPickDialog(choices, complete=listed.complete))
        if picked == "":
            await self._make_topic(answers)
        elif picked is not None:
            self._done(answers.with_source(topic_arn=picked))

    @work(exclusive=True, group="dialog")
    async def ask_suffix(self, answers: Answers) -> None:
        """Ask for the ending of the keys to tell of."""
        from screens.parts.suffix_dialog import SuffixDialog

        suffix = await self.app.push_screen_wait(SuffixDialog(answers.source.notification_suffix))
        if suffix is not None and suffix != answers.source.notification_suffix:
            self._done(answers.with_source(notification_suffix=suffix))

    @work(exclusive=True, group="dialog")
    async def prove(self, looked: WayCalls.Looked) -> None:
        """Put a test object, and show its notification's way."""
        from screens.parts.proof_dialog import ProofDialog

        source = looked.answers.source
        name = f"{TEST_OBJECT}{secrets.token_hex(4)}{source.notification_suffix}"
        proofs = [
            ProofObject(source.bucket_name, f"{prefix}{name}", looked.answers.region_of_bucket, source.aws_account_id)
            for prefix in reduced_prefixes(source.prefixes)
        ]
        await self.app.push_screen_wait(ProofDialog(self._aws, looked.way, proofs))
        self._done(looked.answers)

    async def _make_topic(self, answers: Answers) -> None:
        from screens.parts.topic_stack_dialog import TopicStackDialog

        without = answers.with_source(topic_arn="")
        arn = await self.app.push_screen_wait(TopicStackDialog(self._aws, without))
        self._done(answers if arn is None else without.with_topic(arn))

    async def _mend(self, mend: Mend | None, answers: Answers) -> None:
        from screens.parts.mend_dialog import MendDialog

        if mend is None:
            self.post_message(self.Refused(NOTHING_TO_ADD))
        elif await self.app.push_screen_wait(MendDialog(self._aws, mend, heading="What changes")):
            self._done(answers)

    async def _change_rules(self, answers: Answers, way: Way) -> None:
        from screens.parts.rules_dialog import RulesDialog

        region, source = answers.region_of_bucket, answers.source
        words, bucket = "Looking whether a tool manages the bucket…", source.bucket_name
        managers = await self._read(words, read_managers, self._aws, bucket, region, source.aws_account_id)
        if managers is None or way.plan is None:
            return
        if await self.app.push_screen_wait(RulesDialog(self._aws, way.plan, region, managers)):
            self._done(answers)

    async def _subscribe(self, answers: Answers, way: Way, *, again: bool) -> None:
        from screens.parts.subscription_dialog import SubscriptionDialog

        if way.topic is None:
            return
        plan = plan_subscription(way.topic.arn, way.subscriptions, answers, again=again)
        if await self.app.push_screen_wait(SubscriptionDialog(self._aws, plan)):
            self._done(answers)

    async def _read(self, words: str, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        """Return what `function` reads, saying what is waited for; None where that was refused, which is posted."""
        self.post_message(self.Reading(words))
        try:
            return await asyncio.to_thread(function, *args, **kwargs)
        except Problem as problem:
            self.post_message(self.Refused(problem))
            return None
        finally:
            self.post_message(self.Reading(""))

    def _done(self, answers: Answers) -> None:
        self.post_message(self.Changed(with_made(answers, self._aws.journal)))


def _mend_of(action: Action, way: Way, readings: Readings, answers: Answers) -> Mend | None:
    """The edit of the policy of the topic or of its key; None where it is not needed any more."""
    if way.topic is None:
        return None
    if action is Action.MEND_POLICY:
        return topic_mend(way.topic, answers)
    return key_mend(way.topic, readings.keys.get(way.topic.kms_key, KeyReading()), answers)
