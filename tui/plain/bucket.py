"""The questions that name the bucket: its name, region and key, with what AWS says of each."""

from __future__ import annotations

from dataclasses import replace

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.aws.buckets import BucketFacts, Buckets
from panther_s3.bucket_notes import facts_note, key_note, offered_key, refusal_of
from panther_s3.partitions import REGIONS, is_region
from panther_s3.problems import Problem
from panther_s3.text import clean_arn, clean_word
from tui.plain.prompts import Choice, WentBack
from tui.plain.ui import RUN, Took, Ui, run_choice

USE, OTHER, AS_NAMED = "Use the bucket's key", "Another key, or none", "Go on with this name"
GO_ON, LOOK, UNLISTED = "Go on with what is known", "Look the bucket up again", "Type the whole name"


class BucketQuestions:
    """Looks the bucket up once it is named, and asks for its region only where AWS does not tell it."""

    def __init__(self, ui: Ui, answers: Answers) -> None:
        self._ui = ui
        self._buckets = Buckets(ui.connections.of(answers)) if answers.identity is not None else None
        self._names: tuple[str, ...] | None = None
        self._facts: BucketFacts | None = None

    def name(self, answers: Answers) -> Answers:
        """Ask for the bucket, the account's own ones offered, and say what AWS knows of it."""
        ui = self._ui
        if answers.source_id:  # a source keeps it for its life
            return self._looked_up(answers)
        while True:
            typed = ui.ask.text(
                form.BUCKET_NAME,
                answers.source.bucket_name,
                rule=rules.bucket_name_fault,
                clean=rules.clean_bucket_name,
                known=self._known_names(),
                hint="The bucket's name alone; an ARN or address is reduced to it.",
            )
            answers = answers.with_source(bucket_name=typed)
            try:
                found = self._looked_up(answers)
            except WentBack:
                continue
            if self._facts is None or not self._place_fault(found, self._facts):
                return found

    def region(self, answers: Answers) -> Answers:
        """Ask for the bucket's region, where AWS did not tell it."""
        if self._facts is not None:
            return answers
        typed = self._ui.ask.text(
            form.BUCKET_REGION,
            answers.region_of_bucket,
            rule=lambda region: (
                rules.region_fault(region) or rules.other_partition_fault(answers.panther.region, region)
            ),
            warning=rules.region_warning,
            clean=clean_word,
            completions=REGIONS,
        )
        return replace(answers, bucket_region=typed)

    def key(self, answers: Answers) -> Answers:
        """Ask for the KMS key; the bucket's own is offered."""
        ui, source = self._ui, answers.source
        account = "" if rules.account_id_fault(source.aws_account_id) else source.aws_account_id
        region = answers.bucket_region if is_region(answers.bucket_region) else ""
        offered = offered_key(self._facts, source.kms_key_arn)
        if offered:
            another = "another key, " if source.kms_key_arn else ""
            ui.voice.note("warn", f"The bucket encrypts with {another}{offered}.")
            choices = [Choice(USE, USE, offered), Choice(OTHER, OTHER)]
            if ui.ask.choose(form.KMS_KEY.label, choices, default=USE, field=form.KMS_KEY.id) == USE:
                return answers.with_source(kms_key_arn=offered)

        def fault(key: str) -> str:
            return rules.kms_key_fault(key, account, region)

        def warning(key: str) -> str:
            return rules.kms_key_warning(key, account, region)

        typed = ui.ask.text(form.KMS_KEY, source.kms_key_arn, rule=fault, warning=warning, clean=clean_arn)
        text, state = key_note(self._facts, typed, account, region)
        if state == "ok":
            ui.voice.note(state, text)
        return answers.with_source(kms_key_arn=typed)

    def _known_names(self) -> tuple[str, ...]:
        """The account's buckets; none where they may not be listed, which is said once."""
        if self._names is None and self._buckets is not None:
            unlisted = Choice(UNLISTED, UNLISTED, "Your buckets could not be listed.")
            found = self._ui.attempt("Looking for your buckets…", self._buckets.list_names, (unlisted,))
            self._names = () if isinstance(found, Took) else found
        return self._names or ()

    def _looked_up(self, answers: Answers) -> Answers:
        """Ask AWS for the bucket, and say what it says; one that it does not know can be gone on with."""
        ui, source, buckets = self._ui, answers.source, self._buckets
        self._facts = None
        if buckets is None:
            return answers
        while True:
            found = ui.attempt(
                "Looking the bucket up…",
                lambda: buckets.read_facts(source.bucket_name, source.aws_account_id),
                (Choice(AS_NAMED, AS_NAMED, "Its region is asked for then."),),
                back="Back, to another name",
            )
            if isinstance(found, Took):
                return answers
            text, state = facts_note(found, source.aws_account_id)
            ui.voice.note(state, text)
            ui.voice.note("fail", self._place_fault(answers, found))
            if not self._look_again(refusal_of(found)):
                self._facts = found
                return replace(answers, bucket_region=found.region)

    def _look_again(self, refusal: Problem | None) -> bool:
        """Say which part AWS refused, if one is, and ask whether to look once more."""
        ui = self._ui
        if refusal is None:
            return False
        ui.voice.problem(refusal)
        choices = [Choice(GO_ON, GO_ON), Choice(LOOK, LOOK), *run_choice(refusal)]
        taken = ui.ask.choose("What now?", choices, default=GO_ON, back="Back, to another name")
        if taken == RUN:
            ui.run_here(refusal.command)
        return taken != GO_ON

    @staticmethod
    def _place_fault(answers: Answers, facts: BucketFacts) -> str:
        """Why Panther cannot read a bucket that is where AWS says."""
        return rules.other_partition_fault(answers.panther.region, facts.region)
