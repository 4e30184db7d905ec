"""Where are you: the AWS profile whose rights are used, and the Panther deployment to connect to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from panther_s3.aws.identity import read_identity
from panther_s3.aws.session import Aws, default_region, list_profiles, preselected_profile
from textual import on, work
from textual.app import ComposeResult
from textual.getters import query_one
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Button, Select, Static

from panther_s3 import rules
from panther_s3.answers import Answers, CallerIdentity
from panther_s3.flow import Step
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import REGIONS
from panther_s3.problems import Problem
from screens.parts.chrome import AppBar
from screens.parts.fields import Field, TextField, first_refused
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import marked, plain
from screens.step import StepScreen

Connect = Callable[[str | None, str], Aws]
"""Gives the gateway for a profile and region; the same one for the same question."""

DEFAULT_CHAIN = "(environment variables or instance role)"

PROMISES = (
    ("ok", "It shows every change first, and makes it only after you agree."),
    ("ok", "It gives you the exact text where you would rather do a step by hand."),
    ("fail", "It never touches your log objects, and stores no secret."),
)


class WelcomeScreen(StepScreen):
    """Ask whose AWS rights to use and which Panther to connect to; show at once who AWS says you are."""

    STEP = Step.WELCOME
    HEADING = "Where are you?"
    LEAD = "Your AWS profile, and the Panther deployment that will read the logs."
    AUTO_FOCUS = "#profile"

    profile = query_one("#profile", Select)
    identity_line = query_one("#profile-field", Field)
    region_field = query_one("#region-field", TextField)
    account = query_one("#panther-account-field", TextField)
    panther_region = query_one("#panther-region-field", TextField)
    problem = query_one("#problem", ProblemPanel)
    forward_button = query_one("#forward", Button)

    @dataclass
    class ProfilesListed(Message):
        """The shared config files were read."""

        profiles: tuple[str, ...]
        preselected: str | None

    @dataclass
    class Identified(Message):
        """STS answered for `profile`."""

        profile: str | None
        region: str
        identity: CallerIdentity

    @dataclass
    class Refused(Message):
        """No identity for `profile`: credentials are missing, expired or refused."""

        profile: str | None
        region: str
        problem: Problem

    def __init__(self, answers: Answers, connect: Connect) -> None:
        super().__init__(answers)
        self._connect = connect
        self._asking = False
        self._leave_when_known = False

    def compose_body(self) -> ComposeResult:
        known = self.answers.profile
        yield Field(
            "AWS profile",
            Select(
                [(plain(known), known)] if known else [],
                prompt="Reading your profiles…",
                id="profile",
                compact=True,
            ),
            id="profile",
        )
        yield TextField(
            "Region",
            self.answers.region,
            rule=rules.region_fault,
            suggester=SuggestFromList(REGIONS),
            hint="Yours; the bucket's own region is found by itself.",
            id="region",
        )
        yield ProblemPanel()
        yield TextField(
            "Panther account",
            self.answers.panther.account_id,
            rule=rules.panther_account_fault,
            hint="12 digits; in Panther's Console, Settings > General.",
            id="panther-account",
        )
        yield TextField(
            "Panther region",
            self.answers.panther.region,
            rule=rules.region_fault,
            suggester=SuggestFromList(REGIONS),
            hint="Beside it; for example us-west-2.",
            id="panther-region",
        )
        yield Static(plain("\n").join(marked(*promise) for promise in PROMISES), id="promises")

    def on_mount(self) -> None:
        self.list_profiles()

    def gather(self) -> Answers:
        return replace(
            self.answers,
            profile=self._chosen_profile(),
            region=self.region_field.value,
            panther=PantherDeployment(self.account.value, self.panther_region.value),
        )

    def ready(self) -> bool:
        refused = first_refused(self.region_field, self.account, self.panther_region)
        if refused is not None:
            refused.input.focus()
            return False
        if self._asking:
            self._leave_when_known = True
            self.identity_line.show_note("Waiting for AWS to say who you are…", "busy")
            return False
        return True

    def retry(self) -> None:
        """Ask AWS again, with whatever credentials are there now."""
        self.problem.show(None)
        self._ask()

    def _chosen_profile(self) -> str | None:
        value = self.profile.value
        return value if isinstance(value, str) and value != DEFAULT_CHAIN else None

    def _ask(self) -> None:
        self._asking = True
        self.identity_line.show_note("Asking AWS who you are…", "busy")
        self.identify(self._chosen_profile(), self.region_field.value)

    @work(thread=True, exclusive=True, exit_on_error=False, group="profiles")
    def list_profiles(self) -> None:
        """Read the profiles off the UI thread: the first import of boto3 takes its time."""
        try:
            profiles = list_profiles()
        except Problem as problem:
            self.post_message(self.Refused(None, "", problem))
            profiles = ()
        self.post_message(self.ProfilesListed(profiles, self.answers.profile or preselected_profile(profiles)))

    @work(thread=True, exclusive=True, exit_on_error=False, group="identity")
    def identify(self, profile: str | None, region: str) -> None:
        """Ask STS who the credentials belong to."""
        try:
            region = region or default_region(profile)
            self.post_message(self.Identified(profile, region, read_identity(self._connect(profile, region))))
        except Problem as problem:
            self.post_message(self.Refused(profile, region, problem))

    @on(ProfilesListed)
    def show_profiles(self, event: ProfilesListed) -> None:
        """Offer the profiles, the preselected one chosen; choosing it asks AWS for the identity."""
        options = [*event.profiles]
        if event.preselected is not None and event.preselected not in options:
            options.insert(0, event.preselected)
        with self.prevent(Select.Changed):
            self.profile.set_options((plain(name), name) for name in (*options, DEFAULT_CHAIN))
            self.profile.value = event.preselected if event.preselected is not None else DEFAULT_CHAIN
        self._ask()

    @on(Select.Changed, "#profile")
    def profile_changed(self, event: Select.Changed) -> None:
        """Another profile has another region and another identity."""
        if event.value is Select.NULL:
            return
        self.answers = replace(self.answers, identity=None)
        self.region_field.value = ""
        self.retry()

    @on(Identified)
    def show_identity(self, event: Identified) -> None:
        """Show who AWS says you are, unless another profile was chosen since."""
        if event.profile != self._chosen_profile():
            return
        self._asking = False
        self.answers = replace(self.answers, identity=event.identity)
        who = event.identity.arn.split(":", 5)[-1]
        alias = f" ({event.identity.alias})" if event.identity.alias else ""
        self.identity_line.show_note(f"Account {event.identity.account_id}{alias}, as {who}", "ok")
        self._offer_region(event.region)
        self.query_one(AppBar).show(self.answers)
        self._leave_if_waiting()

    @on(Refused)
    def show_refusal(self, event: Refused) -> None:
        """Show why there is no identity, what mends it, and that the wizard goes on without."""
        if event.profile != self._chosen_profile():
            return
        self._asking = False
        self._leave_when_known = False
        self.answers = replace(self.answers, identity=None)
        self.identity_line.show_note("No AWS identity: you can go on, and make the role by hand.", "warn")
        self._offer_region(event.region)
        self.problem.show(event.problem)

    def _offer_region(self, region: str) -> None:
        if region and not self.region_field.value:
            self.region_field.value = region

    def _leave_if_waiting(self) -> None:
        if self._leave_when_known:
            self._leave_when_known = False
            self.action_forward()
