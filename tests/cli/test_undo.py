"""`undo` as it is called: what it prints, what it asks, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from panther_s3.answers import Answers
from panther_s3.aws.mending import apply_mend, read_document
from panther_s3.aws.session import Aws
from panther_s3.flow import Step
from panther_s3.journal import Change, ChangeKind, Journal, State, read_run
from panther_s3.journal import files as journal_files
from panther_s3.mending import Mend
from panther_s3.source import S3Source
from tests.aws.mends import allows, more_of, never, of_bucket, of_topic
from tests.flow.terminal import Terminal

ROOT = Path(__file__).parents[2]
ANSWERS = Answers(profile="default", region="us-west-2", source=S3Source("prod trail", "111122223333", "acme-logs"))
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(aws_environment: None, no_state_of_the_developer: Path) -> Run:
    """Run the program without a terminal."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tui", *arguments],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.fixture
def folder(no_state_of_the_developer: Path) -> Path:
    """The operator's state directory."""
    return no_state_of_the_developer


def mended(folder: Path, *makes: Callable[[Aws], Mend], name: str = "", answers: Answers = ANSWERS) -> list[Mend]:
    """Make mends in a run of its own, in the way of a wizard that ended."""
    journal = Journal(folder)
    journal.run = name or journal.run
    aws = Aws("default", "us-west-2", journal=journal)
    mends = [make(aws) for make in makes or (of_bucket,)]
    journal.keep_answers(Step.VALIDATION, answers)
    for mend in mends:
        apply_mend(aws, mend, sleep=never)
    journal.close()
    return mends


def operator() -> Aws:
    return Aws("default", "us-west-2")


def state(folder: Path, name: str) -> set[State]:
    return {change.state for change in read_run(folder, name).changes}


def test_nothing_to_take_back_is_done(run: Run, folder: Path) -> None:
    done = run("undo")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Nothing to take back.\n", "")
    assert not folder.exists()


def test_the_latest_run_is_shown_and_taken_back(run: Run, folder: Path) -> None:
    (first,) = mended(folder, name="1")
    bucket, topic = mended(folder, of_bucket, of_topic, name="2")
    done = run("undo", "--yes")
    assert done.returncode == 0, done.stderr
    shown, told = done.stdout.split("Done:", 1)
    assert shown.splitlines()[0] == "Run 2: prod trail, bucket acme-logs"
    assert [line for line in shown.splitlines() if line.startswith("-")] == [
        f"- Put back the {topic.title}", f"- Put back the {bucket.title}",
    ]  # fmt: skip
    assert "As it was before this run changed it." in shown
    assert told.strip().endswith(f"Done: Put back the {bucket.title}")
    assert "\x1b" not in done.stdout + done.stderr
    assert [read_document(operator(), mend) for mend in (bucket, topic)] == [bucket.before, topic.before]
    assert read_document(operator(), first) == first.after
    assert state(folder, "2") == {State.UNDONE}


def test_repeated_it_goes_on_to_the_run_before_and_then_has_nothing_to_do(run: Run, folder: Path) -> None:
    mended(folder, name="1")
    mended(folder, name="2")
    assert [run("undo", "--yes").returncode for _ in range(3)] == [0, 0, 0]
    assert run("undo", "--yes").stdout == "Nothing to take back.\n"
    again = run("undo", "2")
    assert (again.returncode, again.stdout) == (0, "The run 2 has nothing left to take back.\n")


def test_with_nobody_to_ask_nothing_is_changed(run: Run, folder: Path) -> None:
    (mend,) = mended(folder)
    done = run("undo")
    assert done.returncode == 2
    assert f"Put back the {mend.title}" in done.stdout
    assert "Nobody to ask" in done.stderr
    assert "--yes" in done.stderr
    assert read_document(operator(), mend) == mend.after


def test_a_run_is_named_by_its_beginning(run: Run, folder: Path) -> None:
    (first,) = mended(folder, name="20260301T101500Z-aa")
    mended(folder, name="20260302T101500Z-bb")
    assert run("undo", "20260301", "--yes").returncode == 0
    assert read_document(operator(), first) == first.before


