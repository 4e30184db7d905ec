"""The ways out of what is refused, among the plain prompts: they are the full screen's."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.aws.stacks import ChangeSet
from panther_s3.checks.result import CheckId, CheckResult, Status
from panther_s3.flow import Done, Forward, GoTo, Step
from panther_s3.journal import Journal, Record
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.model import PantherSource
from panther_s3.problems import Problem, ProblemKind
from panther_s3.proposed import Proposal, ProposedChange
from panther_s3.resuming import Resumed
from panther_s3.source import PrefixLogTypes, S3Source
from panther_s3.stack_work import Begun
from tui.connections import Connections
from tui.plain import resume, run, stack_making
from tui.plain.bucket import BucketQuestions
from tui.plain.changing import approve
from tui.plain.prompts import BACK, Choice, T
from tui.plain.steps import bucket_details, finish, validation
from tui.plain.steps.drop_off_alarm import drop_off_alarm
from tui.plain.steps.panther_source import panther_source
from tui.plain.typed import TypedPrompts
from tui.plain.ui import Leave, Ui
from tui.plain.voice import Voice
from tui.plain.work import Work

REFUSED = Problem("AWS refused", kind=ProblemKind.ACCESS_DENIED)
EXPIRED = Problem("Your session has expired", command=("aws", "sso", "login"), kind=ProblemKind.CREDENTIALS)
SOURCE = S3Source("prod trail", "111122223333", "acme-logs", prefix_log_types=(PrefixLogTypes("logs/"),))
ANSWERS = Answers(
    identity=CallerIdentity("111122223333", "arn:aws:iam::111122223333:user/dev", "AIDA"),
    region="us-east-1",
    panther=PantherDeployment("999988887777", "us-west-2"),
    source=SOURCE,
)
BY_API = replace(ANSWERS, api_url="https://api.acme.runpanther.net", by_api=True, source_id="an-id")
CHANGE_SET = ChangeSet("it", "arn", "stack", "id", "us-east-1", "CREATE", "CREATE_COMPLETE", "")


class Scripted(TypedPrompts):
    """Answers each question by the next of what is said, choices by the beginning of their words."""

    def __init__(self, *said: str) -> None:
        super().__init__(Voice(io.StringIO()))
        self._said = list(said)

    def read(self, prompt: str) -> str:
        return self._said.pop(0)

    def _pick(self, question: str, choices: Sequence[Choice[T]], default: T | None, back: str) -> str:
        said = self._said.pop(0)
        return said if said == BACK else str(next(n for n, each in enumerate(choices) if each.label.startswith(said)))

    def shown(self) -> str:
        """Return what was printed; all that was to be said has been."""
        assert self._said == []
        return str(self.voice.stream.getvalue())  # type: ignore[attr-defined]


def a_ui(*said: str, **gateways: Any) -> tuple[Ui, Scripted]:
    """An operator who will say this, and the prompts that hear it."""
    prompts = Scripted(*said)
    connections = type("Gateways", (Connections,), gateways)(None, lambda _: "")
    return Ui(prompts.voice, prompts, connections, Work(), lasting=False), prompts


class Refusing(ProposedChange):
    """A change that AWS refuses as often as it is tried."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(Proposal("policy of the bucket acme-logs", "It lets Panther in."))
        self._problem, self.tries = problem, 0

    def make(self) -> None:
        self.tries += 1
        raise self._problem


def fails(problem: Problem) -> Any:
    """A call that is refused."""

    def call(*_: object, **__: object) -> None:
        raise problem

    return call


def facts(region: str = "us-east-1", *unread: Problem) -> BucketFacts:
    return BucketFacts("acme-logs", region, owned_by_account=True, encryption=Encryption.SSE_S3, unread=unread)


def questions(ui: Ui, **calls: Any) -> BucketQuestions:
    """The questions about the bucket, with these answers of AWS."""
    found = BucketQuestions(ui, replace(ANSWERS, identity=None))
    found._buckets = SimpleNamespace(**calls)  # type: ignore[assignment]
    return found


