"""Taking back what a run did in Panther: sources and alarms, beside what it did in AWS."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.mending import apply_mend, read_document
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.demo.cast import CUSTOMER_ACCOUNT
from panther_s3.demo.panther import DemoPanther
from panther_s3.journal import ChangeKind, Journal, State, read_run
from panther_s3.made import with_made
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.client import PantherApi
from panther_s3.panther_api.model import PantherSource, source_body, update_body
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType
from panther_s3.tokens import Token
from panther_s3.undo import Prospect, Standing, Undo
from tests.aws.mends import PANTHER, ROOT, never, of_bucket, of_role
from tests.aws.role_stacks import made
from tests.panther import account_id, client_of, demo_panther

REGION = "us-west-2"
SOURCES, GRAPHQL = "/log-sources/s3", "graphql"


@pytest.fixture
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    with demo_panther(embedded_aws.endpoint_url, receives=False) as panther:
        yield panther


@pytest.fixture
def aws(aws_environment: None, tmp_path: Path) -> Iterator[Aws]:
    """The profile that may do everything, with a journal on the disk."""
    aws = Aws("default", REGION, journal=Journal(tmp_path))
    yield aws
    aws.journal.close()


@pytest.fixture
def access(panther: DemoPanther, aws: Aws) -> Iterator[PantherAccess]:
    """The run's own access, with the token typed."""
    access = PantherAccess(lambda: aws.journal)
    access.use(panther.url, Token(panther.token))
    apis = [access.api(panther.url)]
    yield access
    for api in (*apis, *access._apis.values()):
        api._transport.close()


@pytest.fixture
def api(panther: DemoPanther, access: PantherAccess) -> PantherApi:
    """The client that the run's changes are made by; it waits for nothing."""
    api = access.api(panther.url)
    api._sleep = api._transport._sleep = lambda _: None
    return api


