"""What is shown before a stack is at work: the plan, what exists already, and the change set."""

from __future__ import annotations

import json

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TabbedContent, TabPane

from panther_s3.answers import Answers
from panther_s3.aws.stacks import ChangeSet
from panther_s3.handwork import delete_stack_values
from panther_s3.policies import role_policy, to_json, trust_policy
from panther_s3.role_changes import as_diff, role_changes
from panther_s3.role_stack import Case, Situation, differences
from panther_s3.role_ways import template_of
from panther_s3.stack_words import ENOUGH, REMAKE, case_words, change_parts, review_lead
from screens.parts.document import DocumentView, coloured
from screens.parts.hand_steps import CopyValue
from screens.parts.text import marked, plain, said


class PlanView(Vertical):
    """The exact policy, trust and template that the stack will have; of an update, what it changes first."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(id="plan")
        self._answers = answers
        self._existing: Situation | None = None

    def compose(self) -> ComposeResult:
        if self._existing is not None:
            yield Static(self._update_lead(self._existing), id="plan-lead")
        yield from self._tabs(self._answers, self._existing)

    async def show(self, answers: Answers, existing: Situation | None = None) -> None:
        """Show the plan for other answers, such as another suffix, or to update what is `existing`."""
        if (answers, existing) != (self._answers, self._existing):
            self._answers, self._existing = answers, existing
            await self.recompose()

    def _update_lead(self, existing: Situation) -> Content:
        """Say which stack is updated, and what of its role is not known."""
        lead = (
            [plain(f"The stack {existing.stack.name} in {existing.stack.region}, updated:")] if existing.stack else []
        )
        unread = existing.role.unread if existing.role else ()
        return plain("\n").join([*lead, *(marked("unknown", f"Not compared: {problem.title}") for problem in unread)])

    def _tabs(self, answers: Answers, existing: Situation | None) -> ComposeResult:
        with TabbedContent():
            if existing is not None and existing.role is not None:
                with TabPane("What changes"):
                    yield DocumentView(as_diff(role_changes(existing.role, answers)), language="diff")
            with TabPane("What the role may do"):
                yield DocumentView(to_json(role_policy(answers.source, answers.partition)), language="json")
            with TabPane("Who may assume it"):
                yield DocumentView(to_json(trust_policy(answers.panther)), language="json")
            with TabPane("Template"):
                template = template_of(answers)
                yield DocumentView(template.text, language=template.language, file_name=template.file_name)


class ExistingView(Vertical):
    """What stands under the names already, and how it differs from what Panther needs."""

    def __init__(self) -> None:
        super().__init__(id="existing")

    def compose(self) -> ComposeResult:
        yield Static(id="existing-case")
        yield Static(id="existing-differences")
        yield Static(id="existing-trust")
        yield Vertical(id="existing-remake")

    async def show(self, situation: Situation, answers: Answers) -> bool:
        """Show `situation` against what `answers` need, and tell whether its role falls short of that."""
        self.query_one("#existing-case", Static).update(plain(case_words(situation)))
        await self._show_remake(situation, answers)
        role = situation.role
        for told in ("#existing-differences", "#existing-trust"):
            self.query_one(told).display = role is not None
        if role is None:
            return False
        found = differences(role, answers)
        lines = [marked("fail", line) for line in found] or [marked("ok", ENOUGH)]
        heading = said("[b]$arn[/b]\n", arn=role.arn)
        self.query_one("#existing-differences", Static).update(heading + plain("\n").join(lines))
        trust = plain("\nIts trust policy:\n") + coloured(json.dumps(role.trust, indent=2), "json")
        self.query_one("#existing-trust", Static).update(trust)
        return bool(found)

    async def _show_remake(self, situation: Situation, answers: Answers) -> None:
        """Give the commands that clear the way where a stack stands there without its role."""
        remake = self.query_one("#existing-remake")
        await remake.remove_children()
        if situation.case is Case.ROLE_GONE and situation.stack is not None:
            commands = delete_stack_values(answers, situation.stack.region, situation.stack.name)
            await remake.mount(Static(plain(REMAKE)), *map(CopyValue, commands))


class ReviewView(Vertical):
    """The changes that AWS says the change set will make."""

    def __init__(self) -> None:
        super().__init__(id="review")

    def compose(self) -> ComposeResult:
        yield Static(id="review-lead")
        yield Static(id="review-changes")

    def show(self, change_set: ChangeSet) -> None:
        """Show the changes of `change_set`."""
        self.query_one("#review-lead", Static).update(plain(review_lead(change_set)))
        lines = [said("[b]$action[/b] $rest", action=action, rest=rest) for action, rest in change_parts(change_set)]
        self.query_one("#review-changes", Static).update(plain("\n").join(lines))
