"""The dialogs of the notifications step, each with what it needs read first; what they did is posted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from textual import work
from textual.message import Message

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.aws.topics import Topics
from panther_s3.made import with_made
from panther_s3.notification_way import Action
from panther_s3.problems import Problem
from panther_s3.proposed import ProposedChange, SubscriptionChange
from panther_s3.topic_choices import topic_choices
from panther_s3.way_work import Looked, proofs_of, propose, reads_first
from screens.parts.calls import Calls
from screens.parts.dialog import Dialog

P = ParamSpec("P")
R = TypeVar("R")


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
    async def take(self, action: Action, looked: Looked) -> None:
        """Show the change of one link, and make it once approved."""
        if action is Action.MAKE_TOPIC:
            await self._make_topic(looked.answers)
            return
        change = await self._read(reads_first(action), propose, self._aws, action, looked)
        if change is not None and await self.app.push_screen_wait(_dialog(change)):
            self._done(looked.answers)

    @work(exclusive=True, group="dialog")
    async def pick_topic(self, looked: Looked) -> None:
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
    async def prove(self, looked: Looked) -> None:
        """Put a test object, and show its notification's way."""
        from screens.parts.proof_dialog import ProofDialog

        await self.app.push_screen_wait(ProofDialog(self._aws, looked.way, proofs_of(looked.answers)))
        self._done(looked.answers)

    async def _make_topic(self, answers: Answers) -> None:
        from screens.parts.topic_stack_dialog import TopicStackDialog

        without = answers.with_source(topic_arn="")
        arn = await self.app.push_screen_wait(TopicStackDialog(self._aws, without))
        self._done(answers if arn is None else without.with_topic(arn))

    async def _read(self, words: str, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        """Return what `function` reads, saying what is waited for; None where that was refused, which is posted."""
        if words:
            self.post_message(self.Reading(words))
        try:
            return await asyncio.to_thread(function, *args, **kwargs)
        except Problem as problem:
            self.post_message(self.Refused(problem))
            return None
        finally:
            if words:
                self.post_message(self.Reading(""))

    def _done(self, answers: Answers) -> None:
        self.post_message(self.Changed(with_made(answers, self._aws.journal)))


def _dialog(change: ProposedChange) -> Dialog[bool]:
    """The dialog that shows `change`."""
    from screens.parts.change_dialog import ChangeDialog
    from screens.parts.subscription_dialog import SubscriptionDialog

    return SubscriptionDialog(change) if isinstance(change, SubscriptionChange) else ChangeDialog(change)