@pytest.fixture
def source() -> S3Source:
    account = account_id()
    return S3Source(
        "prod trail",
        account,
        "acme-cloudtrail",
        "",
        StreamType.JSON_ARRAY,
        StreamOptions("Records"),
        (PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail",)),),
        f"arn:aws:iam::{account}:role/PantherLogProcessingRole-prod-trail",
    )


def by_hand(panther: DemoPanther, method: str, path: str, body: Any = None) -> Any:
    """Do something in Panther beside the wizard."""
    with client_of(panther) as client:
        answer = client.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


def put_by_hand(panther: DemoPanther, id: str, source: S3Source) -> None:
    by_hand(panther, "PUT", f"{SOURCES}/{id}", update_body(source_body(source)))


def theirs(api: PantherApi, panther: DemoPanther, source: S3Source) -> PantherSource:
    """A source that somebody made before the run."""
    return api.read_source(by_hand(panther, "POST", SOURCES, source_body(source))["integrationId"])


def alarm_path(id: str) -> str:
    return f"/log-source-alarms/{id}/SOURCE_NO_DATA"


def undo_of(aws: Aws, access: PantherAccess) -> Undo:
    return Undo(aws, aws.journal, access.api)


def the_one(aws: Aws, access: PantherAccess) -> Prospect:
    (found,) = undo_of(aws, access).look()
    return found


def take_back(aws: Aws, access: PantherAccess) -> list[tuple[str, Problem | None]]:
    """Take the run back as the command does; what was done, and what came of it."""
    undo = undo_of(aws, access)
    outcomes = list(undo.take_back_all(undo.look()))
    return [(prospect.title, problem) for prospect, problem in outcomes if prospect.ready]


def states(aws: Aws) -> list[State]:
    """What the file says, not the memory."""
    assert aws.journal.folder is not None
    return [change.state for change in read_run(aws.journal.folder, aws.journal.run).changes]


# --- sources that the run created ---


def test_a_source_that_the_run_created_is_deleted(
    aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    made = api.create_source(source)
    prospect = the_one(aws, access)
    assert (prospect.title, prospect.standing) == ("Delete the source prod trail in Panther", Standing.READY)
    assert "what it has read stays" in prospect.means
    assert take_back(aws, access) == [(prospect.title, None)]
    assert api.read_sources() == ()
    assert api.read_health(made.id) is None
    assert states(aws) == [State.UNDONE]
    assert undo_of(aws, access).look() == ()


def test_a_source_that_is_gone_is_only_written_down(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    made = api.create_source(source)
    by_hand(panther, "DELETE", f"{SOURCES}/{made.id}")
    before = len(panther.requests)
    prospect = the_one(aws, access)
    assert (prospect.standing, prospect.why) == (Standing.GONE, "Panther has it no more.")
    assert take_back(aws, access) == []
    assert {method for method, _ in panther.requests[before:]} == {"GET"}
    assert states(aws) == [State.UNDONE]


def test_a_source_of_the_same_name_that_somebody_made_since_is_another(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    by_hand(panther, "DELETE", f"{SOURCES}/{api.create_source(source).id}")
    second = theirs(api, panther, source)
    take_back(aws, access)
    assert api.read_sources()[0].id == second.id


def test_a_source_that_somebody_changed_since_is_left_and_the_difference_shown(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    made = api.create_source(source)
    rows = (PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail", "AWS.ALB")),)
    put_by_hand(panther, made.id, replace(source, prefix_log_types=rows))
    prospect = the_one(aws, access)
    assert (prospect.standing, prospect.why) == (Standing.CHANGED, "Somebody changed it after this run.")
    assert [line for line in prospect.difference if line.startswith("+") and "AWS.ALB" in line]
    with pytest.raises(Problem, match="left as it is") as raised:
        undo_of(aws, access).take_back(prospect)
    assert "AWS.ALB" in raised.value.cause
    assert api.read_source(made.id).source.prefix_log_types == rows
    assert states(aws) == [State.MADE]


def test_what_changes_between_the_question_and_the_answer_is_left_as_well(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    made = api.create_source(source)
    undo = undo_of(aws, access)
    (prospect,) = undo.look()
    assert prospect.ready
    put_by_hand(panther, made.id, replace(source, name="theirs now"))
    with pytest.raises(Problem, match="left as it is") as raised:
        undo.take_back(prospect)
    assert raised.value.kind is ProblemKind.CONFLICT
    assert api.read_source(made.id).source.name == "theirs now"


# --- sources that the run updated ---


def test_a_source_that_the_run_updated_is_as_before(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    before = theirs(api, panther, source)
    kms = f"arn:aws:kms:us-west-2:{source.aws_account_id}:key/1f0c"
    api.update_source(before, replace(source, name="renamed", kms_key_arn=kms, log_stream_type=StreamType.LINES))
    prospect = the_one(aws, access)
    assert (prospect.title, prospect.means) == (
        "Put back the source prod trail in Panther",
        "As it was before this run.",
    )
    assert take_back(aws, access) == [(prospect.title, None)]
    assert api.read_source(before.id) == before
    assert states(aws) == [State.UNDONE]


def test_two_updates_come_back_as_one(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    before = theirs(api, panther, source)
    once = api.update_source(before, replace(source, name="once"))
    api.update_source(once, replace(source, name="twice"))
    assert len(take_back(aws, access)) == 1
    assert api.read_source(before.id) == before
    assert states(aws) == [State.UNDONE] * 2


def test_what_somebody_did_between_two_updates_stays(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    before = theirs(api, panther, source)
    api.update_source(before, replace(source, name="once"))
    put_by_hand(panther, before.id, replace(source, name="theirs"))
    api.update_source(api.read_source(before.id), replace(source, name="twice"))
    undo = undo_of(aws, access)
    last, first = undo.look()
    assert last.standing is Standing.READY
    undo.take_back(last)
    assert api.read_source(before.id).source.name == "theirs"
    with pytest.raises(Problem, match="left as it is"):
        undo.take_back(first)
    assert api.read_source(before.id).source.name == "theirs"


def test_an_updated_source_that_is_as_before_or_gone_has_nothing_left_to_take_back(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    before = theirs(api, panther, source)
    api.update_source(before, replace(source, name="once"))
    put_by_hand(panther, before.id, source)
    assert the_one(aws, access).standing is Standing.GONE
    by_hand(panther, "DELETE", f"{SOURCES}/{before.id}")
    assert the_one(aws, access).standing is Standing.GONE
    assert take_back(aws, access) == []
    assert states(aws) == [State.UNDONE]


def test_a_source_that_was_created_and_updated_in_one_run_goes_step_by_step(
    aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    made = api.create_source(source)
    api.update_source(made, replace(source, name="renamed"))
    assert [title for title, problem in take_back(aws, access) if problem is None] == [
        "Put back the source prod trail in Panther",
        "Delete the source prod trail in Panther",
    ]
    assert api.read_sources() == ()
    assert states(aws) == [State.UNDONE] * 2


def test_a_created_source_in_which_the_run_updated_what_somebody_changed_is_left_to_them(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    made = api.create_source(source)
    put_by_hand(panther, made.id, replace(source, name="theirs"))
    api.update_source(api.read_source(made.id), replace(source, name="ours again"))
    (update, done), (creation, problem) = take_back(aws, access)
    assert update.startswith("Put back")
    assert creation.startswith("Delete")
    assert done is None
    assert problem is not None
    assert problem.kind is ProblemKind.CONFLICT
    assert api.read_source(made.id).source.name == "theirs"


# --- creations that were not answered ---


@pytest.fixture
def unanswered(panther: DemoPanther, aws: Aws, api: PantherApi, source: S3Source) -> None:
    """The run created the source, and could not find out that it did."""
    panther.faults.add("cut_after", method="POST", path_contains=SOURCES)
    panther.faults.add("html500", path_contains=GRAPHQL, times=99)
    with pytest.raises(Problem):
        api.create_source(source)
    panther.faults.clear()
    assert states(aws) == [State.BEGUN]


@pytest.mark.usefixtures("unanswered")
def test_a_creation_that_was_not_answered_is_found_by_its_name_and_deleted(
    aws: Aws, access: PantherAccess, api: PantherApi
) -> None:
    assert the_one(aws, access).standing is Standing.READY
    assert take_back(aws, access) == [("Delete the source prod trail in Panther", None)]
    assert api.read_sources() == ()
    assert states(aws) == [State.UNDONE]


@pytest.mark.usefixtures("unanswered")
def test_a_creation_that_was_not_answered_is_settled_as_made(aws: Aws, access: PantherAccess) -> None:
    assert undo_of(aws, access).settle() == ()
    assert states(aws) == [State.MADE]


@pytest.mark.usefixtures("unanswered")
def test_a_source_of_that_name_that_is_another_is_not_taken_for_it(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    (mine,) = api.read_sources()
    by_hand(panther, "DELETE", f"{SOURCES}/{mine.id}")
    other = theirs(api, panther, replace(source, bucket_name="theirs"))
    undo_of(aws, access).settle()
    assert states(aws) == [State.BEGUN]
    assert the_one(aws, access).standing is Standing.CHANGED
    assert take_back(aws, access) == []
    assert api.read_source(other.id) == other


@pytest.mark.usefixtures("unanswered")
def test_a_source_that_was_renamed_by_the_run_is_found_all_the_same(
    aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    """Gone on with, the run finds the source by its name, and updates it under its id."""
    found = api.find_source(source.aws_account_id, source.name)
    assert found is not None
    api.update_source(found, replace(source, name="renamed"))
    assert len(take_back(aws, access)) == 2
    assert api.read_sources() == ()
    assert states(aws) == [State.UNDONE] * 2


def test_a_creation_that_never_reached_panther_is_settled_as_not_made(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    panther.faults.add("cut_before", method="POST", path_contains=SOURCES)
    with pytest.raises(Problem):
        api.create_source(source)
    assert states(aws) == [State.BEGUN]
    undo_of(aws, access).settle()
    assert states(aws) == [State.NOT_MADE]
    assert undo_of(aws, access).look() == ()


@pytest.mark.parametrize(("fault", "state"), [("cut_after", State.MADE), ("cut_before", State.NOT_MADE)])
def test_an_update_that_was_not_answered_is_settled_by_what_panther_has(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source, fault: Any, state: State
) -> None:
    before = theirs(api, panther, source)
    panther.faults.add(fault, method="PUT", times=99)
    with pytest.raises(Problem):
        api.update_source(before, replace(source, name="renamed"))
    panther.faults.clear()
    assert states(aws) == [State.BEGUN]
    undo_of(aws, access).settle()
    assert states(aws) == [state]
    take_back(aws, access)
    assert api.read_source(before.id) == before


# --- alarms ---


def test_an_alarm_that_the_run_set_is_taken_away(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    id = theirs(api, panther, source).id
    api.put_alarm(id, "prod trail", 60)
    api.put_alarm(id, "prod trail", 1440)
    prospect = the_one(aws, access)
    assert prospect.title == "Take away the drop-off alarm of the source prod trail"
    assert take_back(aws, access) == [(prospect.title, None)]
    assert api.read_alarm(id) is None
    assert states(aws) == [State.UNDONE] * 2


@pytest.mark.parametrize("removed", [True, False])
def test_an_alarm_that_was_there_before_is_set_back(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source, removed: bool
) -> None:
    id = theirs(api, panther, source).id
    by_hand(panther, "PUT", alarm_path(id), {"minutesThreshold": 60})
    if removed:
        api.remove_alarm(id, "prod trail")
    else:
        api.put_alarm(id, "prod trail", 1440)
    prospect = the_one(aws, access)
    assert (prospect.title, prospect.means) == (
        "Set back the drop-off alarm of the source prod trail",
        "To 60 minutes again.",
    )
    take_back(aws, access)
    alarm = api.read_alarm(id)
    assert alarm is not None
    assert alarm.minutes == 60
    assert states(aws) == [State.UNDONE]


@pytest.mark.parametrize(
    ("minutes", "why"),
    [(90, "Somebody set it to 90 minutes after this run."), (None, "Somebody took it away after this run.")],
)
def test_an_alarm_that_somebody_changed_since_is_left(
    panther: DemoPanther,
    aws: Aws,
    access: PantherAccess,
    api: PantherApi,
    source: S3Source,
    minutes: int | None,
    why: str,
) -> None:
    id = theirs(api, panther, source).id
    by_hand(panther, "PUT", alarm_path(id), {"minutesThreshold": 60})
    api.put_alarm(id, "prod trail", 1440)
    if minutes is None:
        by_hand(panther, "DELETE", alarm_path(id))
    else:
        by_hand(panther, "PUT", alarm_path(id), {"minutesThreshold": minutes})
    prospect = the_one(aws, access)
    assert (prospect.standing, prospect.why) == (Standing.CHANGED, why)
    assert take_back(aws, access) == []
    alarm = api.read_alarm(id)
    assert (alarm.minutes if alarm else None) == minutes
    assert states(aws) == [State.MADE]


@pytest.mark.parametrize("removed", [True, False])
def test_an_alarm_of_a_source_that_is_gone_has_nothing_left_to_take_back(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source, removed: bool
) -> None:
    id = theirs(api, panther, source).id
    by_hand(panther, "PUT", alarm_path(id), {"minutesThreshold": 60})
    if removed:
        api.remove_alarm(id, "prod trail")
    else:
        api.put_alarm(id, "prod trail", 1440)
    by_hand(panther, "DELETE", f"{SOURCES}/{id}")
    assert the_one(aws, access).standing is Standing.GONE
    assert take_back(aws, access) == []
    assert states(aws) == [State.UNDONE]


# --- a run in Panther and in AWS ---


def a_whole_run(aws: Aws, api: PantherApi, source: S3Source) -> Callable[[], bool]:
    """Mend a role, create the source, mend a bucket, set the alarm; tells whether AWS is as before."""
    role, bucket = of_role(aws), of_bucket(aws)
    apply_mend(aws, role, sleep=never)
    made = api.create_source(source)
    apply_mend(aws, bucket, sleep=never)
    api.put_alarm(made.id, source.name, 60)
    return lambda: all(read_document(aws, mend) == mend.before for mend in (role, bucket))


def test_a_run_is_taken_back_the_last_thing_first(
    aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    is_as_before = a_whole_run(aws, api, source)
    assert not is_as_before()
    kinds = [prospect.group.kind for prospect in undo_of(aws, access).look()]
    assert kinds == [ChangeKind.ALARM, ChangeKind.POLICY, ChangeKind.SOURCE, ChangeKind.POLICY]
    assert [problem for _, problem in take_back(aws, access)] == [None] * 4
    assert is_as_before()
    assert api.read_sources() == ()
    assert states(aws) == [State.UNDONE] * 4


def without_token(panther: DemoPanther, access: PantherAccess) -> str:
    access.drop(panther.url)
    return f"No API token is known for {panther.url}"


def with_a_wrong_token(panther: DemoPanther, access: PantherAccess) -> str:
    access.use(panther.url, Token("wrong"))
    return "Panther does not accept the API token"


def with_too_little_permission(panther: DemoPanther, access: PantherAccess) -> str:
    panther.faults.add("status", status=403, times=99)
    return "The API token may not"


def without_network(panther: DemoPanther, access: PantherAccess) -> str:
    panther.stop()
    return "cannot be reached"


def with_trouble_of_panthers_own(panther: DemoPanther, access: PantherAccess) -> str:
    panther.faults.add("html500", times=99)
    return "Panther could not"


def with_a_page_in_between(panther: DemoPanther, access: PantherAccess) -> str:
    panther.faults.add("status", status=200, body="<html>Sign in</html>", times=99)
    return "in a way that is not understood"


Trouble = Callable[[DemoPanther, PantherAccess], str]


@pytest.mark.parametrize(
    "trouble",
    [
        without_token,
        with_a_wrong_token,
        with_too_little_permission,
        without_network,
        with_trouble_of_panthers_own,
        with_a_page_in_between,
    ],
)
def test_trouble_with_panther_holds_up_nothing_in_aws(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source, trouble: Trouble
) -> None:
    is_as_before = a_whole_run(aws, api, source)
    told = trouble(panther, access)
    prospects = undo_of(aws, access).look()
    by_place = {
        place: [each for each in prospects if (each.group.kind in (ChangeKind.SOURCE, ChangeKind.ALARM)) == place]
        for place in (True, False)
    }
    assert [each.standing for each in by_place[True]] == [Standing.BLOCKED] * 2
    assert all(told in each.why for each in by_place[True])
    assert [each.standing for each in by_place[False]] == [Standing.READY] * 2
    done = take_back(aws, access)
    assert [problem for _, problem in done] == [None] * 2
    assert is_as_before()
    assert sorted(states(aws)) == sorted([State.UNDONE, State.MADE, State.UNDONE, State.MADE])


@pytest.mark.parametrize("status", [401, 403, 500])
def test_what_panther_refuses_in_the_middle_ends_nothing_else(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source, status: int
) -> None:
    """What it was looked at for is as it was; only the deletion is refused."""
    is_as_before = a_whole_run(aws, api, source)
    panther.faults.add("status", method="DELETE", status=status, times=99)
    outcomes = take_back(aws, access)
    assert [problem is None for _, problem in outcomes] == [False, True, False, True]
    assert is_as_before()
    panther.faults.clear()
    assert [problem for _, problem in take_back(aws, access)] == [None] * 2
    assert api.read_sources() == ()
    assert states(aws) == [State.UNDONE] * 4


def test_without_access_to_any_panther_aws_is_taken_back_all_the_same(
    aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    is_as_before = a_whole_run(aws, api, source)
    undo = Undo(aws, aws.journal)
    assert {problem for _, problem in undo.take_back_all(undo.look())} == {None}
    assert is_as_before()
    assert len(api.read_sources()) == 1


def test_the_role_that_an_updated_source_has_now_is_kept_with_it(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    identity = CallerIdentity(CUSTOMER_ACCOUNT, ROOT)
    ours = replace(source, name=f"kept {uuid4().hex[:8]}", aws_account_id=CUSTOMER_ACCOUNT)
    answers = Answers(None, REGION, identity, PANTHER, source=ours, bucket_region=REGION)
    before = theirs(api, panther, ours)
    made(aws, answers.with_source(log_processing_role_arn=""))
    now = replace(ours, log_processing_role_arn=answers.with_source(log_processing_role_arn="").role_arn)
    api.update_source(before, now)
    put_by_hand(panther, before.id, replace(now, log_stream_type=StreamType.LINES))
    standing = {prospect.group.kind: prospect.standing for prospect in undo_of(aws, access).look()}
    assert standing == {ChangeKind.SOURCE: Standing.CHANGED, ChangeKind.STACK: Standing.BLOCKED}


def test_the_last_change_of_a_thing_tells_how_it_is(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    """Set, taken back, and set again."""
    made_source = api.create_source(source)
    answers = Answers(source=source, source_id=made_source.id)
    api.put_alarm(made_source.id, source.name, 60)
    undo_of(aws, access).remove(ChangeKind.ALARM)
    assert with_made(replace(answers, alarm_set=60), aws.journal).alarm_set is None
    api.put_alarm(made_source.id, source.name, 90)
    assert with_made(answers, aws.journal).alarm_set == 90
    assert with_made(replace(answers, source_id=""), aws.journal).source_id == made_source.id
    take_back(aws, access)
    again = api.create_source(source)
    assert with_made(replace(answers, source_id=again.id), aws.journal).source_id == again.id


def test_the_role_of_a_source_that_panther_keeps_is_kept(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    """Without its role the source would be unhealthy, and Panther could not take its own rules away."""
    identity = CallerIdentity(CUSTOMER_ACCOUNT, ROOT)
    ours = replace(source, name=f"kept {uuid4().hex[:8]}", aws_account_id=CUSTOMER_ACCOUNT)
    answers = Answers(None, REGION, identity, PANTHER, source=ours, bucket_region=REGION)
    made(aws, answers.with_source(log_processing_role_arn=""))
    api.create_source(replace(ours, log_processing_role_arn=answers.expected_role_arn))

    access.drop(panther.url)
    kept = {prospect.group.kind: prospect for prospect in undo_of(aws, access).look()}
    assert [each.standing for each in kept.values()] == [Standing.BLOCKED, Standing.BLOCKED]
    assert "Panther goes on reading by this role" in kept[ChangeKind.STACK].why

    access.use(panther.url, Token(panther.token))
    again = access.api(panther.url)
    again._sleep = again._transport._sleep = lambda _: None
    undo = undo_of(aws, access)
    shown = undo.look()
    assert all(prospect.ready for prospect in shown)
    assert not any("Remove the source in Panther first" in prospect.means for prospect in shown)
    panther.faults.add("status", method="DELETE", times=9, status=500, body={"message": "later"})
    failed = {outcome.prospect.group.kind: outcome.problem for outcome in undo.take_back_all(shown)}
    panther.faults.clear()
    assert "later" in str(failed[ChangeKind.SOURCE])
    assert "Panther goes on reading by this role" in str(failed[ChangeKind.STACK])
    assert [problem for _, problem in take_back(aws, access)] == [None, None]
    assert undo_of(aws, access).look() == ()


def test_what_is_taken_back_half_is_taken_back_by_the_next_try(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    """The answer to the deletion is lost three times over: it was made, and the next look finds it gone."""
    api.create_source(source)
    panther.faults.add("cut_after", method="DELETE", times=1)
    panther.faults.add("html500", method="DELETE", times=2)
    ((_, problem),) = take_back(aws, access)
    assert problem is not None
    assert states(aws) == [State.UNDOING]
    assert the_one(aws, access).standing is Standing.GONE
    take_back(aws, access)
    assert states(aws) == [State.UNDONE]


# --- what the last screen lists ---


def test_what_was_taken_back_in_panther_is_not_the_answers_any_more(
    aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    made = api.create_source(source)
    api.put_alarm(made.id, source.name, 60)
    identity = CallerIdentity(source.aws_account_id, ROOT)
    answers = Answers(identity=identity, source=source, source_id=made.id, alarm_set=60)
    listed = with_made(answers, aws.journal)
    assert (listed.source_id, listed.alarm_set) == (made.id, 60)
    assert [(each.kind, each.name) for each in listed.made] == [
        ("source in Panther", "source prod trail in Panther"),
        ("drop-off alarm", "drop-off alarm of the source prod trail"),
    ]
    assert all("undo" in each.put_back for each in listed.made)
    undo = undo_of(aws, access)
    alarm, creation = undo.look()
    undo.take_back(alarm)
    half = with_made(listed, aws.journal)
    assert (half.source_id, half.alarm_set) == (made.id, None)
    assert [each.kind for each in half.made] == ["source in Panther"]
    undo.take_back(creation)
    after = with_made(half, aws.journal)
    assert (after.source_id, after.alarm_set, after.made) == ("", None, ())


def test_an_alarm_that_was_set_back_is_the_former_one_and_an_updated_source_stays(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    before = theirs(api, panther, source)
    by_hand(panther, "PUT", alarm_path(before.id), {"minutesThreshold": 1440})
    api.update_source(before, replace(source, name="renamed"))
    api.put_alarm(before.id, "renamed", 60)
    take_back(aws, access)
    after = with_made(Answers(source=source, source_id=before.id, alarm_set=60), aws.journal)
    assert (after.source_id, after.alarm_set, after.made) == (before.id, 1440, ())


def test_what_panther_refused_is_not_listed(panther: DemoPanther, aws: Aws, api: PantherApi, source: S3Source) -> None:
    before = theirs(api, panther, source)
    panther.faults.add("status", method="PUT", status=409)
    with pytest.raises(Problem):
        api.update_source(before, replace(source, name="renamed"))
    assert states(aws) == [State.NOT_MADE]
    assert with_made(Answers(source=source, source_id=before.id), aws.journal).made == ()


def test_the_journal_has_the_forms_of_before_and_after_and_no_token(
    panther: DemoPanther, aws: Aws, access: PantherAccess, api: PantherApi, source: S3Source
) -> None:
    before = theirs(api, panther, source)
    api.update_source(before, replace(source, name="renamed"))
    take_back(aws, access)
    assert aws.journal.path is not None
    text = aws.journal.path.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    (change,) = [line for line in lines if line["what"] == "change"]
    assert change["before"] == source_body(before.source) == source_body(source)
    assert change["after"]["integrationLabel"] == "renamed"
    assert panther.token not in text
