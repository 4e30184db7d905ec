"""Bucket details: Panther's form for the source, with what AWS says of the bucket beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.getters import query_one
from textual.widgets import Static

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers, NotificationsBy
from panther_s3.aws.session import Aws
from panther_s3.existing_sources import name_warning, place_warning
from panther_s3.flow import GoTo, Step
from panther_s3.panther_api.access import PantherAccess
from panther_s3.source import S3Source
from screens.parts.bucket_section import BucketSection
from screens.parts.fields import TextField, first_refused
from screens.parts.known_sources import KnownSources
from screens.parts.notifications_choice import NotificationsChoice
from screens.parts.prefix_rows import PrefixRows
from screens.parts.source_calls import SourceCalls
from screens.parts.stream_type import StreamTypeFields
from screens.parts.text import marked
from screens.step import StepScreen


class BucketDetailsScreen(StepScreen):
    """Ask for the bucket and how to read it; look the bucket up while the operator types on."""

    STEP = Step.BUCKET_DETAILS
    AUTO_FOCUS = "#source-name"
    BINDINGS = [Binding("ctrl+k", "use_bucket_key", "Use the bucket's key", priority=True)]

    access: PantherAccess
    name_field = query_one("#source-name-field", TextField)
    section = query_one(BucketSection)
    stream = query_one(StreamTypeFields)
    notifications = query_one(NotificationsChoice)
    rows = query_one(PrefixRows)

    def __init__(self, answers: Answers, aws: Aws, access: PantherAccess) -> None:
        """Take the answers, who looks the bucket up, and the access to Panther's API."""
        super().__init__(answers)
        self._aws, self.access = aws, access
        self._leave_with: S3Source | None = None

    def compose_body(self) -> ComposeResult:
        source = self.answers.source
        if self.answers.by_api:
            yield KnownSources(self.answers, self.access)
        yield TextField(form.SOURCE_NAME, source.name, rule=rules.name_fault)
        yield BucketSection(self.answers, self._aws)
        yield StreamTypeFields(source.log_stream_type, source.log_stream_type_options)
        yield Static("Which objects, and what is in them", classes="section")
        yield Static(id="known-warning")
        yield PrefixRows(source.prefix_log_types)
        yield Static("Who tells Panther of new objects", classes="section")
        yield NotificationsChoice(self.answers.notifications_by)

    def gather(self) -> Answers:
        found = self._gathered()
        # what was wrong was wrong with the source as it was
        return found if found.source == self.answers.source else replace(found, failed_checks=(), validation_note="")

    def _gathered(self) -> Answers:
        """The answers with what the form holds now."""
        by = self.notifications.value
        return replace(
            self.answers,
            bucket_region=self.section.bucket_region,
            notifications_by=by,
            source=replace(
                self.answers.source,
                name=self.name_field.value,
                aws_account_id=self.section.account.value,
                bucket_name=self.section.bucket.value,
                kms_key_arn=self.section.kms_key.value,
                log_stream_type=self.stream.stream_type,
                log_stream_type_options=self.stream.options,
                prefix_log_types=self.rows.value,
                panther_managed_bucket_notifications_enabled=by is NotificationsBy.PANTHER,
            ),
        )

    def ready(self) -> bool:
        rows_sound = self.rows.judge()
        refused = first_refused(self.name_field, *self.section.fields, *self.stream.fields)
        if refused is not None:
            refused.point_at()
        if refused is not None or not rows_sound:
            return False
        self.section.look_up()
        if self.section.asking:  # stack, topic and links belong into the region that AWS is about to tell
            self.section.wait()
            self._leave_with = self.gather().source
        return not self.section.asking

    def retry(self) -> None:
        """Look the bucket up again."""
        self.section.look_again()

    def action_use_bucket_key(self) -> None:
        """Enter the customer-managed key that the bucket encrypts with by default."""
        self.section.use_offered_key()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the bucket's key only while there is one that is not entered."""
        if action == "use_bucket_key":
            return self.is_mounted and bool(self.section.offered_key)
        return super().check_action(action, parameters)

    def system_commands(self) -> Iterable[SystemCommand]:
        """Return the step's own entries of the command palette."""
        yield from super().system_commands()
        if self.section.offered_key:
            yield SystemCommand("Use the bucket's key", "Enter the bucket's own KMS key", self.action_use_bucket_key)
        if self.answers.identity is not None:
            yield SystemCommand("Look the bucket up again", "Ask AWS once more", self.retry)
        yield SystemCommand("Add a prefix", "Add a row with log types of its own", self.rows.add)

    @on(KnownSources.Read)
    def show_known(self, event: KnownSources.Read) -> None:
        """Take in what Panther has: its log types, and the sources that this one may be in the way of."""
        self.rows.offer(event.log_types)
        self.warn_of_others()

    @on(SourceCalls.Opened)
    def begin_with(self, event: SourceCalls.Opened) -> None:
        """Begin anew with a source that Panther has."""
        self.finish(GoTo(Step.BUCKET_DETAILS, event.answers))

    @on(TextField.Edited)
    @on(TextField.Settled)
    def warn_of_others(self) -> None:
        """Say which sources of Panther have the name, or read the same objects."""
        for known in self.query(KnownSources):
            source, id = self.gather().source, self.answers.source_id
            self.name_field.show_note(name_warning(source, known.sources, id), "warn")
            words = place_warning(source, known.sources, id)
            warning = self.query_one("#known-warning", Static)
            warning.display = bool(words)
            warning.update(marked("warn", words) if words else "")

    @on(BucketSection.Answered)
    def go_on(self, event: BucketSection.Answered) -> None:
        """Go on if the operator waits for that; not where the bucket was not found, or the form changed since."""
        leave_with, self._leave_with = self._leave_with, None
        if event.found and leave_with == self.gather().source:
            self.action_forward()
