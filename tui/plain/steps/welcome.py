"""Where are you: the AWS profile whose rights are used, and the Panther deployment to connect to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.flow import Forward, StepResult
from panther_s3.form_words import DEFAULT_CHAIN, identity_words
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.connecting import find_connection
from panther_s3.partitions import REGIONS
from panther_s3.problems import Problem
from panther_s3.text import clean_account_id, clean_word
from tui.plain.connect import connect_api
from tui.plain.prompts import Choice, WentBack
from tui.plain.ui import Took, Ui

GO_ON, CONNECT, WITHOUT = "Go on with it", "Connect…", "Go on without it"
OPTIONAL = "The wizard then does Panther's side too."
NO_IDENTITY = "Go on without an AWS identity"


def welcome(ui: Ui, answers: Answers) -> StepResult:
    """Ask whose AWS rights to use and which Panther to connect to; show at once who AWS says you are."""
    for promise in form.PROMISES:
        ui.voice.say(promise)
    profiles = _Profiles(ui)
    return Forward(
        ui.in_turn(
            answers,
            profiles.ask_profile,
            profiles.ask_region,
            profiles.identify,
            lambda said: _panther_account(ui, said),
            lambda said: _panther_region(ui, said),
            lambda said: _api(ui, said),
        )
    )


class _Profiles:
    """The operator's profiles, read once."""

    def __init__(self, ui: Ui) -> None:
        self._ui = ui
        self._names: tuple[str, ...] | None = None

    def ask_profile(self, answers: Answers) -> Answers:
        """Ask for the profile, the one that the environment names proposed."""
        from panther_s3.aws.profiles import list_profiles, preselected_profile

        ui = self._ui
        if self._names is None:
            try:
                self._names = ui.wait("", list_profiles)
            except Problem as problem:
                ui.voice.problem(problem)
                self._names = ()
        names = self._names
        usual = answers.profile or preselected_profile(names) or DEFAULT_CHAIN
        offered = tuple(dict.fromkeys((*names, *((usual,) if usual != DEFAULT_CHAIN else ()), DEFAULT_CHAIN)))
        typed = ui.ask.text(form.PROFILE, usual, rule=lambda name: _profile_fault(name, offered), known=offered)
        profile = None if typed == DEFAULT_CHAIN else typed
        return answers if profile == answers.profile else replace(answers, profile=profile, identity=None, region="")

    def ask_region(self, answers: Answers) -> Answers:
        """Ask for the operator's region, the profile's proposed."""
        from panther_s3.aws.profiles import default_region

        region = answers.region
        try:
            region = region or default_region(answers.profile)
        except Problem as problem:
            self._ui.voice.problem(problem)
        typed = self._ui.ask.text(
            form.REGION,
            region,
            rule=rules.region_fault,
            warning=rules.region_warning,
            clean=clean_word,
            completions=REGIONS,
        )
        return replace(answers, region=typed)

    def identify(self, answers: Answers) -> Answers:
        """Say who AWS says the credentials belong to; without any, one can go on, and make the role by hand."""
        from panther_s3.aws.identity import read_identity

        ui = self._ui
        aws = ui.connections.connect(answers.profile, answers.region)
        without = Choice(NO_IDENTITY, NO_IDENTITY, "You can make the role by hand.")
        found = ui.attempt(
            "Asking AWS who you are…", lambda: read_identity(aws), (without,), back="Back, to another profile"
        )
        if isinstance(found, Took):
            return replace(answers, identity=None)
        ui.voice.note("ok", identity_words(found))
        return replace(answers, identity=found)


def _profile_fault(name: str, offered: tuple[str, ...]) -> str:
    from panther_s3.aws.profiles import unknown_profile

    if name in offered:
        return ""
    problem = unknown_profile(name, offered)
    return f"{problem.title}. {problem.remedy}"


def _panther_account(ui: Ui, answers: Answers) -> Answers:
    known = answers.panther
    typed = ui.ask.text(
        form.PANTHER_ACCOUNT, known.account_id, rule=rules.panther_account_fault, clean=clean_account_id
    )
    return replace(answers, panther=PantherDeployment(typed, known.region))


def _panther_region(ui: Ui, answers: Answers) -> Answers:
    known = answers.panther
    typed = ui.ask.text(
        form.PANTHER_REGION,
        known.region,
        hint="The region that it runs in; for example us-west-2.",
        rule=rules.region_fault,
        warning=rules.region_warning,
        clean=clean_word,
        completions=REGIONS,
    )
    return replace(answers, panther=PantherDeployment(known.account_id, typed))


def _api(ui: Ui, answers: Answers) -> Answers:
    """Look for Panther's API, where a token is known, and ask whether to work with it."""
    connections = ui.connections
    chosen = answers.api_url if answers.by_api else ""
    while True:
        found = None
        if not answers.without_api:
            found = ui.wait("", partial(find_connection, lambda: connections.panther, answers.api_url, chosen))
        if found is not None and found.trouble:
            ui.voice.note("warn", f"{found.trouble} The onboarding goes on without it.")
        choices = [Choice(CONNECT, CONNECT, OPTIONAL), Choice(WITHOUT, WITHOUT)]
        reached = found is not None and bool(found.words)
        if found is not None and reached:
            ui.voice.note("ok", f"Panther's API at {found.words}")
            choices.insert(0, Choice(GO_ON, GO_ON))
            choices[1] = Choice(CONNECT, "Another address or token…")
        taken = ui.ask.choose(
            form.PANTHER_API.label, choices, default=GO_ON if reached else WITHOUT, field=form.PANTHER_API.id
        )
        if taken == GO_ON and found is not None:
            return replace(answers, without_api=False).on_panther_at(found.url, by_api=True)
        if taken == WITHOUT:
            declined = reached or answers.without_api
            return replace(answers, without_api=declined).on_panther_at(answers.api_url, by_api=False)
        with suppress(WentBack):
            return connect_api(ui, answers)
