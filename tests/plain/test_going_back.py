"""The way back from every question, help at any, and what is said of an answer that cannot be taken."""

from __future__ import annotations

from pathlib import Path

from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.help_texts import sections
from panther_s3.journal import read_run
from panther_s3.journal.answers import from_json
from panther_s3.journal.runs import list_runs
from panther_s3.source import PrefixLogTypes
from tests.flow.accounts import NAME, REGION, Scene
from tests.plain.conftest import Start
from tests.plain.operator import CHOICE
from tests.plain.walk import (
    ALARM,
    CHECKED,
    CREATE_STACK,
    FINISH,
    PREFIX,
    PROOF,
    RULES,
    TOPIC,
    WELCOME,
    Answer,
    Taken,
    Typed,
    answer,
    bucket,
)
from tui.plain.prompts import KEYS

EXCLUDED, LOG_TYPES = ("app/debug/", "app/trace/"), ("AWS.CloudTrail", "AWS.VPCFlow")
FORM: tuple[tuple[Answer, str], ...] = (
    (Typed("Name", NAME), "source-name"),
    (Typed("Account ID"), "account-id"),
    (Typed("Bucket Name", "BUCKET"), "bucket-name"),
    (Typed("KMS Key"), "kms-key"),
    (Taken("JSON Array", "Stream Type"), "stream-type"),
    (Typed("Envelope field", "Records"), "envelope-field"),
    (Typed("S3 Prefix Filter", PREFIX), "prefix"),
    (Typed("S3 Exclusion Filter", EXCLUDED[0]), "exclusions"),
    (Typed("S3 Exclusion Filter", EXCLUDED[1]), "exclusions"),
    (Typed("S3 Exclusion Filter"), "exclusions"),
    (Typed("Log Types", LOG_TYPES[0]), "log-types"),
    (Typed("Log Types", "vpcflow"), "log-types"),
    (Typed("Log Types"), "log-types"),
    (Taken("Go on with these", "Prefixes"), "prefix-rows"),
)
"""The form of the bucket, with the ids of the help on each field."""
WIZARD = Taken("I do", "Who tells Panther")


def form_of(scene: Scene) -> list[tuple[Answer, str]]:
    return [(Typed(each.label, scene.bucket) if "BUCKET" in each else each, field) for each, field in FORM]


def kept(tmp_path: Path) -> Answers:
    """Return the answers that the journal of the one run has."""
    (run,) = list_runs(tmp_path / "state")
    return from_json(read_run(tmp_path / "state", run).answers or {})


def test_back_through_the_form_and_on_again_loses_nothing(scene: Scene, start: Start, tmp_path: Path) -> None:
    form = [each for each, _ in form_of(scene)]
    with start(scene) as operator:
        answer(operator, *WELCOME, *form)
        operator.asked(CHOICE)
        before = kept(tmp_path)
        rows = (PrefixLogTypes(PREFIX, LOG_TYPES, EXCLUDED),)
        assert before.source.prefix_log_types == rows
        assert before.source.log_stream_type_options.json_array_envelope_field == "Records"
        operator.back()  # from who tells Panther, to the rows: of that one nothing is asked again
        operator.back()
        for question in reversed(form[:6]):
            operator.asked(question.prompt)
            assert (question.question if isinstance(question, Taken) else question.label) in operator.said
            if question is not form[0]:
                operator.back(question.prompt)
        assert operator.said.endswith(f"Name [{NAME}] (< back): ")
        for question in (*form[:6], *form[-1:]):
            answer(operator, question._replace(**{"way" if isinstance(question, Taken) else "text": ""}))
        answer(operator, WIZARD)
        operator.asked(CHOICE)
        assert kept(tmp_path).source == before.source


def test_back_from_a_row_that_was_just_typed_goes_through_it(scene: Scene, start: Start, tmp_path: Path) -> None:
    form = [each for each, _ in form_of(scene)]
    with start(scene) as operator:
        answer(operator, *WELCOME, *form[:-1])
        operator.back()  # from the rows
        assert f"Log Types: {', '.join(LOG_TYPES)}" in operator.back("Log Types (Enter alone")
        assert operator.back("S3 Exclusion Filter").endswith(f"[{EXCLUDED[0]}] (- empties it, < back): ")
        assert operator.back("S3 Prefix Filter").endswith(f"[{PREFIX}] (- empties it, < back): ")
        operator.type("Envelope field", "-")
        answer(operator, Taken("Change prefix 1", "Prefixes"), Typed("S3 Prefix Filter"))
        answer(operator, Typed("S3 Exclusion Filter", "-"), Typed("S3 Exclusion Filter"))
        assert operator.said.endswith(f"S3 Exclusion Filter [{EXCLUDED[1]}] (- empties it, < back): ")
        answer(operator, Typed("S3 Exclusion Filter"), Typed("Log Types", f"-{LOG_TYPES[0]}"), Typed("Log Types", "<"))
        operator.back("S3 Exclusion Filter")
        operator.back("S3 Prefix Filter")  # to the rows as they were
        answer(operator, Taken("Add a prefix", "Prefixes"), Typed("S3 Prefix Filter", PREFIX))
        assert "Another row has this prefix" in operator.type("S3 Prefix Filter", "other/")
        answer(operator, Typed("S3 Exclusion Filter"), Typed("Log Types"))
        answer(operator, Taken("Remove prefix 1", "Prefixes"), *FORM[-1:][0][:1], WIZARD)
        operator.asked(CHOICE)
    source = kept(tmp_path).source
    assert source.prefix_log_types == (PrefixLogTypes("other/"),)
    assert source.log_stream_type_options.json_array_envelope_field == ""