@pytest.mark.parametrize(
    ("name", "words"), [("2026", "Several runs begin with 2026"), ("1999", "There is no run 1999")]
)
def test_a_run_that_is_not_one_is_bad_usage(run: Run, folder: Path, name: str, words: str) -> None:
    for each in ("20260301", "20260302"):
        mended(folder, name=each)
    done = run("undo", name, "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "20260301" in done.stderr


def test_runs_of_another_directory(run: Run, folder: Path, tmp_path: Path) -> None:
    (mend,) = mended(tmp_path / "elsewhere", name="1")
    assert run("undo", "--yes").stdout == "Nothing to take back.\n"
    for arguments in (
        ("--state-dir", str(tmp_path / "elsewhere"), "undo"),
        ("undo", "--state-dir", str(tmp_path / "elsewhere")),
    ):
        assert run(*arguments, "--yes").returncode == 0
    assert read_document(operator(), mend) == mend.before


def test_a_state_directory_that_is_a_file_is_bad_usage(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("undo", "--state-dir", str(tmp_path / "file"))
    assert done.returncode == 2
    assert "is a file" in done.stderr


def test_a_run_that_is_open_elsewhere_is_left_to_it(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (mend,) = mended(folder, name="1")
    descriptor = journal_files.open_file(journal_files.path_of(folder, "1"))
    try:
        done = run("undo", "--yes")
    finally:
        os.close(descriptor)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Another wizard is working on the run 1" in done.stderr
    assert read_document(operator(), mend) == mend.after


def test_what_somebody_changed_since_is_left_and_the_rest_is_done(run: Run, folder: Path) -> None:
    bucket, topic = mended(folder, of_bucket, of_topic, name="1")
    theirs = replace(bucket, before=bucket.after, after={**more_of(bucket.after), "Id": "somebody's"})
    apply_mend(operator(), theirs, sleep=never)
    done = run("undo", "--yes")
    assert done.returncode == 3
    assert f"! Put back the {bucket.title}" in done.stdout
    assert "Changed since: left as it is. Somebody changed it after this run" in done.stdout
    assert [line for line in done.stdout.splitlines() if line.lstrip().startswith("+") and "somebody's" in line]
    assert f"Done: Put back the {topic.title}" in done.stdout
    assert read_document(operator(), bucket) == theirs.after
    assert read_document(operator(), topic) == topic.before
    assert run("undo", "--yes").returncode == 3


def test_a_failure_holds_up_no_other_and_can_be_repeated(run: Run, folder: Path) -> None:
    """The profile that may only read is refused every change."""
    bucket, topic = mended(folder, of_bucket, of_topic, name="1")
    done = run("undo", "--yes", "--profile", "readonly")
    assert done.returncode == 1
    assert done.stderr.count("Failed: Put back the") == 2
    assert "You are not allowed to change the policy of the bucket" in done.stderr
    assert "by the same command" in done.stderr
    assert "Traceback" not in done.stderr
    assert state(folder, "1") == {State.UNDOING}
    assert run("undo", "--yes").returncode == 0
    assert [read_document(operator(), mend) for mend in (bucket, topic)] == [bucket.before, topic.before]


def test_the_runs_own_profile_is_taken_where_none_is_given(run: Run, folder: Path) -> None:
    mended(folder, answers=replace(ANSWERS, profile="readonly"))
    assert run("undo", "--yes").returncode == 1
    assert run("undo", "--yes", "--profile", "default").returncode == 0


def test_what_is_in_another_account_is_left(run: Run, folder: Path) -> None:
    journal = Journal(folder)
    facts = {"document": "bucket"}
    change = Change(ChangeKind.POLICY, "policy of a bucket", "theirs", "us-west-2", "444455556666", facts=facts)
    with journal.recording(change):
        pass
    journal.close()
    done = run("undo", "--yes")
    assert done.returncode == 3
    assert "It is in account 444455556666, your profile is of 111122223333" in done.stdout


def test_a_journal_without_answers_that_can_be_read_is_taken_back_all_the_same(run: Run, folder: Path) -> None:
    (mend,) = mended(folder, name="1")
    path = journal_files.path_of(folder, "1")
    path.write_text(
        path.read_text().replace(
            '"step": "validation", "answers": {', '"step": "validation", "answers": {"iam_method": "x", '
        )
    )
    assert run("undo", "--yes", "--profile", "default").returncode == 0
    assert read_document(operator(), mend) == mend.before


def test_a_damaged_journal_is_a_bad_file(run: Run, folder: Path) -> None:
    mended(folder, name="1")
    path = journal_files.path_of(folder, "1")
    path.write_text(path.read_text() + "broken\n")
    for arguments in (("undo",), ("undo", "1")):
        done = run(*arguments, "--yes")
        assert (done.returncode, done.stdout) == (2, "")
        assert "is not one of a journal" in done.stderr


def test_text_from_outside_cannot_steer_the_terminal(run: Run, folder: Path) -> None:
    hostile = ANSWERS.with_source(name="\x1b[31mred\x07", bucket_name="[/]")
    mended(folder, answers=hostile)
    done = run("undo")
    assert "\x1b" not in done.stdout
    assert "[/]" in done.stdout.splitlines()[0]


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 3), ("\r", 3)])
def test_on_a_terminal_it_asks(run: Run, folder: Path, answer: str, code: int) -> None:
    (mend,) = mended(folder)
    with Terminal("undo", environment={}) as terminal:
        terminal.until("Take this back? [y/N]")
        assert f"Put back the {mend.title}".split()[0] in terminal.printed
        terminal.press(f"{answer}\r")
        assert terminal.ended() == code
    assert read_document(operator(), mend) == (mend.before if code == 0 else mend.after)


def test_an_interrupt_at_the_question_changes_nothing(run: Run, folder: Path) -> None:
    (mend,) = mended(folder)
    with Terminal("undo", environment={}) as terminal:
        terminal.until("Take this back? [y/N]")
        assert terminal.interrupted() == 130
    assert read_document(operator(), mend) == mend.after
    assert "Traceback" not in terminal.drawn


def test_the_deny_that_hides_a_policy_is_told_and_the_rest_is_done(run: Run, folder: Path) -> None:
    bucket, topic = mended(folder, of_bucket, of_topic, name="1")
    deny = allows("s3:*BucketPolicy", f"arn:aws:s3:::{bucket.target}", Principal="*", Effect="Deny")["Statement"][0]
    operator().client("s3").put_bucket_policy(Bucket=bucket.target, Policy=json.dumps(more_of(bucket.after, deny)))
    done = run("undo", "--yes")
    assert done.returncode == 3
    assert "Cannot be taken back from here" in done.stdout
    assert "You are not allowed to" in done.stdout
    assert read_document(operator(), topic) == topic.before
