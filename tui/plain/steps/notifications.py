"""Notifications: what makes the bucket tell Panther of new objects, link by link, done here or by hand."""

from __future__ import annotations

from time import monotonic, sleep

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.aws.topics import Topics
from panther_s3.checks.result import CheckId
from panther_s3.flow import Forward, StepResult
from panther_s3.form_words import NOTIFICATION_SUFFIX_MEANING, FieldWords
from panther_s3.handwork import managed_steps, notification_steps
from panther_s3.headings import NOTIFICATIONS_WATCHED
from panther_s3.made import with_made
from panther_s3.notification_way import Action, Link, Standing
from panther_s3.problems import Problem
from panther_s3.rules import notification_suffix_fault
from panther_s3.topic_choices import topic_choices
from panther_s3.way_work import Looked, look_at_way, propose, reads_first
from tui.plain.changing import approve
from tui.plain.prompts import Choice, WentBack
from tui.plain.proof import prove
from tui.plain.topic_stack import make_topic
from tui.plain.ui import Leave, Took, Ui

GO_ON, MEANWHILE, ANYWAY, WITHOUT = "Continue", "Go on meanwhile", "Go on anyway", "Go on without"
TOPIC, SUFFIX, PROVE, BY_HAND = "Another topic", "Suffix", "Test object", "By hand"
LOOK, WAIT = "Look again", "Wait for it"
WAIT_SECONDS, PAUSE_SECONDS = 60, 5
"""How long Panther's part is waited for at once, and between two looks at it."""
STATES = {
    Standing.DONE: "ok",
    Standing.STOPPED: "fail",
    Standing.UNKNOWN: "unknown",
}
MEANINGS = {
    TOPIC: "One that exists, or a new one.",
    SUFFIX: "Tell only of keys that end with it.",
    PROVE: "See where its notification goes; it is removed again.",
    BY_HAND: "Show each step, to do it yourself.",
    WITHOUT: "Nothing more is changed here.",
}
"""What the short words mean."""
SUFFIX_FIELD = FieldWords("notification-suffix", "Only keys that end with", NOTIFICATION_SUFFIX_MEANING)


def notifications(ui: Ui, answers: Answers) -> StepResult:
    """Make the way from the bucket to Panther's queue, or show it step by step with the operator's values."""
    by, known = answers.notifications_by, answers.identity is not None
    watches = by is NotificationsBy.PANTHER and known and answers.by_api and bool(answers.source_id)
    if watches:
        ui.voice.say(NOTIFICATIONS_WATCHED)
    if watches or (by is NotificationsBy.WIZARD and known):
        return _Way(ui, answers, watches=watches).until_left()
    ui.voice.steps(managed_steps(answers) if by is NotificationsBy.PANTHER else notification_steps(answers))
    ui.ask.choose("What now?", [Choice(GO_ON, GO_ON)], default=GO_ON)
    return Forward(answers)


