"""Bucket details: Panther's form for the source, with what AWS says of the bucket beside it."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.getters import query_one
from textual.widgets import Static

from panther_s3 import rules
from panther_s3.answers import Answers, NotificationsBy
from panther_s3.aws.buckets import BucketFacts
from panther_s3.aws.session import Aws
from panther_s3.bucket_notes import facts_note, key_note
from panther_s3.flow import Step
from panther_s3.problems import ProblemKind
from screens.parts.bucket_calls import BucketCalls
from screens.parts.bucket_field import BucketField
from screens.parts.fields import TextField, first_refused
from screens.parts.notifications_choice import NotificationsChoice
from screens.parts.prefix_rows import PrefixRows
from screens.parts.problem_panel import ProblemPanel
from screens.parts.stream_type import StreamTypeFields
from screens.step import StepScreen


class BucketDetailsScreen(StepScreen):
    """Ask for the bucket and how to read it; look the bucket up while the operator types on."""

    STEP = Step.BUCKET_DETAILS
    HEADING = "Bucket details"
    LEAD = "The same fields as in Panther's Console, in the same order."
    AUTO_FOCUS = "#source-name"
    BINDINGS = [Binding("ctrl+k", "use_bucket_key", "Use the bucket's key", priority=True)]

    name_field = query_one("#source-name-field", TextField)
    account = query_one("#account-id-field", TextField)
    bucket = query_one("#bucket-name-field", BucketField)
    kms_key = query_one("#kms-key-field", TextField)
    stream = query_one(StreamTypeFields)
    notifications = query_one(NotificationsChoice)
    rows = query_one(PrefixRows)
    problem = query_one("#problem", ProblemPanel)
    calls = query_one(BucketCalls)

    def __init__(self, answers: Answers, aws: Aws) -> None:
        super().__init__(answers)
        self._aws = aws
        self._facts: BucketFacts | None = None
        self._looked_up = ""

    def compose_body(self) -> ComposeResult:
        source = self.answers.source
        own = self.answers.identity.account_id if self.answers.identity else ""
        yield TextField(
            "Name",
            source.name,
            rule=rules.name_fault,
            hint="Up to 32 letters, digits, dashes, blanks.",
            id="source-name",
        )
        yield TextField(
            "Account ID",
            source.aws_account_id or own,
            rule=rules.account_id_fault,
            hint="The account that the bucket is in.",
            id="account-id",
        )
        yield BucketField(source.bucket_name)
        yield ProblemPanel(into_view=False)
        yield TextField(
            "KMS Key (optional)",
            source.kms_key_arn,
            rule=lambda value: rules.kms_key_fault(value) if value else "",
            hint="The key's ARN, if objects are encrypted with SSE-KMS. Added later, it means a new source.",
            stacked=True,
            id="kms-key",
        )
        yield StreamTypeFields(source.log_stream_type, source.log_stream_type_options)
        yield Static("Which objects, and what is in them", classes="section")
        yield PrefixRows(source.prefix_log_types)
        yield Static("Who tells Panther of new objects", classes="section")
        yield NotificationsChoice(self.answers.notifications_by)
        yield BucketCalls(self._aws)

    def on_mount(self) -> None:
        self._judge_account()
        if self.answers.identity is not None:
            self.calls.list_names()
        self._look_up()

    def gather(self) -> Answers:
        found = self._facts if self._facts and self._facts.name == self.bucket.value else None
        known_region = self.answers.bucket_region if self.bucket.value == self.answers.source.bucket_name else ""
        by = self.notifications.value
        return replace(
            self.answers,
            bucket_region=found.region if found else known_region,
            notifications_by=by,
            source=replace(
                self.answers.source,
                name=self.name_field.value,
                aws_account_id=self.account.value,
                bucket_name=self.bucket.value,
                kms_key_arn=self.kms_key.value,
                log_stream_type=self.stream.stream_type,
                log_stream_type_options=self.stream.options,
                prefix_log_types=self.rows.value,
                panther_managed_bucket_notifications_enabled=by is NotificationsBy.PANTHER,
            ),
        )

    def ready(self) -> bool:
        rows_sound = self.rows.judge()
        refused = first_refused(self.name_field, self.account, self.bucket, self.kms_key, *self.stream.fields)
        if refused is not None:
            refused.point_at()
        return refused is None and rows_sound

    def retry(self) -> None:
        """Look the bucket up again."""
        self._looked_up = ""
        self._look_up()

    def action_use_bucket_key(self) -> None:
        """Enter the customer-managed key that the bucket encrypts with by default."""
        if self._facts is not None and self._facts.kms_key_arn:
            self.kms_key.value = self._facts.kms_key_arn
            self.kms_key.input.focus()
            self._show_key_note()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the bucket's key only while there is one that is not entered."""
        if action == "use_bucket_key":
            return self.is_mounted and key_note(self._facts, self.kms_key.value)[1] == "warn"
        return super().check_action(action, parameters)

    @on(TextField.Settled, "#bucket-name-field")
    @on(TextField.Settled, "#account-id-field")
    def _settled(self) -> None:
        self._judge_account()
        self._look_up()

    @on(TextField.Edited, "#bucket-name-field")
    def _bucket_edited(self) -> None:
        pasted = rules.bucket_name_from(self.bucket.value)
        if pasted != self.bucket.value and not rules.bucket_name_fault(pasted):
            self.bucket.value = pasted
        if self.bucket.may_be_whole:
            self.set_timer(0.5, self._look_up)

    @on(TextField.Edited, "#kms-key-field")
    @on(TextField.Settled, "#kms-key-field")
    def _key_edited(self) -> None:
        self._show_key_note()

    def _judge_account(self) -> None:
        account = self.account.value
        own = self.answers.identity.account_id if self.answers.identity else ""
        warning = rules.same_account_warning(account, self.answers.panther.account_id)
        warning = warning or rules.other_account_warning(account, own)
        self.account.show_note(warning, "warn")

    def _look_up(self) -> None:
        """Ask AWS for the bucket as named now, once."""
        name, account = self.bucket.value, self.account.value
        wanted = f"{account}/{name}"
        if self.answers.identity is None or not name or wanted == self._looked_up or rules.bucket_name_fault(name):
            return
        self._looked_up, self._facts = wanted, None
        self.problem.show(None)
        self.bucket.show_note("Looking the bucket up…", "busy")
        self.calls.read(name, account)

    @on(BucketCalls.Listed)
    def _offer_buckets(self, event: BucketCalls.Listed) -> None:
        self.bucket.offer(event.names)

    @on(BucketCalls.Read)
    def _show_bucket(self, event: BucketCalls.Read) -> None:
        if event.bucket != self.bucket.value:
            return
        self._facts = event.facts
        if event.facts is None:
            missing = event.problem is not None and event.problem.kind is ProblemKind.NOT_FOUND
            self.bucket.show_note("See below; you can go on." if not missing else "AWS knows no such bucket.", "warn")
            self.problem.show(event.problem)
        else:
            self.bucket.show_note(facts_note(event.facts), "warn" if event.facts.unread else "ok")
        self._show_key_note()

    def _show_key_note(self) -> None:
        self.refresh_bindings()
        self.kms_key.show_note(*key_note(self._facts, self.kms_key.value))
