"""Bucket details: Panther's form for the source, with what AWS says of the bucket beside it."""

from __future__ import annotations

from dataclasses import replace

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers, NotificationsBy
from panther_s3.existing_sources import name_warning, place_warning
from panther_s3.flow import Forward, StepResult
from panther_s3.panther_api.model import PantherSource
from panther_s3.problems import Problem
from panther_s3.source import StreamOptions, StreamType
from panther_s3.text import clean_account_id
from tui.plain.bucket import BucketQuestions
from tui.plain.prefixes import ask_prefixes
from tui.plain.prompts import Choice
from tui.plain.ui import Took, Ui

NEW, OPEN = "Go on to the fields", "Open a source that Panther has…"


def bucket_details(ui: Ui, answers: Answers) -> StepResult:
    """Ask for the bucket and how to read it, in the order of Panther's form."""
    known = _Known(ui, answers)
    bucket = BucketQuestions(ui, answers)
    said = ui.in_turn(
        answers,
        known.open_one,
        known.name,
        lambda each: _account(ui, each),
        bucket.name,
        bucket.region,
        bucket.key,
        lambda each: _stream_type(ui, each),
        lambda each: _stream_option(ui, each),
        lambda each: known.warn(ask_prefixes(ui, each, known.log_types)),
        lambda each: _notifications_by(ui, each),
    )
    if said.source != answers.source:  # what was wrong was wrong with the source as it was
        said = replace(said, failed_checks=(), validation_note="")
    return Forward(said)


class _Known:
    """The sources and log types that Panther has, where it can be asked."""

    def __init__(self, ui: Ui, answers: Answers) -> None:
        self._ui = ui
        self._sources: tuple[PantherSource, ...] = ()
        self.log_types: tuple[str, ...] = ()
        self._read = not answers.by_api
        """Whether nothing is left to ask Panther."""

    def open_one(self, answers: Answers) -> Answers:
        """Read what Panther has; one of its sources can be opened in place of what is typed."""
        ui, access = self._ui, self._ui.connections.panther
        if not self._read:
            url = answers.api_url
            without = (Choice("", "Go on without knowing"),)
            found = ui.attempt(
                "Looking at the sources that Panther has…", lambda: access.sources(url, anew=True), without
            )
            self._sources = () if isinstance(found, Took) else found
            self.log_types = self._read_log_types(url)
            self._read = True
        if answers.source_id:
            ui.voice.say("Panther has this source. Its bucket and its account stay.")
        if not any(each.id != answers.source_id for each in self._sources):
            return answers
        several = "s" if len(self._sources) > 1 else ""
        question = f"Panther has {len(self._sources)} S3 source{several} already."
        choices = [Choice(NEW, NEW), Choice(OPEN, OPEN, "In place of what you typed.")]
        if ui.ask.choose(question, choices, default=NEW, field="known-sources") == OPEN:
            self._open(answers)
        return answers

    def _read_log_types(self, url: str) -> tuple[str, ...]:
        """The log types that Panther has; none where it does not tell: those that come with the program are offered."""
        access = self._ui.connections.panther
        try:
            return self._ui.wait("", lambda: access.log_types(url))
        except Problem:
            return ()

    def _open(self, answers: Answers) -> None:
        """Ask which source, and begin anew with it."""
        ui = self._ui
        own = answers.identity.account_id if answers.identity else ""
        # those of the operator's own account first: they can be looked at
        known = sorted(self._sources, key=lambda each: (each.source.aws_account_id != own, each.source.name.lower()))
        choices = [
            Choice(each.id, f"{each.source.name}: {each.source.bucket_name}, {each.source.aws_account_id}")
            for each in known
        ]
        ui.open_source(answers, ui.ask.choose("Which source?", choices))

    def name(self, answers: Answers) -> Answers:
        """Ask for the source's name, and warn of one that Panther has already."""
        id = answers.source_id
        typed = self._ui.ask.text(
            form.SOURCE_NAME,
            answers.source.name,
            rule=rules.name_fault,
            warning=lambda name: name_warning(answers.with_source(name=name).source, self._sources, id),
        )
        return answers.with_source(name=typed)

    def warn(self, answers: Answers) -> Answers:
        """Say which sources of Panther read the same objects, now that bucket and prefixes are named."""
        self._ui.voice.note("warn", place_warning(answers.source, self._sources, answers.source_id))
        return answers


def _account(ui: Ui, answers: Answers) -> Answers:
    own = answers.identity.account_id if answers.identity else ""
    if answers.source_id:  # a source keeps it for its life
        return answers
    typed = ui.ask.text(
        form.ACCOUNT_ID,
        answers.source.aws_account_id or own,
        rule=rules.account_id_fault,
        warning=lambda account: (
            rules.same_account_warning(account, answers.panther.account_id) or rules.other_account_warning(account, own)
        ),
        clean=clean_account_id,
    )
    return answers.with_source(aws_account_id=typed)


def _stream_type(ui: Ui, answers: Answers) -> Answers:
    choices = [Choice(kind, kind.label, form.STREAM_MEANINGS[kind]) for kind in StreamType]
    picked = ui.ask.choose(
        form.STREAM_TYPE.label, choices, default=answers.source.log_stream_type, field=form.STREAM_TYPE.id
    )
    return answers.with_source(log_stream_type=picked)


def _stream_option(ui: Ui, answers: Answers) -> Answers:
    """Ask for the one option that some stream types have."""
    kind, options = answers.source.log_stream_type, answers.source.log_stream_type_options
    changed: StreamOptions = options
    if kind is StreamType.JSON_ARRAY:
        field = ui.ask.text(form.ENVELOPE_FIELD, options.json_array_envelope_field, rule=rules.envelope_field_fault)
        changed = replace(options, json_array_envelope_field=field)
    elif kind is StreamType.CLOUDWATCH_LOGS:
        ui.voice.say(form.RETAIN_ENVELOPE.hint)
        retain = ui.ask.confirm(
            f"{form.RETAIN_ENVELOPE_QUESTION}?", default=options.retain_envelope_fields, field=form.RETAIN_ENVELOPE.id
        )
        changed = replace(options, retain_envelope_fields=retain)
    elif kind is StreamType.XML:
        root = ui.ask.text(form.XML_ROOT, options.xml_root_element, rule=rules.xml_root_fault)
        changed = replace(options, xml_root_element=root)
    return answers.with_source(log_stream_type_options=changed)


def _notifications_by(ui: Ui, answers: Answers) -> Answers:
    choices = [Choice(by, label) for by, label in form.NOTIFICATIONS_BY.items()]
    ui.voice.blank()
    ui.voice.say(form.NOTIFICATIONS_BY_FIELD.hint)
    by = ui.ask.choose(
        "Who tells Panther of new objects?",
        choices,
        default=answers.notifications_by,
        field=form.NOTIFICATIONS_BY_FIELD.id,
    )
    managed = by is NotificationsBy.PANTHER
    return replace(answers, notifications_by=by).with_source(panther_managed_bucket_notifications_enabled=managed)
