"""The part of the form that names the bucket: account, name, region and key, with what AWS says of each."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.aws.buckets import BucketFacts
from panther_s3.aws.session import Aws
from panther_s3.bucket_notes import facts_note, key_note, offered_key, refusal_of
from panther_s3.partitions import is_region
from panther_s3.problems import Problem, ProblemKind
from panther_s3.text import clean_account_id, clean_arn
from screens.parts.bucket_calls import BucketCalls
from screens.parts.bucket_field import BucketField
from screens.parts.fields import TextField
from screens.parts.problem_panel import ProblemPanel
from screens.parts.region_field import RegionField


class BucketSection(Vertical):
    """Looks the bucket up while the operator types on, and asks for its region only where AWS does not tell it."""

    DEFAULT_CSS = "BucketSection { height: auto; }"

    @dataclass
    class Answered(Message):
        """AWS answered for the bucket that is named now; `found` tells whether it was found."""

        found: bool

    account = query_one("#account-id-field", TextField)
    bucket = query_one("#bucket-name-field", BucketField)
    region_field = query_one("#bucket-region-field", TextField)
    kms_key = query_one("#kms-key-field", TextField)
    problem = query_one("#problem", ProblemPanel)
    calls = query_one(BucketCalls)

    def __init__(self, answers: Answers, aws: Aws) -> None:
        super().__init__(id="bucket-section")
        self._answers, self._aws = answers, aws
        self._own_account = answers.identity.account_id if answers.identity else ""
        self._asked: tuple[str, str] | None = None
        self._facts: BucketFacts | None = None
        self._refusal: Problem | None = None
        self._unlisted: Problem | None = None
        self.asking = False

    def compose(self) -> ComposeResult:
        source = self._answers.source
        yield TextField(
            form.ACCOUNT_ID,
            source.aws_account_id or self._own_account,
            rule=rules.account_id_fault,
            clean=clean_account_id,
        )
        yield BucketField(source.bucket_name, rule=self._bucket_fault)
        yield RegionField(
            form.BUCKET_REGION,
            self._answers.region_of_bucket,
            rule=lambda value: rules.region_fault(value) or self._place_fault(),
        )
        yield ProblemPanel(into_view=False)
        yield TextField(
            form.KMS_KEY,
            source.kms_key_arn,
            rule=lambda value: rules.kms_key_fault(value, self._sound_account, self._sound_region),
            stacked=True,
            clean=clean_arn,
        )
        yield BucketCalls(self._aws)

    def on_mount(self) -> None:
        if self._answers.source_id:  # a source keeps them for its life
            self.account.input.disabled = self.bucket.input.disabled = True
        self.region_field.display = self._answers.identity is None
        self._judge_account()
        self._show_key_note()
        self.look_again()

    @property
    def bucket_region(self) -> str:
        """The bucket's region: as AWS says, else as the operator does; "" while neither is known."""
        if self._facts is not None:
            return self._facts.region
        if self.region_field.display:
            return self.region_field.value
        return self._answers.bucket_region if self.bucket.value == self._answers.source.bucket_name else ""

    @property
    def fields(self) -> tuple[TextField, ...]:
        """The fields that count now."""
        return tuple(field for field in self.query(TextField) if field.display)

    @property
    def offered_key(self) -> str:
        """The bucket's own key, where it is not the one entered; "" where there is none."""
        return offered_key(self._facts, self.kms_key.value)

    def use_offered_key(self) -> None:
        """Enter the bucket's own key."""
        if offered := self.offered_key:
            self.kms_key.value = offered
            self.kms_key.input.focus()
            self._show_key_note()

    def look_again(self) -> None:
        """Ask AWS anew, also for the names to offer where they are not known."""
        if self._answers.identity is not None:
            self.calls.list_names()
        self._asked = None
        self.look_up()

    def look_up(self) -> None:
        """Ask AWS for the bucket as named now, once."""
        wanted = self.bucket.value, self.account.value
        if self._answers.identity is None or wanted == self._asked or rules.bucket_name_fault(wanted[0]):
            return
        self._forget()
        self._asked, self.asking = wanted, True
        self.bucket.show_note("Looking the bucket up…", "busy")
        self.calls.read(*wanted)

    def wait(self) -> None:
        """Say that the step ends once AWS has answered."""
        self.bucket.show_note("Waiting for AWS to say where the bucket is…", "busy")

    def _forget(self) -> None:
        """Drop what AWS said of another bucket than the one named now."""
        self._asked, self._facts, self._refusal, self.asking = None, None, None, False
        self.bucket.show_note("")
        self._show_problem()
        self._show_key_note()

    @on(TextField.Settled)
    def _tidy(self, event: TextField.Settled) -> None:
        """Show the text as it is read: without the blanks and line ends that a paste brought."""
        if event.field.input.value != event.value:
            event.field.value = event.value

    @on(TextField.Settled, "#bucket-name-field")
    @on(TextField.Settled, "#account-id-field")
    def _settled(self) -> None:
        self._judge_account()
        self.look_up()

    @on(TextField.Edited, "#bucket-name-field")
    def _bucket_edited(self) -> None:
        if self._asked is not None and self._asked[0] != self.bucket.value:
            self._forget()
        if self.bucket.may_be_whole:
            self.set_timer(0.5, self.look_up)

    @on(TextField.Edited, "#bucket-region-field")
    @on(TextField.Edited, "#kms-key-field")
    @on(TextField.Settled, "#kms-key-field")
    def _show_key_note(self) -> None:
        self.screen.refresh_bindings()
        key = self.kms_key
        if key.fault:
            key.judge()
        key.show_note(*key_note(self._facts, key.value, self._sound_account, self._sound_region))

    @on(BucketCalls.Listed)
    def _offer_buckets(self, event: BucketCalls.Listed) -> None:
        event.stop()
        self._unlisted = event.problem
        self.bucket.offer(event.names, listed=event.problem is None)
        self._show_problem()

    @on(BucketCalls.Read)
    def _show_bucket(self, event: BucketCalls.Read) -> None:
        event.stop()
        if (event.bucket, event.account) != self._asked:
            return
        self.asking, self._facts = False, event.facts
        if event.facts is None:
            self._refusal = event.problem
            missing = event.problem is not None and event.problem.kind is ProblemKind.NOT_FOUND
            self.bucket.show_note("See below; you can go on." if not missing else "AWS knows no such bucket.", "warn")
        else:
            self._refusal = refusal_of(event.facts)
            self.bucket.show_note(*facts_note(event.facts, event.account))
        self.region_field.display = event.facts is None
        if self.bucket.fault or self._bucket_fault(event.bucket):
            self.bucket.judge()
        self._show_problem()
        self._show_key_note()
        self.post_message(self.Answered(event.facts is not None))

    def _show_problem(self) -> None:
        """Show what AWS refused of the bucket; that the names may not be listed only while no bucket is found."""
        problem = self._refusal or (None if self._facts else self._unlisted)
        if problem is not self.problem.problem:
            self.problem.show(problem)

    def _judge_account(self) -> None:
        warning = rules.same_account_warning(self.account.value, self._answers.panther.account_id)
        warning = warning or rules.other_account_warning(self.account.value, self._own_account)
        self.account.show_note(warning, "warn")

    def _bucket_fault(self, name: str) -> str:
        """Why Panther cannot read the bucket `name`, by its name or by where AWS says that it is."""
        return rules.bucket_name_fault(name) or (self._place_fault() if self._facts else "")

    def _place_fault(self) -> str:
        """Why Panther cannot read a bucket of the region known now."""
        return rules.other_partition_fault(self._answers.panther.region, self.bucket_region)

    @property
    def _sound_account(self) -> str:
        return "" if rules.account_id_fault(self.account.value) else self.account.value

    @property
    def _sound_region(self) -> str:
        return self.bucket_region if is_region(self.bucket_region) else ""
