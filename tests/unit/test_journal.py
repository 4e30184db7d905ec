"""The journal: what stands in its file and when, who may open it, and what of it outlives what."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_s3.answers import Answers, CallerIdentity, IamMethod, Made, NotificationsBy
from panther_s3.flow import Step
from panther_s3.journal import (
    Change,
    ChangeKind,
    Journal,
    State,
    find_run,
    latest_to_undo,
    open_run,
    read_run,
    unfinished_runs,
)
from panther_s3.journal import files as journal_files
from panther_s3.journal.answers import from_json, to_json
from panther_s3.journal.records import VERSION
from panther_s3.panther import PantherDeployment
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType
from panther_s3.state import RUNS, undo_command

ROLE = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-x"
CHANGE = Change(
    ChangeKind.POLICY, "trust policy of the role x", ROLE, "", "111122223333", {"a": 1}, {"a": 2}, {"document": "trust"}
)
ANSWERS = Answers(source=S3Source("prod trail", "111122223333", "acme-cloudtrail"))
OTHER = ANSWERS.with_source(name="other")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


def lines(journal: Journal) -> list[dict[str, Any]]:
    assert journal.path is not None
    return [json.loads(line) for line in journal.path.read_text().splitlines()]


def what(journal: Journal) -> list[str]:
    return [line["what"] for line in lines(journal)]


def begun(folder: Path, *changes: Change, answers: Answers = ANSWERS, ended: str = "") -> Journal:
    """Return the closed journal of a run that made `changes`."""
    journal = Journal(folder)
    journal.keep_answers(Step.VALIDATION, answers)
    for change in changes:
        with journal.recording(change):
            pass
    if ended:
        journal.end(ended)
    journal.close()
    return journal


# --- what stands in the file ---


def test_nothing_is_written_before_there_is_something_to_keep(journal: Journal, tmp_path: Path) -> None:
    assert list(tmp_path.iterdir()) == []
    journal.close()
    journal.end()
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_json_by_lines_for_its_owner_alone(journal: Journal, tmp_path: Path) -> None:
    journal.keep_answers(Step.BUCKET_DETAILS, ANSWERS)
    with journal.recording(CHANGE) as recording:
        recording.learn(version=3)
    journal.end()
    first, answers, change, settled, end = lines(journal)
    assert (first["what"], first["run"], first["version"]) == ("run", journal.run, VERSION)
    assert (answers["step"], answers["answers"]["source"]["bucket_name"]) == ("bucket_details", "acme-cloudtrail")
    assert (change["what"], change["kind"], change["number"], change["target"]) == ("change", "policy", 1, ROLE)
    assert (change["before"], change["after"]) == ({"a": 1}, {"a": 2})
    assert (settled["number"], settled["state"], settled["facts"]) == (1, "made", {"version": 3})
    assert (end["what"], end["how"]) == ("end", "done")
    assert all(re.match(r"\d{4}-\d\d-\d\dT", line["at"]) for line in (first, answers, change, settled, end))
    assert journal.path is not None
    assert journal.path.parent == tmp_path / RUNS
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700


def test_it_reads_back_as_it_was_said_and_done(journal: Journal, tmp_path: Path) -> None:
    journal.keep_answers(Step.BUCKET_DETAILS, OTHER)
    journal.keep_answers(Step.ROLE_ARN, ANSWERS)
    with journal.recording(CHANGE) as recording:
        recording.learn(version=3)
    with journal.recording(replace(CHANGE, target="another")):
        pass
    journal.close()
    record = read_run(tmp_path, journal.run)
    assert (record.step, from_json(record.answers or {})) == (Step.ROLE_ARN, ANSWERS)
    assert record.about == ("prod trail", "acme-cloudtrail")
    assert record.changes == journal.record.changes
    assert [(change.number, change.state) for change in record.changes] == [(1, State.MADE), (2, State.MADE)]
    assert record.changes[0].facts == {"document": "trust", "version": 3}
    assert not record.ended


def test_what_stands_there_already_is_not_written_again(journal: Journal) -> None:
    for _ in range(3):
        journal.keep_answers(Step.BUCKET_DETAILS, ANSWERS)
    journal.keep_answers(Step.IAM_METHOD, ANSWERS)
    assert what(journal) == ["run", "answers", "answers"]


# --- before and after each change ---


def test_a_change_is_on_the_disk_before_it_is_made(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is written and fsync'd when the block begins, and so is what came of it when it ends."""
    synced: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: (fsync(descriptor), synced.append(os.fstat(descriptor).st_size))
    )
    with journal.recording(CHANGE):
        assert journal.path is not None
        assert what(journal) == ["run", "change"]
        assert synced[-1] == journal.path.stat().st_size
        assert read_run(journal.path.parents[1], journal.run).changes[0].state is State.BEGUN
    assert what(journal) == ["run", "change", "settled"]
    assert synced[-1] == journal.path.stat().st_size


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ProblemKind.ACCESS_DENIED, State.NOT_MADE),
        (ProblemKind.INVALID, State.NOT_MADE),
        (ProblemKind.CANCELLED, State.NOT_MADE),
        (ProblemKind.CREDENTIALS, State.NOT_MADE),
        (ProblemKind.NETWORK, State.BEGUN),
        (ProblemKind.THROTTLED, State.BEGUN),
        (ProblemKind.CONFLICT, State.BEGUN),
        (ProblemKind.NOT_FOUND, State.BEGUN),
        (ProblemKind.UNEXPECTED, State.BEGUN),
    ],
)
def test_a_refusal_is_not_made_and_what_may_have_been_made_stays_begun(
    journal: Journal, tmp_path: Path, kind: ProblemKind, state: State
) -> None:
    with pytest.raises(Problem, match="refused"), journal.recording(CHANGE):
        raise Problem("refused", kind=kind)
    (change,) = read_run(tmp_path, journal.run).changes
    assert change.state is state
    assert change.in_force is (state is State.BEGUN)