def test_a_refused_change_can_be_tried_again_and_left_by_going_back() -> None:
    change = Refusing(replace(REFUSED, kind=ProblemKind.UNEXPECTED))
    ui, prompts = a_ui("Make this change", "Retry", BACK)
    assert approve(ui, change) == (True, None), "AWS may differ: what was judged is judged again"
    assert change.tries == 2
    prompts.shown()


def test_the_command_that_mends_a_refused_change_is_run_here(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(Ui, "run_here", lambda _, command: ran.append(command))
    change = Refusing(EXPIRED)
    ui, _ = a_ui("Make this change", "Run it here", "Close")
    approve(ui, change)
    assert ran == [EXPIRED.command]
    assert change.tries == 2


def test_a_bucket_that_is_told_in_part_can_be_looked_up_again() -> None:
    told = iter((facts("us-east-1", REFUSED), facts()))
    ui, prompts = a_ui("", "Look the bucket up again")
    found = questions(ui, list_names=lambda: (), read_facts=lambda *_: next(told)).name(ANSWERS)
    assert found.bucket_region == "us-east-1"
    assert "AWS refused" in prompts.shown()


def test_a_bucket_that_panther_cannot_reach_is_asked_for_again() -> None:
    told = iter((facts("cn-north-1"), facts()))
    ui, prompts = a_ui("", "acme-other")
    found = questions(ui, list_names=lambda: (), read_facts=lambda *_: next(told)).name(ANSWERS)
    assert (found.source.bucket_name, found.bucket_region) == ("acme-other", "us-east-1")
    assert "Failed" in prompts.shown()


def test_going_back_from_a_bucket_that_is_not_found_leads_to_its_name() -> None:
    told = iter((fails(REFUSED), lambda *_: facts()))
    ui, prompts = a_ui("acme-typo", BACK, "acme-logs")
    found = questions(ui, list_names=lambda: (), read_facts=lambda *_: next(told)()).name(ANSWERS)
    assert found.source.bucket_name == "acme-logs"
    prompts.shown()


def test_buckets_that_cannot_be_listed_are_asked_for_again_or_typed() -> None:
    told = iter((fails(REFUSED), fails(REFUSED)))
    ui, prompts = a_ui("Retry", "Type the whole name", "")
    questions(ui, list_names=lambda: next(told)(), read_facts=lambda *_: facts()).name(ANSWERS)
    prompts.shown()


def test_other_sources_of_the_same_objects_are_named_once_the_prefixes_are() -> None:
    ui, prompts = a_ui()
    known = bucket_details._Known(ui, ANSWERS)
    known._sources = (PantherSource("other-id", replace(SOURCE, name="the other")),)
    assert known.warn(ANSWERS) is ANSWERS
    assert "Panther's source the other reads the prefix logs/ already" in prompts.shown()


def test_a_stack_at_work_can_be_left_to_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_making, "follow", lambda *_, **__: None)  # the time is over
    ui, prompts = a_ui("Go on watching", "Leave it to AWS")
    begun = Begun("id", "us-east-1", None, "CREATE")
    assert stack_making.watch(ui, SimpleNamespace(), begun) is None  # type: ignore[arg-type]
    prompts.shown()


@pytest.mark.parametrize(("kind", "discarded"), [(ProblemKind.ACCESS_DENIED, 1), (ProblemKind.NETWORK, 0)])
def test_a_change_set_that_is_not_executed_is_discarded(kind: ProblemKind, discarded: int) -> None:
    gone: list[ChangeSet] = []
    stacks: Any = SimpleNamespace(
        execute_change_set=fails(replace(REFUSED, kind=kind)), discard_change_set=lambda each: gone.append(each)
    )
    ui, _ = a_ui()
    with pytest.raises(Problem):
        stack_making.carry_out(ui, stacks, CHANGE_SET)
    assert len(gone) == discarded, "AWS may have begun, where its answer was lost"


