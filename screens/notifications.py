"""Notifications: what makes the bucket tell Panther of new objects, link by link, done here or by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.containers import Horizontal
from textual.getters import query_one
from textual.widgets import Button, Static
from textual.worker import Worker

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.aws.session import Aws
from panther_s3.flow import Forward, Step
from panther_s3.handwork import managed_steps, notification_steps
from panther_s3.headings import NOTIFICATIONS_WATCHED, lead_of
from panther_s3.journal.changes import ChangeKind
from panther_s3.notification_way import Standing
from panther_s3.way_work import Looked
from screens.parts.chrome import action_button
from screens.parts.hand_steps import HandSteps
from screens.parts.link_row import LinkRow, link_id
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import plain
from screens.parts.way_calls import WayCalls
from screens.parts.way_dialogs import WayDialogs
from screens.step import StepScreen

LEFT = {
    ChangeKind.CHANGE_SET: "waits, neither executed nor discarded",
    ChangeKind.TEST_OBJECT: "is still there",
}
"""What is to be known of a leftover before the program is left."""
WATCH_SECONDS = 10
"""How often a subscription that is pending is looked at."""


class NotificationsScreen(StepScreen):
    """Make the way from the bucket to Panther's queue, or show it step by step with the operator's values."""

    STEP = Step.NOTIFICATIONS
    AUTO_FOCUS = "#forward"  # a button further down would scroll the beginning out of view

    calls = query_one(WayCalls)
    dialogs = query_one(WayDialogs)
    problem = query_one("#problem", ProblemPanel)
    summary = query_one("#notifications-lead", Static)

    def __init__(self, answers: Answers, aws: Aws) -> None:
        super().__init__(answers)
        self._aws = aws
        by, known = answers.notifications_by, answers.identity is not None
        self._watches = by is NotificationsBy.PANTHER and known and answers.by_api and bool(answers.source_id)
        """Whether Panther makes the way now, and it is looked at until it is there."""
        self._here = (by is NotificationsBy.WIZARD and known) or self._watches
        """Whether the way is shown, link by link, and not the steps by hand."""
        self._looking = self._here
        """Whether what is shown may be out of date: an answer of AWS is waited for."""
        self._looked: Looked | None = None

    def compose_body(self) -> ComposeResult:
        by = self.answers.notifications_by
        yield Static(
            plain(NOTIFICATIONS_WATCHED if self._watches else lead_of(self.STEP, self.answers)),
            id="notifications-lead",
            classes="note",
        )
        if self._here:
            yield WayCalls(self._aws)
            yield WayDialogs(self._aws)
            with Horizontal(id="ways"):
                yield action_button("Another topic", "other_topic", id="other-topic")
                yield action_button("Suffix", "suffix", id="suffix")
                yield action_button("Test object", "prove", id="prove")
                yield action_button("By hand", "by_hand", id="by-hand")
                yield action_button("Look again", "retry", id="look-again")
            yield ProblemPanel()
        else:
            steps = managed_steps(self.answers) if by is NotificationsBy.PANTHER else notification_steps(self.answers)
            yield HandSteps(steps)

    def buttons(self) -> Iterable[Button]:
        yield action_button("Back", "back", id="back")
        if self._here:
            yield action_button("Go on without", "go_on", id="go-on")
        yield action_button("Continue", "forward", primary=True, id="forward")

    def system_commands(self) -> Iterable[SystemCommand]:
        if self._here and not self._watches:
            yield SystemCommand("Another topic", "Use a topic that exists, or make a new one", self.action_other_topic)
            yield SystemCommand("Suffix", "Tell only of keys that end in a certain way", self.action_suffix)
            yield SystemCommand("By hand", "Show every step with its values", self.action_by_hand)
        if self._here:
            yield SystemCommand("Test object", "Put one, and show its notification's way", self.action_prove)
            yield SystemCommand("Look again", "See how everything stands", self.retry)
        yield from super().system_commands()

    def under_way(self) -> str:
        left = self._aws.journal.record.momentary
        return "\n".join(f"The {change.title} {LEFT[change.kind]}." for change in left)

    def on_mount(self) -> None:
        if self._here:
            for name in ("#ways", "#go-on", "#forward"):
                self.query_one(name).display = False
            self.set_interval(WATCH_SECONDS, self._watch)
            self.retry()

    def retry(self) -> None:
        """Read how everything stands."""
        self.problem.show(None)
        self._looking = True
        again = " again" if self._looked is not None else ""
        self.summary.update(plain(f"Looking{again} at the bucket's notifications and the topic…"))
        self.calls.look(self.answers)

    action_retry = retry

    def action_forward(self) -> None:
        """Show the change that is next, or go on where nothing is left to do."""
        looked = self._looked
        if not self._here:
            self.finish(Forward(self.gather()))
        elif self._looking:
            return  # a second press was meant for what stood there before
        elif looked is None:
            self.retry()
        elif looked.way.next_action is None:
            self.finish(Forward(self.gather()))
        else:
            self.dialogs.take(looked.way.next_action, looked)

    def action_go_on(self) -> None:
        """Go on with what there is."""
        self.finish(Forward(self.gather()))

    def action_other_topic(self) -> None:
        """Choose among the topics that exist, or make a new one."""
        if self._looked is not None and not self._looking:
            self.dialogs.pick_topic(self._looked)

    def action_suffix(self) -> None:
        """Ask for the ending of the keys that the bucket shall tell of."""
        if self._looked is not None and not self._looking:
            self.dialogs.ask_suffix(self.answers)

    def action_prove(self) -> None:
        """Put a test object."""
        if self._looked is not None and self._looked.way.topic is not None and not self._looking:
            self.dialogs.prove(self._looked)

    async def action_by_hand(self) -> None:
        """Show every step with its values beneath the links, or hide them again."""
        if shown := self.query(HandSteps):
            await shown.remove()
        else:
            await self.query_one("#body").mount(HandSteps(notification_steps(self.answers)))
            self.query_one(HandSteps).scroll_visible(top=True, animate=False)

    @on(LinkRow.Wanted)
    def take(self, event: LinkRow.Wanted) -> None:
        """Show the change of a link that is not what comes next."""
        if self._looked is not None and not self._looking:
            self.dialogs.take(event.action, self._looked)

    def _watch(self) -> None:
        """Look again while a subscription is pending, if nothing else is shown or read."""
        if self._looked is not None and self._looked.way.pending and self.is_active and not self._looking:
            self.calls.look(self.answers)

    @on(WayCalls.Looked)
    async def show_way(self, event: WayCalls.Looked) -> None:
        """Show how each link stands, and what comes next."""
        found = event.found
        asked = replace(found.answers, bucket_region=self.answers.bucket_region)
        if asked.source != self.answers.source or asked.panther != self.answers.panther:
            return  # another topic was chosen meanwhile, and is being looked at
        first, self._looked, self._looking = self._looked is None, found, False
        way = found.way
        self.answers = found.answers.with_topic(way.topic.arn if way.topic is not None else "")
        if first:
            await self.query_one("#body").mount_all(map(LinkRow, way.links), before=self.problem)
        rows = [self.query_one(f"#{link_id(link)}", LinkRow) for link in way.links]
        news = [row.show(link, opened=way.draws_attention_to(link)) for row, link in zip(rows, way.links, strict=True)]
        self.summary.update(plain(way.summary))
        self.query_one("#ways").display = True
        for name in ("#other-topic", "#suffix", "#by-hand"):
            self.query_one(name).display = not self._watches
        self.query_one("#prove").display = way.topic is not None
        action = way.next_action
        onwards = (
            "Go on anyway" if not way.done else "Go on meanwhile" if way.by_panther and way.pending else "Continue"
        )
        self._offer(action.value if action else onwards, go_on=action is not None)
        if any(news) and (stopped := [row for row in rows if row.link.standing is Standing.STOPPED]):
            stopped[0].call_after_refresh(stopped[0].scroll_visible, animate=False)

    @on(WayCalls.Refused)
    def show_refusal(self, event: WayCalls.Refused) -> None:
        """Show why nothing could be read."""
        self._looking = False
        self.summary.update("Nothing could be read." if self._looked is None else "What is shown may be out of date.")
        self.problem.show(event.problem)
        self._without_answer()

    def explain_unexpected(self, error: BaseException) -> Worker[None]:
        """Leave a way on where the reading broke off."""
        self._looking = False
        if self._here:
            self._without_answer()
        return super().explain_unexpected(error)

    def _without_answer(self) -> None:
        """Offer what can be done without knowing how things stand."""
        self.query_one("#ways").display = True
        if self._looked is None:
            for name in ("#other-topic", "#suffix", "#prove", *(("#by-hand",) if self._watches else ())):
                self.query_one(name).display = False
            self._offer("Look again", go_on=True)

    def _offer(self, words: str, *, go_on: bool) -> None:
        """Name the way on, and whether one may go on without it; the focus stays where it can be seen."""
        forward = self.query_one("#forward", Button)
        forward.label, forward.display = plain(words), True
        forward.refresh(layout=True)
        self.query_one("#go-on").display = go_on
        focused = self.focused
        if self.is_active and (focused is None or not focused.display or focused.id == "back"):
            forward.focus()

    @on(WayDialogs.Refused)
    def show_dialog_refusal(self, event: WayDialogs.Refused) -> None:
        """Show why what a dialog needs could not be read."""
        self.problem.show(event.problem)

    @on(WayDialogs.Reading)
    def show_reading(self, event: WayDialogs.Reading) -> None:
        """Say what a dialog waits for."""
        if self._looked is not None and not self._looking:
            self.summary.update(plain(event.words or self._looked.way.summary))

    @on(WayDialogs.Changed)
    def changed(self, event: WayDialogs.Changed) -> None:
        """Take in what was chosen and made, and look again; what comes next has the focus."""
        self.answers = event.answers
        self.query_one("#forward").focus()
        self.retry()