def test_help_at_every_field_is_the_full_screens_and_the_question_comes_again(scene: Scene, start: Start) -> None:
    texts = sections("bucket_details")
    with start(scene) as operator:
        answer(operator, *WELCOME)
        for question, field in form_of(scene):
            operator.type(question.prompt, "?")
            said = " ".join(operator.asked(question.prompt).split())
            assert " ".join(texts[field].split()) in said
            assert KEYS in said
            answer(operator, question)


REFUSED = (
    ("Region", "us west", rules.region_fault("uswest")),
    ("Panther account", "12", rules.panther_account_fault("12")),
    ("Panther region", "nowhere", rules.region_fault("nowhere")),
    ("Name", "x" * 33, rules.name_fault("x" * 33)),
    ("Account ID", "1", rules.account_id_fault("1")),
    ("Bucket Name", "No_Bucket", rules.bucket_name_fault("No_Bucket")),
    ("KMS Key", "alias/x", rules.kms_key_fault("alias/x", "", REGION)),
    (CHOICE, "7", "Type a number from 1 to 6, or < to go back."),
    ("S3 Prefix Filter", "/x", rules.prefix_fault("/x")),
    ("S3 Exclusion Filter", "x" * 2000, rules.exclusion_fault("x" * 2000)),
    ("Log Types", "no such type", rules.log_type_fault("no such type")),
)


def test_what_cannot_be_taken_is_refused_with_the_rule_and_asked_for_again(scene: Scene, start: Start) -> None:
    refused = list(REFUSED)
    with start(scene) as operator:
        for question in (*WELCOME, *bucket(scene.bucket)):
            if refused and question.prompt == refused[0][0]:
                label, wrong, fault = refused.pop(0)
                operator.type(label, wrong)
                said = operator.asked(label)
                assert f"Failed: {fault}" in " ".join(said.split())
                assert "  1. " not in said  # what is listed is listed once
                if isinstance(question, Taken):
                    question = question._replace(question=CHOICE)  # nor is the question printed again
            answer(operator, question)
    assert not refused


def test_back_is_a_way_out_of_whatever_a_step_offers(scene: Scene, start: Start) -> None:
    with start(scene) as operator:

        def back(*seen: str) -> None:
            """Go back from the question at hand, and see where that leads."""
            operator.asked("")
            operator.send("<\r")
            said = operator.asked("")
            assert all(words in said for words in seen), said

        def on(*answers: Answer) -> None:
            answer(operator, *answers)

        operator.asked("AWS profile")
        back("This is the first question. Ctrl-C leaves.", "AWS profile")
        on(*WELCOME)
        back("Where are you?", "AWS profile")  # from a step's first question to the step before
        on(*WELCOME, *bucket(scene.bucket, source=NAME))
        back("Bucket details", f"Name [{NAME}]")
        on(*bucket("", source="", prefix="")[:5], *bucket("")[8:], CREATE_STACK[0])
        back("How is the role made?")  # from the plan
        on(*CREATE_STACK[:2])
        back("The change set is discarded: nothing was changed.", "Have AWS check this?")
        on(*CREATE_STACK[1:])
        back("Use this role")  # from the ARN to the stack that was made
        on(Taken("Use this role"), Typed("Role ARN"))
        back("Role ARN [arn:")
        on(Typed("Role ARN"), Taken("Continue"))
        back("Role ARN [arn:")  # from the checks
        on(Typed("Role ARN"), Taken("Continue"), Taken("Check one again"))
        back("Continue")
        on(*CHECKED)
        back("Validation results  (")  # from the notifications
        on(*CHECKED, Taken("Suffix"))
        back("Make the topic")
        on(Taken("Another topic"))
        back("Make the topic")
        on(*TOPIC[:1])
        back("Make the topic")  # from its key
        on(*TOPIC[:2])
        back("Encrypt it with a KMS key")
        on(*TOPIC[1:3])
        back("The change set is discarded: nothing was changed.", "Have AWS check this?")
        on(*TOPIC[2:], RULES[0])
        back("Change the bucket's rules")
        on(*RULES, PROOF[0])
        back("Test object")
        on(*PROOF[:2])
        back("The test object is removed.", "Test object")
        on(Taken("Continue"), *CHECKED)
        back("Validation results, notifications included")  # from the alarm
        on(*CHECKED, *ALARM[:1])
        back("Raise one")
        on(*ALARM[:2])
        back("Period")
        on(*ALARM[1:], Taken("Save the source file"))
        back("Finish Setup")
        on(Taken("Take it back"))
        back("Finish Setup")
        on(*FINISH[:1])
        back("Finish Setup")
        back("Log drop-off alarm", "Raise one")
        on(*ALARM, *FINISH)
        assert operator.ended() == 0
    stacks = [name for name in scene.documents() if name.startswith("stack ")]
    assert len(stacks) == 2