def test_an_error_that_nobody_expected_leaves_it_begun(journal: Journal) -> None:
    with pytest.raises(KeyboardInterrupt), journal.recording(CHANGE):
        raise KeyboardInterrupt
    assert journal.record.changes[0].state is State.BEGUN


def test_everything_of_one_target_is_settled_together(journal: Journal) -> None:
    for change in (CHANGE, replace(CHANGE, target="another"), CHANGE):
        with journal.recording(change):
            pass
    journal.settle_all(ChangeKind.POLICY, ROLE, State.UNDONE)
    assert [change.state for change in journal.record.changes] == [State.UNDONE, State.MADE, State.UNDONE]


def test_any_thread_may_write(journal: Journal, tmp_path: Path) -> None:
    def work() -> None:
        for _ in range(10):
            with journal.recording(CHANGE):
                pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record = read_run(tmp_path, journal.run)
    assert [change.number for change in record.changes] == list(range(1, 41))
    assert {change.state for change in record.changes} == {State.MADE}


# --- disks that do not take it ---


def no_room(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_change_that_cannot_be_recorded_is_not_made(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", no_room)
    unrecorded = pytest.raises(Problem, match="Nothing was changed, since it cannot be recorded")
    with unrecorded as raised, journal.recording(CHANGE):
        raise AssertionError("it was made")
    assert "No space left" in raised.value.cause
    assert "Make room" in raised.value.remedy
    assert journal.record.changes == ()
    assert journal.path is not None
    assert not journal.path.exists()


def test_a_change_that_is_made_does_not_fail_by_the_disk_and_its_end_is_written_later(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with journal.recording(CHANGE) as recording:
        recording.learn(version=3)
        monkeypatch.setattr(os, "fsync", no_room)
    assert journal.record.changes[0].state is State.MADE
    assert read_run(tmp_path, journal.run).changes[0].state is State.BEGUN
    monkeypatch.undo()
    journal.keep_answers(Step.FINISH, ANSWERS)
    assert what(journal) == ["run", "change", "settled", "answers"]
    (change,) = read_run(tmp_path, journal.run).changes
    assert (change.state, change.facts["version"]) == (State.MADE, 3)


FILLS = """
import resource, signal, sys
from pathlib import Path
from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.journal import Journal
from panther_s3.problems import Problem
from panther_s3.source import S3Source

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = Journal(Path(sys.argv[1]))
journal.keep_answers(Step.BUCKET_DETAILS, Answers(source=S3Source("first")))
size = journal.path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, resource.RLIM_INFINITY))
try:
    journal.keep_answers(Step.BUCKET_DETAILS, Answers(source=S3Source("second")))
except Problem as problem:
    print(problem.title)
assert journal.path.stat().st_size == size
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.keep_answers(Step.BUCKET_DETAILS, Answers(source=S3Source("third")))
print(journal.run)
"""


def test_a_line_of_which_the_disk_took_a_part_is_cut_off_again(tmp_path: Path) -> None:
    """The system itself takes forty bytes of it: a limit of the file's size stands for the end of the disk."""
    ended = subprocess.run([sys.executable, "-c", FILLS, tmp_path], capture_output=True, text=True, check=True)
    title, run = ended.stdout.splitlines()
    assert "cannot be written" in title
    assert read_run(tmp_path, run).about[0] == "third"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_a_problem(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(Problem, match="cannot be written") as raised:
            Journal(tmp_path).keep_answers(Step.BUCKET_DETAILS, ANSWERS)
    finally:
        tmp_path.chmod(0o700)
    assert "--state-dir" in raised.value.remedy


def test_a_disk_that_is_read_only_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*_: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    journal = begun(tmp_path)
    monkeypatch.setattr(journal_files.os, "open", read_only)
    with pytest.raises(Problem, match="cannot be written") as raised:
        open_run(tmp_path, journal.run)
    assert "Read-only" in raised.value.cause


def test_a_state_directory_that_is_a_file_is_a_problem_and_none_of_a_run(tmp_path: Path) -> None:
    place = tmp_path / "state"
    place.write_text("mine")
    with pytest.raises(Problem, match="cannot be written"), Journal(place).recording(CHANGE):
        raise AssertionError("it was made")
    assert unfinished_runs(place) == ()
    with pytest.raises(Problem, match="cannot be read"):
        latest_to_undo(place)
    assert place.read_text() == "mine"


def test_a_journal_that_is_deleted_while_it_is_open_is_made_anew_and_whole(journal: Journal, tmp_path: Path) -> None:
    journal.keep_answers(Step.ROLE_ARN, ANSWERS)
    with journal.recording(CHANGE) as recording:
        recording.learn(version=3)
        assert journal.path is not None
        journal.path.unlink()
        (tmp_path / RUNS).rmdir()
    with journal.recording(replace(CHANGE, target="another")):
        pass
    record = read_run(tmp_path, journal.run)
    assert record.about == ("prod trail", "acme-cloudtrail")
    assert [(change.target, change.state) for change in record.changes] == [
        (ROLE, State.MADE), ("another", State.MADE),
    ]  # fmt: skip
    assert record.changes[0].facts["version"] == 3
    with pytest.raises(Problem, match="Another wizard"):
        open_run(tmp_path, journal.run)


# --- who may open it ---

HOLDS = """
import sys, time
from pathlib import Path
from panther_s3.journal import open_run
journal = open_run(Path(sys.argv[1]), sys.argv[2])
print("open", flush=True)
time.sleep(60)
"""


def test_a_run_that_another_process_has_open_is_left_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_files, "LOCK_PAUSE", 0)
    run = begun(tmp_path).run
    with subprocess.Popen([sys.executable, "-c", HOLDS, tmp_path, run], stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "open\n"
            with pytest.raises(Problem, match=f"Another wizard is working on the run {run}") as raised:
                open_run(tmp_path, run)
            assert raised.value.kind is ProblemKind.CONFLICT
            assert unfinished_runs(tmp_path) == ()
            assert read_run(tmp_path, run).about[0] == "prod trail"
        finally:
            other.send_signal(signal.SIGKILL)
    assert [record.run for record in unfinished_runs(tmp_path)] == [run]
    open_run(tmp_path, run).close()


def test_whoever_looks_which_runs_are_open_keeps_nobody_from_opening_one(tmp_path: Path) -> None:
    run = begun(tmp_path).run
    stop = threading.Event()

    def looks() -> None:
        while not stop.is_set():
            unfinished_runs(tmp_path)

    thread = threading.Thread(target=looks)
    thread.start()
    try:
        for _ in range(30):
            open_run(tmp_path, run).close()
    finally:
        stop.set()
        thread.join()


def test_opening_a_run_that_is_gone_makes_no_file(tmp_path: Path) -> None:
    begun(tmp_path)
    with pytest.raises(Problem, match="There is no run 2020") as raised:
        open_run(tmp_path, "2020")
    assert raised.value.kind is ProblemKind.NOT_FOUND
    assert len(list((tmp_path / RUNS).iterdir())) == 1


def test_an_opened_run_goes_on_in_the_same_file(tmp_path: Path) -> None:
    first = begun(tmp_path, CHANGE)
    with closing(open_run(tmp_path, first.run)) as again:
        assert again.record.changes == first.record.changes
        again.keep_answers(Step.FINISH, OTHER)
        with again.recording(CHANGE):
            pass
    record = read_run(tmp_path, first.run)
    assert (record.about[0], [change.number for change in record.changes]) == ("other", [1, 2])
    assert what(first).count("run") == 1


# --- what was cut off, damaged, or of another version ---


@pytest.mark.parametrize(
    "tail", ['{"at": "2026', '{"at": "x", "what": "settled", "number": 1, "state": "undone"}', "\0\0"]
)
def test_a_last_line_that_was_cut_off_counts_as_not_written_and_goes(tmp_path: Path, tail: str) -> None:
    journal = begun(tmp_path, CHANGE)
    assert journal.path is not None
    whole = journal.path.read_text()
    journal.path.write_text(whole + tail)
    assert read_run(tmp_path, journal.run).changes == journal.record.changes
    with closing(open_run(tmp_path, journal.run)) as again:
        assert journal.path.read_text() == whole
        again.settle(1, State.UNDONE)
    assert read_run(tmp_path, journal.run).changes[0].state is State.UNDONE


DAMAGED = (
    "no json",
    "[]",
    "{}",
    '{"what": "settled", "number": 7, "state": "made"}',
    '{"what": "answers", "step": "x"}',
    '{"what": "answers", "step": "finish", "answers": []}',
    '{"what": "change", "kind": "x", "number": 1}',
)


@pytest.mark.parametrize("line", DAMAGED)
def test_a_damaged_line_is_a_problem_that_names_it_and_keeps_no_wizard_from_starting(tmp_path: Path, line: str) -> None:
    journal = begun(tmp_path)
    assert journal.path is not None
    journal.path.write_text(f"{journal.path.read_text()}{line}\n")
    with pytest.raises(Problem, match="line 3 is not one of a journal") as raised:
        read_run(tmp_path, journal.run)
    assert raised.value.kind is ProblemKind.INVALID
    assert unfinished_runs(tmp_path) == ()


def test_answers_whose_source_is_none_are_offered_without_a_name(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    assert journal.path is not None
    odd = {"at": "x", "what": "answers", "step": "finish", "answers": {"source": "[/]"}}
    journal.path.write_text(f"{journal.path.read_text()}{json.dumps(odd)}\n")
    (record,) = unfinished_runs(tmp_path)
    assert record.about == ("", "")
    assert "without a name" in record.words


def test_a_journal_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    journal = begun(tmp_path, CHANGE)
    assert journal.path is not None
    text = journal.path.read_text().replace(f'"version": {VERSION}', f'"version": {VERSION + 1}')
    journal.path.write_text(text)
    for use in (open_run, read_run):
        with pytest.raises(Problem, match="later version"):
            use(tmp_path, journal.run)
    assert unfinished_runs(tmp_path) == ()
    with pytest.raises(Problem, match="later version") as raised:
        latest_to_undo(tmp_path)
    assert "name another run" in raised.value.remedy
    assert journal.path.read_text() == text


def test_answers_of_another_version_are_a_problem_and_its_changes_still_read(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be read"):
        from_json({"iam_method": "by telepathy"})
    assert from_json({"of a later version": 1}) == Answers()


# --- which runs there are ---


def named(folder: Path, run: str, *changes: Change, ended: str = "") -> str:
    """Make a run of that name."""
    journal = begun(folder, *changes, ended=ended)
    if journal.path is not None and journal.path.exists():
        journal.path.rename(journal.path.with_name(f"{run}.jsonl"))
    return run


def test_unfinished_runs_are_those_that_did_not_end_the_latest_first(tmp_path: Path) -> None:
    named(tmp_path, "1", CHANGE)
    named(tmp_path, "2", CHANGE, ended="done")
    named(tmp_path, "3", CHANGE, ended="set aside")
    named(tmp_path, "4")
    assert [record.run for record in unfinished_runs(tmp_path)] == ["4", "1"]


def test_a_run_that_ended_and_changed_nothing_leaves_no_file(tmp_path: Path) -> None:
    journal = begun(tmp_path, ended="done")
    assert journal.path is not None
    assert not journal.path.exists()
    assert unfinished_runs(tmp_path) == ()


def test_a_run_that_does_not_end_lets_go_of_its_file_all_the_same(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with journal.recording(CHANGE):
        pass
    monkeypatch.setattr(os, "write", no_room)
    with pytest.raises(Problem):
        journal.end()
    monkeypatch.undo()
    open_run(tmp_path, journal.run).close()


def test_a_run_that_is_gone_on_with_after_its_end_has_not_ended(tmp_path: Path) -> None:
    run = begun(tmp_path, CHANGE, ended="set aside").run
    assert read_run(tmp_path, run).ended == "set aside"
    with closing(open_run(tmp_path, run)) as journal:
        journal.keep_answers(Step.FINISH, OTHER)
    assert not read_run(tmp_path, run).ended


def test_the_latest_to_undo_is_the_latest_that_has_something_in_force(tmp_path: Path) -> None:
    assert latest_to_undo(tmp_path) is None
    named(tmp_path, "1", CHANGE, ended="done")
    named(tmp_path, "2", CHANGE)
    named(tmp_path, "3", replace(CHANGE, kind=ChangeKind.STACK_DELETION), ended="done")
    named(tmp_path, "4")
    assert latest_to_undo(tmp_path) == "2"
    with closing(open_run(tmp_path, "2")) as journal:
        journal.settle(1, State.UNDONE)
    assert latest_to_undo(tmp_path) == "1"


@pytest.mark.parametrize(
    ("beginning", "found"),
    [("20260301T10", "20260301T101500Z-a1"), ("20260302", "20260302"), ("20260302T", "20260302T1")],
)
def test_a_run_is_found_by_its_beginning(tmp_path: Path, beginning: str, found: str) -> None:
    for run in ("20260301T101500Z-a1", "20260302", "20260302T1"):
        named(tmp_path, run)
    assert find_run(tmp_path, beginning) == found


@pytest.mark.parametrize(
    ("beginning", "words"), [("2026", "Several runs"), ("2025", "There is no"), ("../x", "no run")]
)
def test_a_beginning_of_several_runs_or_of_none_is_a_problem_that_names_them(
    tmp_path: Path, beginning: str, words: str
) -> None:
    (tmp_path / "x.jsonl").write_text("")
    for run in ("20260301", "20260302"):
        named(tmp_path, run)
    with pytest.raises(Problem, match=words) as raised:
        find_run(tmp_path, beginning)
    assert "20260302, 20260301" in raised.value.remedy


def test_the_command_to_undo_names_the_directory_where_it_is_another(
    no_state_of_the_developer: Path, tmp_path: Path
) -> None:
    assert undo_command("1", no_state_of_the_developer) == "panther-s3-wizard undo 1"
    assert undo_command("1", tmp_path / "a b") == f"panther-s3-wizard undo 1 --state-dir '{tmp_path}/a b'"


# --- the answers in it ---

words = st.text(max_size=8)
sources = st.builds(
    S3Source,
    words, words, words, words,
    st.sampled_from(StreamType),
    st.builds(StreamOptions, words, st.booleans(), words),
    st.lists(st.builds(PrefixLogTypes, words, st.tuples(words), st.tuples(words, words)), max_size=2).map(tuple),
    words, st.booleans(), words, words, st.none() | st.integers(),
)  # fmt: skip
answers = st.builds(
    Answers,
    profile=st.none() | words,
    region=words,
    identity=st.none() | st.builds(CallerIdentity, words, words, words),
    panther=st.builds(PantherDeployment, words, words),
    api_url=words,
    onboarding=st.none() | st.dictionaries(words, words, max_size=2),
    source=sources,
    notifications_by=st.sampled_from(NotificationsBy),
    iam_method=st.none() | st.sampled_from(IamMethod),
    terraform=st.booleans(),
    alarm_on=st.booleans(),
    failed_checks=st.tuples(words),
    made=st.tuples(
        st.builds(Made, words, words, words, words, st.none() | st.dictionaries(words, words, max_size=2), words)
    ),
    finished=st.tuples(sources),
    saved=st.just(()),
)


@given(answers)
def test_answers_come_back_as_they_were(given_answers: Answers) -> None:
    text = json.dumps(to_json(given_answers))
    assert from_json(json.loads(text)) == given_answers


SECRETS = {
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLEPLANTED01",
    "AWS_SECRET_ACCESS_KEY": "planted-secret-key",
    "AWS_SESSION_TOKEN": "planted-session-token",
    "PANTHER_API_TOKEN": "planted-panther-token",
}


def test_no_secret_stands_in_it(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers and changes alone are written, and no field of theirs is for a secret."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    journal.keep_answers(Step.FINISH, replace(ANSWERS, profile="prod", identity=CallerIdentity("1", "arn")))
    with suppress(Problem), journal.recording(CHANGE):
        raise Problem("refused", f"for {SECRETS['AWS_SESSION_TOKEN']}", kind=ProblemKind.NETWORK)
    assert journal.path is not None
    text = journal.path.read_text()
    assert not [name for name, value in SECRETS.items() if value in text or name in text]
    allowed = {
        "run": {"run", "version"},
        "answers": {"step", "answers"},
        "change": {"kind", "title", "target", "region", "account", "before", "after", "facts", "number"},
        "settled": {"number", "state", "facts"},
    }
    for line in lines(journal):
        assert line.keys() - {"at", "what"} <= allowed[line["what"]]
    assert not [name for name in Answers.__dataclass_fields__ if re.search("secret|token|password|key_id", name)]