class _Way:
    """The way, looked at anew after each change."""

    def __init__(self, ui: Ui, answers: Answers, *, watches: bool) -> None:
        self._ui, self._answers, self._watches = ui, answers, watches
        self._aws = ui.connections.of(answers)
        self._shown: dict[CheckId, Link] = {}
        """Each link as it was printed last."""

    def until_left(self) -> StepResult:
        """Look, show the links, and do what is chosen, until the step is left.

        Raises:
            WentBack: the operator goes back.
        """
        looked = self._look()
        while True:
            self._show(looked)
            taken = self._ask(looked)
            if taken in (GO_ON, MEANWHILE, ANYWAY, WITHOUT):
                return Forward(with_made(self._answers, self._aws.journal))
            if taken == WAIT:
                looked = self._wait(looked)
                continue
            try:
                self._do(taken, looked)
            except Problem as problem:
                self._ui.voice.problem(problem)
            except WentBack:
                pass  # to the links
            self._answers = with_made(self._answers, self._aws.journal)
            self._ui.draft(self._answers)
            looked = self._look()

    def _look(self, words: str = "Looking at the bucket's notifications and the topic…") -> Looked:
        """Read how everything stands; who goes on without knowing leaves the step."""
        found = self._ui.attempt(
            words, lambda: look_at_way(self._aws, self._answers), (Choice(WITHOUT, WITHOUT), Choice(BY_HAND, BY_HAND))
        )
        if isinstance(found, Took):
            if found.way == BY_HAND:
                self._ui.voice.steps(notification_steps(self._answers))
                return self._look(words)
            raise Leave(Forward(self._answers))
        topic = found.way.topic
        self._answers = found.answers.with_topic(topic.arn if topic is not None else "")
        return found

    def _show(self, looked: Looked) -> None:
        """Print how each link stands; of those that are as they were, only that they are still to be done."""
        voice, way = self._ui.voice, looked.way
        voice.blank()
        voice.say(way.summary)
        for number, link in enumerate(way.links, start=1):
            said_before = link == self._shown.get(link.check)
            if said_before and not way.draws_attention_to(link):
                continue
            self._shown[link.check] = link
            stands = f"Link {number} of {len(way.links)}, {link.title}: {link.standing.value}"
            if said_before:
                voice.say(f"{stands}, as before")
            else:
                voice.section(stands)
                voice.note(STATES.get(link.standing, ""), link.detail)

    def _ask(self, looked: Looked) -> str:
        """Ask what comes next: the next change first, and every other link that can be changed."""
        way = looked.way
        following = way.next_action
        onwards = ANYWAY if not way.done else MEANWHILE if way.by_panther and way.pending else GO_ON
        actions = [link.action for link in way.links if link.action is not None]
        ways = [following.value] if following is not None else [onwards]
        ways += [action.value for action in dict.fromkeys(actions) if action is not following]
        if not self._watches:
            ways += [TOPIC, SUFFIX]
        ways += [PROVE] if way.topic is not None else []
        ways += [WAIT] if way.pending else []
        ways += [LOOK] if self._watches else [BY_HAND, LOOK]
        ways += [WITHOUT] if following is not None else []
        default = GO_ON if ways[0] == GO_ON else None
        choices = [Choice(each, each, MEANINGS.get(each, "")) for each in ways]
        return self._ui.ask.choose("What now?", choices, default=default)

    def _do(self, taken: str, looked: Looked) -> None:
        """Do what was chosen.

        Raises:
            Problem: what it needs could not be read.
            WentBack: the operator goes back instead.
        """
        if taken == TOPIC:
            self._pick_topic(looked)
        elif taken == SUFFIX:
            suffix = self._ui.ask.text(
                SUFFIX_FIELD, self._answers.source.notification_suffix, rule=notification_suffix_fault
            )
            self._answers = self._answers.with_source(notification_suffix=suffix)
        elif taken == PROVE:
            prove(self._ui, self._aws, looked)
        elif taken == BY_HAND:
            self._ui.voice.steps(notification_steps(self._answers))
        elif taken != LOOK:
            self._act(Action(taken), looked)

    def _act(self, action: Action, looked: Looked) -> None:
        """Show the change of one link, and make it once approved."""
        if action is Action.MAKE_TOPIC:
            self._make_topic()
        else:
            approve(self._ui, self._ui.wait(reads_first(action), lambda: propose(self._aws, action, looked)))

    def _pick_topic(self, looked: Looked) -> None:
        """Offer the topics that exist, and a new one."""
        region, notified = self._answers.region_of_bucket, looked.readings.notifications
        listed = self._ui.wait(f"Looking for your topics in {region}…", lambda: Topics(self._aws).list_topics(region))
        known = topic_choices(listed.arns, self._answers, notified if isinstance(notified, dict) else None)
        if not listed.complete:
            self._ui.voice.say("These are the first thousand topics of the region.")
        new = Choice("", "A new topic", "Made by a stack, with a key of its own.")
        told = "The bucket notifies it already."
        choices = [
            new,
            *(Choice(each.arn, each.name, told if each.notified else each.arn, each.obstacle) for each in known),
        ]
        picked = self._ui.ask.choose("Which topic shall the bucket tell? Nothing is changed by this choice.", choices)
        if picked:
            self._answers = self._answers.with_source(topic_arn=picked)
        else:
            self._make_topic()

    def _make_topic(self) -> None:
        without = self._answers.with_source(topic_arn="")
        arn = make_topic(self._ui, self._aws, without)
        if arn is not None:
            self._answers = without.with_topic(arn)

    def _wait(self, looked: Looked) -> Looked:
        """Look again and again for a while, until what is pending is there or something else changed."""
        self._ui.voice.say(f"Looking every {PAUSE_SECONDS} seconds, for {WAIT_SECONDS} seconds at most…")
        until, before = monotonic() + WAIT_SECONDS, [link.standing for link in looked.way.links]
        while monotonic() < until:
            self._ui.wait("", lambda: sleep(PAUSE_SECONDS))
            looked = self._look("")
            if [link.standing for link in looked.way.links] != before:
                return looked
        self._ui.voice.say("It is as it was.")
        return looked
