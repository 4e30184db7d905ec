"""Where are you: the AWS profile whose rights are used, and the Panther deployment to connect to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.getters import query_one
from textual.widgets import Static

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.panther import PantherDeployment
from panther_s3.text import clean_account_id
from screens.parts.api_field import ApiField
from screens.parts.chrome import AppBar, KeyFooter, StageBar
from screens.parts.fields import TextField, first_refused
from screens.parts.identity_fields import Connect, IdentityFields
from screens.parts.region_field import RegionField
from screens.parts.text import marked, plain
from screens.step import StepScreen

if TYPE_CHECKING:
    from panther_s3.panther_api.access import PantherAccess


class WelcomeScreen(StepScreen):
    """Ask whose AWS rights to use and which Panther to connect to; show at once who AWS says you are."""

    STEP = Step.WELCOME
    AUTO_FOCUS = "#profile"
    CSS_PATH: ClassVar = []  # the frame's sheet is enough, and the first frame comes sooner

    identity = query_one(IdentityFields)
    account = query_one("#panther-account-field", TextField)
    api = query_one(ApiField)
    panther_region = query_one("#panther-region-field", TextField)

    def __init__(self, answers: Answers, connect: Connect, access: Callable[[], PantherAccess]) -> None:
        """Take the answers, what gives the gateway of a profile, and what gives the access to Panther's API."""
        super().__init__(answers)
        self._connect, self._access = connect, access
        self._leave_when_known = False

    def compose_body(self) -> ComposeResult:
        yield IdentityFields(self.answers.profile, self.answers.region, self._connect)
        yield TextField(
            form.PANTHER_ACCOUNT,
            self.answers.panther.account_id,
            rule=rules.panther_account_fault,
            clean=clean_account_id,
        )
        yield RegionField(form.PANTHER_REGION, self.answers.panther.region)
        known = self.answers
        yield ApiField(known.api_url, self._access, by_api=known.by_api, declined=known.without_api)
        yield Static(plain("\n").join(marked("ok", promise) for promise in form.PROMISES), id="promises")

    def gather(self) -> Answers:
        return replace(
            self.answers,
            profile=self.identity.profile,
            region=self.identity.region_field.value,
            panther=PantherDeployment(self.account.value, self.panther_region.value),
            without_api=self.api.declined,
        ).on_panther_at(self.api.url, by_api=self.api.by_api)

    def ready(self) -> bool:
        if self.identity.asking:
            self._leave_when_known = True
            self.identity.answer.show_note("Waiting for AWS to say who you are…", "busy")
            return False
        refused = first_refused(self.identity.region_field, self.account, self.panther_region)
        if refused is not None:
            refused.point_at()
        return refused is None

    @on(KeyFooter.Drawn)
    def frame_is_whole(self) -> None:
        """Turn to AWS now that there is something to look at."""
        self.identity.begin()
        if not self.answers.without_api:
            self.api.begin(self.answers.api_url if self.answers.by_api else "")

    def retry(self) -> None:
        """Ask AWS again, with whatever credentials are there now."""
        self.identity.ask()

    @on(ApiField.Chosen)
    def show_stages(self) -> None:
        """Name the stages that lead through Panther's API, or not."""
        self.query_one(StageBar).show(self.gather())

    @on(IdentityFields.Known)
    def show_identity(self, event: IdentityFields.Known) -> None:
        """Name the account in the bar; go on if the operator waits for that and it is known."""
        self.answers = replace(self.answers, identity=event.identity)
        self.query_one(AppBar).show(self.answers)
        leave, self._leave_when_known = self._leave_when_known and event.identity is not None, False
        if leave:
            self.action_forward()