def test_an_earlier_run_is_let_go_where_one_goes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(folder: Path, record: Record, gateways: Connections) -> Resumed:
        gateways.journal = SimpleNamespace(run=record.run, close=lambda: None)  # type: ignore[assignment]
        return Resumed(ANSWERS, Step.WELCOME, problem=EXPIRED)

    monkeypatch.setattr(resume, "resume", opened)
    ui, prompts = a_ui("", "Resume", "Look again", BACK, "Start anew")
    monkeypatch.setattr(resume, "run_words", lambda record: ("", ""))
    assert resume.offer_to_resume(ui, [Record("a-run")], tmp_path) is None
    assert isinstance(ui.connections.journal, Journal)
    prompts.shown()


def test_a_run_that_cannot_be_set_aside_is_still_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resume, "set_aside", fails(REFUSED))
    monkeypatch.setattr(resume, "run_words", lambda record: ("", ""))
    ui, prompts = a_ui("", "Set it aside", "Start anew")
    assert resume.offer_to_resume(ui, [Record("a-run")], tmp_path) is None
    assert "AWS refused" in prompts.shown()


def test_an_alarm_is_asked_for_though_panther_does_not_tell_which_it_has() -> None:
    ui, prompts = a_ui("Go on without", "y", "hours", "6", panther=SimpleNamespace(api=fails(REFUSED)))
    result = drop_off_alarm(ui, BY_API)
    assert isinstance(result, Forward)
    assert result.answers.source.drop_off_alarm_minutes == 360
    prompts.shown()


def test_the_source_step_ends_where_panthers_api_is_declined_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.plain.steps.panther_source.read_plan", fails(replace(REFUSED, by_token=True)))
    ui, prompts = a_ui("Another token", "Go on without", panther=None)
    ui.begin(Step.PANTHER_SOURCE, BY_API)
    with pytest.raises(Leave) as left:
        panther_source(ui, BY_API)
    result = left.value.result
    assert isinstance(result, GoTo)
    assert (result.answers.by_api, result.answers.without_api) == (False, True)
    assert isinstance(panther_source(ui, result.answers), Forward)
    prompts.shown()


def test_the_last_step_leads_to_the_source_that_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finish, "connect_api", lambda _, answers: answers)  # the one that is known is taken
    ui, prompts = a_ui("Connect Panther's API")
    with pytest.raises(Leave) as left:
        finish.finish(ui, replace(BY_API, source_id=""))
    assert left.value.result == GoTo(Step.PANTHER_SOURCE, replace(BY_API, source_id=""))
    prompts.shown()


def test_what_a_check_found_is_read_though_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    found = (CheckResult(CheckId.ROLE_EXISTS, Status.PASS, None, "It is there, under its name."),)
    monkeypatch.setattr(validation, "not_looked_at", lambda: found)
    ui, prompts = a_ui("Show one in full", "", "Edit details")
    with pytest.raises(Leave) as left:
        validation.validation(ui, replace(ANSWERS, identity=None))
    assert isinstance(left.value.result, GoTo)
    assert "It is there, under its name." in prompts.shown()


@pytest.mark.parametrize(("said", "steps"), [("Try the step again", [Step.ROLE_ARN] * 2), (BACK, [Step.ROLE_ARN])])
def test_a_step_that_breaks_off_is_begun_anew_or_left(
    said: str, steps: list[Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    ui, prompts = a_ui(said)
    begun: list[Step] = []

    def step_function(step: Step) -> Any:
        def ask(_: Ui, answers: Answers) -> Done:
            if step is Step.ROLE_ARN:
                begun.append(step)
            if step is Step.ROLE_ARN and len(begun) == 1:
                raise ZeroDivisionError("nobody thought of it")
            return Done(answers)

        return ask

    monkeypatch.setattr(run, "_begin", lambda *_: (ANSWERS, Step.ROLE_ARN))
    monkeypatch.setattr(run, "function_of", step_function)
    assert run._walk(ui, (), (), None) == ANSWERS
    assert begun == steps
    assert "ZeroDivisionError: nobody thought of it" in prompts.shown()


def test_nobody_left_to_ask_ends_the_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    ui, _ = a_ui()
    monkeypatch.setattr(run, "_begin", lambda *_: (ANSWERS, Step.ROLE_ARN))
    monkeypatch.setattr(run, "function_of", lambda _: fails(EOFError()))  # type: ignore[arg-type]
    with pytest.raises(EOFError):
        run._walk(ui, (), (), None)
