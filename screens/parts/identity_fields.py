"""AWS profile and region, and who AWS says they belong to, shown as soon as it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Select

from panther_s3 import form_words as form
from panther_s3.answers import CallerIdentity
from panther_s3.problems import Problem
from screens.parts.fields import Field, TextField
from screens.parts.problem_panel import ProblemPanel
from screens.parts.region_field import RegionField
from screens.parts.text import plain

if TYPE_CHECKING:
    from panther_s3.aws.session import Aws

Connect = Callable[[str | None, str], "Aws"]
"""Gives the gateway for a profile and region; the same one for the same question."""

READING = "Reading your profiles…"


class IdentityFields(Vertical):
    """The choice of profile; every choice asks STS off the UI thread."""

    select = query_one("#profile", Select)
    answer = query_one("#profile-field", Field)
    region_field = query_one("#region-field", TextField)
    problem = query_one("#problem", ProblemPanel)

    @dataclass
    class Known(Message):
        """AWS answered for the profile chosen; None: it has no identity, and the reason is shown."""

        identity: CallerIdentity | None

    @dataclass
    class ProfilesListed(Message):
        """The shared config files were read."""

        profiles: tuple[str, ...]
        preselected: str | None
        problem: Problem | None

    @dataclass
    class Answered(Message):
        """STS answered, or refused, for `profile`."""

        profile: str | None
        region: str
        identity: CallerIdentity | None
        problem: Problem | None = None

    def __init__(self, profile: str | None, region: str, connect: Connect) -> None:
        super().__init__(id="identity-fields")
        self._given, self._region, self._connect = profile, region, connect
        self._told_region, self._begun, self._listed = region, False, False
        self.asking = True

    def compose(self) -> ComposeResult:
        known = self._given or READING
        select = Select([(plain(known), known)], value=known, allow_blank=False, id="profile", compact=True)
        yield Field(form.PROFILE, select)
        yield RegionField(form.REGION, self._region)
        yield ProblemPanel()

    def begin(self) -> None:
        """Read the profiles, once; importing boto3 in a thread would compete with drawing the first frame."""
        if not self._begun:
            self._begun = True
            self.list_profiles()

    @property
    def profile(self) -> str | None:
        """The profile chosen; None is the default chain."""
        value = str(self.select.value)
        return self._given if value == READING else value if value != form.DEFAULT_CHAIN else None

    def ask(self) -> None:
        """Ask AWS whose the credentials are, with whatever credentials are there now."""
        self.asking = True
        self.problem.show(None)
        self.answer.show_note("Asking AWS who you are…", "busy")
        self.identify(self.profile, self.region_field.value)

    @work(thread=True, exclusive=True, exit_on_error=False, group="profiles")
    def list_profiles(self) -> None:
        """Read the profiles off the UI thread: the first import of boto3 takes its time."""
        from panther_s3.aws.profiles import list_profiles, preselected_profile

        profiles: tuple[str, ...] = ()
        unreadable = None
        try:
            profiles = list_profiles()
        except Problem as problem:
            unreadable = problem
        self.post_message(self.ProfilesListed(profiles, self._given or preselected_profile(profiles), unreadable))

    @work(thread=True, exclusive=True, exit_on_error=False, group="identity")
    def identify(self, profile: str | None, region: str) -> None:
        """Ask STS who the credentials belong to."""
        from panther_s3.aws.identity import read_identity
        from panther_s3.aws.profiles import default_region

        try:
            region = region or default_region(profile)
            self.post_message(self.Answered(profile, region, read_identity(self._connect(profile, region))))
        except Problem as problem:
            self.post_message(self.Answered(profile, region, None, problem))

    @on(ProfilesListed)
    def _offer_profiles(self, event: ProfilesListed) -> None:
        event.stop()
        self._listed = True
        names = [*event.profiles]
        if event.preselected is not None and event.preselected not in names:
            names.insert(0, event.preselected)
        with self.prevent(Select.Changed):
            self.select.set_options((plain(name), name) for name in (*names, form.DEFAULT_CHAIN))
            self.select.value = event.preselected if event.preselected is not None else form.DEFAULT_CHAIN
        if event.problem is not None:
            self._show(self.Answered(self.profile, "", None, event.problem))
        else:
            self.ask()

    @on(Select.Changed, "#profile")
    def _profile_changed(self, event: Select.Changed) -> None:
        event.stop()
        if not self._listed:
            return
        if self.region_field.value == self._told_region:  # one that was typed stays
            self.region_field.value = ""
        self.ask()

    @on(Answered)
    def _show(self, event: Answered) -> None:
        """Show the answer, unless another profile was chosen since."""
        event.stop()
        if event.profile != self.profile:
            return
        self.asking = False
        if event.region and not self.region_field.value:
            self.region_field.value = self._told_region = event.region
        self.problem.show(event.problem)
        identity = event.identity
        if identity is None:
            self.answer.show_note("No AWS identity: you can go on, and make the role by hand.", "warn")
        else:
            self.answer.show_note(form.identity_words(identity), "ok")
        self.post_message(self.Known(identity))
