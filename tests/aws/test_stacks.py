"""Stacks, from the plan to the end: what is made, what is told, what is left behind."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest

from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import PATIENCE, POLLS, ChangeSet, Stack, StackPlan, Stacks
from panther_s3.problems import Problem, ProblemKind
from panther_s3.stack_progress import StackProgress
from tests.aws.conftest import Faults

REGION = "us-west-2"
TEMPLATE = """
Parameters:
  Suffix: {Type: String}
  Sessions: {Type: Number, Default: 3600}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "stacks-test-${Suffix}"
      MaxSessionDuration: !Ref Sessions
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: "sts:AssumeRole", Principal: {AWS: "arn:aws:iam::999988887777:root"}}]
Outputs:
  RoleARN: {Value: !GetAtt Role.Arn}
"""
NUMBERS = itertools.count(1)
Refusal = dict[str, object]


@pytest.fixture
def suffix() -> str:
    """A suffix that no other test uses: they share the account."""
    return f"n{next(NUMBERS)}"


@pytest.fixture
def stacks(operator: Aws) -> Stacks:
    return Stacks(operator)


@pytest.fixture
def stack(stacks: Stacks, suffix: str) -> Stack:
    """A finished stack."""
    _make(stacks, _plan(suffix))
    made = stacks.find(f"stacks-test-{suffix}", REGION)
    assert made is not None
    return made


def _plan(suffix: str, kind: Literal["CREATE", "UPDATE"] = "CREATE", **parameters: str) -> StackPlan:
    return StackPlan(
        f"stacks-test-{suffix}", REGION, TEMPLATE, {"Suffix": suffix, **parameters}, {"panther:app": "panther"}, kind
    )


def _make(stacks: Stacks, plan: StackPlan, token: str = "make") -> ChangeSet:
    change_set = stacks.wait_for_change_set(stacks.create_change_set(plan), sleep=_no_wait)
    stacks.execute_change_set(change_set, token)
    _until_finished(stacks, change_set, token)
    return change_set


def _until_finished(stacks: Stacks, change_set: ChangeSet, token: str) -> StackProgress:
    for _ in range(200):
        events = stacks.read_events(change_set.stack_id, REGION, token)
        progress = StackProgress.of(events, 1, change_set.kind)
        if progress.finished:
            return progress
    raise AssertionError(f"still {progress.status}")


def _no_wait(seconds: float) -> None:
    """Ask again at once: the emulator is ready at once."""


def _refused(code: str, message: str = "") -> Refusal:
    return {"code": code, "status": 400, "message": message}


def test_a_change_set_says_what_it_will_make_and_makes_nothing_yet(stacks: Stacks, operator: Aws, suffix: str) -> None:
    change_set = stacks.wait_for_change_set(stacks.create_change_set(_plan(suffix)), sleep=_no_wait)
    assert (change_set.status, change_set.kind, change_set.empty) == ("CREATE_COMPLETE", "CREATE", False)
    assert [(change.action, change.logical_id, change.resource_type) for change in change_set.changes] == [
        ("Add", "Role", "AWS::IAM::Role")
    ]
    waiting = stacks.find(change_set.stack_name, REGION)
    assert waiting is not None
    assert (waiting.status, waiting.stack_id) == ("REVIEW_IN_PROGRESS", change_set.stack_id)
    iam = operator.client("iam")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName=f"stacks-test-{suffix}")


def test_an_executed_change_set_makes_the_stack_with_its_outputs_parameters_and_tags(
    stacks: Stacks, suffix: str
) -> None:
    change_set = _make(stacks, _plan(suffix), token="our-token")
    progress = _until_finished(stacks, change_set, "our-token")
    assert (progress.succeeded, progress.done) == (True, 1)
    made = stacks.find(change_set.stack_id, REGION)
    assert made is not None
    assert (made.name, made.region, made.status) == (f"stacks-test-{suffix}", REGION, "CREATE_COMPLETE")
    assert made.outputs == {"RoleARN": f"arn:aws:iam::111122223333:role/stacks-test-{suffix}"}
    assert made.parameters["Suffix"] == suffix
    assert made.tags == {"panther:app": "panther"}


def test_an_update_changes_the_stack_in_place(stacks: Stacks, stack: Stack, suffix: str) -> None:
    change_set = _make(stacks, _plan(suffix, "UPDATE", Sessions="7200"), token="update")
    assert [change.action for change in change_set.changes] == ["Modify"]
    updated = stacks.find(stack.name, REGION)
    assert updated is not None
    assert (updated.status, updated.stack_id) == ("UPDATE_COMPLETE", stack.stack_id)
    assert updated.parameters["Sessions"] == "7200"


def test_an_update_that_changes_nothing_is_empty_and_can_be_discarded(
    stacks: Stacks, stack: Stack, suffix: str
) -> None:
    change_set = stacks.wait_for_change_set(stacks.create_change_set(_plan(suffix, "UPDATE")), sleep=_no_wait)
    assert (change_set.empty, change_set.status) == (True, "FAILED")
    stacks.discard_change_set(change_set)
    assert stacks.find(stack.name, REGION) == stack


def test_a_declined_change_set_leaves_neither_itself_nor_a_stack(stacks: Stacks, suffix: str) -> None:
    change_set = stacks.create_change_set(_plan(suffix))
    stacks.discard_change_set(change_set)
    assert stacks.find(change_set.stack_id, REGION) is None
    stacks.discard_change_set(change_set)


def test_discarding_leaves_a_sound_stack_alone(stacks: Stacks, stack: Stack, suffix: str) -> None:
    change_set = stacks.create_change_set(_plan(suffix, "UPDATE", Sessions="7200"))
    stacks.discard_change_set(change_set)
    assert stacks.find(stack.name, REGION) == stack


def test_a_stack_of_no_name_is_none(stacks: Stacks) -> None:
    assert stacks.find("stacks-test-never-made", REGION) is None
    assert stacks.find("stacks-test-never-made", "eu-central-1") is None


def test_a_stack_waiting_for_review_is_deleted_and_its_id_counts_as_gone(stacks: Stacks, suffix: str) -> None:
    change_set = stacks.create_change_set(_plan(suffix))
    leftover = stacks.find(change_set.stack_name, REGION)
    assert leftover is not None
    stacks.delete_stack(leftover, "delete")
    assert stacks.find(leftover.stack_id, REGION) is None
    stacks.delete_stack(leftover, "again")


@pytest.mark.parametrize("claimed", ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"])
def test_a_sound_stack_is_never_deleted_whatever_it_was_when_it_was_found(
    stacks: Stacks, stack: Stack, claimed: str
) -> None:
    with pytest.raises(Problem) as raised:
        stacks.delete_stack(replace(stack, status=claimed), "delete")
    assert raised.value.kind is ProblemKind.CONFLICT
    assert "CREATE_COMPLETE" in raised.value.title
    assert stacks.find(stack.name, REGION) == stack


def test_events_are_those_of_one_request_in_the_order_of_time(stacks: Stacks, stack: Stack, suffix: str) -> None:
    _make(stacks, _plan(suffix, "UPDATE", Sessions="7200"), token="second")
    events = stacks.read_events(stack.stack_id, REGION, "second")
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert {event.token for event in events} == {"second"}
    assert (events[0].status, events[-1].status) == ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    everything = stacks.read_events(stack.stack_id, REGION, None)
    assert everything[0].status == "REVIEW_IN_PROGRESS"
    assert everything[-len(events) :] == events
    assert stacks.read_events(stack.stack_id, REGION, "never sent") == ()


def test_writes_are_named_while_they_are_under_way(stacks: Stacks, operator: Aws, suffix: str) -> None:
    named: list[tuple[str, ...]] = []
    client = operator.client("cloudformation")
    client.meta.events.register("before-send.cloudformation.*", lambda **_: named.append(operator.writes.names()))
    stacks.discard_change_set(stacks.create_change_set(_plan(suffix)))
    name = f"stacks-test-{suffix}"
    assert named == [
        (f"Creating the change set for {name}",),
        (f"Discarding the change set of {name}",),
        (),
        (f"Removing the empty stack {name}",),
    ]
    assert operator.writes.names() == ()


def test_without_the_right_to_it_the_refusal_names_the_permission(readonly: Aws, suffix: str) -> None:
    with pytest.raises(Problem) as raised:
        Stacks(readonly).create_change_set(_plan(suffix))
    problem = raised.value
    assert problem.title == f"You are not allowed to make a change set for stacks-test-{suffix}"
    assert problem.denial is not None
    assert problem.denial.action == "cloudformation:CreateChangeSet"
    assert problem.statement is not None
    assert problem.statement["Action"] == "cloudformation:CreateChangeSet"
    assert Stacks(readonly).find(f"stacks-test-{suffix}", REGION) is None


def test_a_template_that_is_none_is_refused_with_the_words_of_aws(stacks: Stacks, suffix: str) -> None:
    with pytest.raises(Problem) as raised:
        stacks.create_change_set(replace(_plan(suffix), template_body="Resources: ["))
    assert raised.value.kind is ProblemKind.INVALID
    assert "Template format error" in raised.value.cause


def test_waiting_gets_over_throttling_and_broken_connections(faulty: Aws, faults: Faults, suffix: str) -> None:
    stacks, pauses = Stacks(faulty), list[float]()
    change_set = stacks.create_change_set(_plan(suffix))
    describe = {"service": "cloudformation", "operation": "DescribeChangeSet"}
    faults.add(describe | {"times": 4, "error": _refused("Throttling", "Rate exceeded")})
    faults.add(describe | {"times": 2, "reset": True})
    assert stacks.wait_for_change_set(change_set, sleep=pauses.append).status == "CREATE_COMPLETE"
    assert len(faults.fired()) == 6
    assert pauses == list(POLLS[:3])


def test_waiting_ends_where_aws_keeps_refusing_to_answer(faulty: Aws, faults: Faults, suffix: str) -> None:
    stacks = Stacks(faulty)
    change_set = stacks.create_change_set(_plan(suffix))
    half = {"truncate_frac": 0.5}
    faults.add({"service": "cloudformation", "operation": "DescribeChangeSet", "response": half})
    with pytest.raises(Problem) as raised:
        stacks.wait_for_change_set(change_set, sleep=_no_wait)
    assert raised.value.kind is ProblemKind.NETWORK
    assert len(faults.fired()) == PATIENCE


def test_waiting_ends_at_once_where_reading_is_refused(faulty: Aws, faults: Faults, suffix: str) -> None:
    stacks = Stacks(faulty)
    change_set = stacks.create_change_set(_plan(suffix))
    refusal = _refused("AccessDenied")
    faults.add({"service": "cloudformation", "operation": "DescribeChangeSet", "error": refusal})
    with pytest.raises(Problem) as raised:
        stacks.wait_for_change_set(change_set, sleep=_no_wait)
    assert raised.value.kind is ProblemKind.ACCESS_DENIED
    assert len(faults.fired()) == 1


def test_waiting_can_be_given_up(stacks: Stacks, suffix: str) -> None:
    change_set = stacks.create_change_set(_plan(suffix))
    with pytest.raises(Problem) as raised:
        stacks.wait_for_change_set(change_set, cancelled=lambda: True)
    assert raised.value.kind is ProblemKind.CANCELLED


def test_events_that_are_not_told_are_a_problem_that_passes(faulty: Aws, faults: Faults) -> None:
    throttling = {"service": "cloudformation", "operation": "DescribeStackEvents", "error": _refused("Throttling")}
    faults.add(throttling)
    with pytest.raises(Problem) as raised:
        Stacks(faulty).read_events("stacks-test-any", REGION, None)
    assert raised.value.kind is ProblemKind.THROTTLED


# What follows the emulator cannot hold: AWS's documented answers are given by botocore's Stubber.


Answer = Callable[[str, dict[str, object]], None]


@pytest.fixture
def answers(operator: Aws) -> Iterator[Answer]:
    """Queues the answers of CloudFormation, each to one call of the operation."""
    from botocore.stub import Stubber

    with Stubber(operator.client("cloudformation")) as stubber:
        yield lambda operation, answer: stubber.add_response(operation, answer)
        stubber.assert_no_pending_responses()


STACK_ID = f"arn:aws:cloudformation:{REGION}:111122223333:stack/x/1"
ASKED = ChangeSet(
    "panther-s3-wizard-1", f"arn:aws:cloudformation:{REGION}:111122223333:changeSet/a/1", "x", STACK_ID, REGION,
    "CREATE", "CREATE_PENDING", "",
)  # fmt: skip


def _described(status: str, reason: str = "", **more: object) -> dict[str, object]:
    return {"Status": status, "StatusReason": reason, **more}


def _event(status: str, token: str, name: str = "Role", second: int = 0) -> dict[str, object]:
    return {
        "StackId": STACK_ID,
        "StackName": "x",
        "EventId": f"{name}-{status}-{token}-{second}",
        "Timestamp": datetime(2026, 3, 1, 12, 0, second, tzinfo=UTC),
        "LogicalResourceId": name,
        "PhysicalResourceId": STACK_ID if name == "x" else name,
        "ResourceType": "AWS::CloudFormation::Stack" if name == "x" else "AWS::IAM::Role",
        "ResourceStatus": status,
        **({"ClientRequestToken": token} if token else {}),
    }


def test_a_change_set_that_takes_its_time_is_waited_for_recorded(stacks: Stacks, answers: Answer) -> None:
    pauses = list[float]()
    for status in ("CREATE_PENDING", "CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"):
        answers("describe_change_set", _described(status))
    assert stacks.wait_for_change_set(ASKED, sleep=pauses.append).status == "CREATE_COMPLETE"
    assert pauses == list(POLLS[:3])


def test_a_change_set_of_several_pages_is_read_whole_recorded(stacks: Stacks, answers: Answer) -> None:
    def change(name: str) -> dict[str, object]:
        target = {"Attribute": "Properties", "Name": "Policies"}
        resource = {
            "Action": "Modify",
            "LogicalResourceId": name,
            "PhysicalResourceId": f"{name}-id",
            "ResourceType": "AWS::IAM::Role",
            "Replacement": "False",
            "Details": [{"Target": target}, {"Target": target}, {"Target": {"Attribute": "Tags"}}],
        }
        return {"Type": "Resource", "ResourceChange": resource}

    answers("describe_change_set", _described("CREATE_COMPLETE", Changes=[change("One")], NextToken="more"))
    answers("describe_change_set", _described("CREATE_COMPLETE", Changes=[change("Two")]))
    first, second = stacks.read_change_set(ASKED).changes
    assert (first.logical_id, second.logical_id) == ("One", "Two")
    assert (first.physical_id, first.replacement, first.details) == ("One-id", "False", ("Policies", "Tags"))


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Transform failed", ProblemKind.INVALID),
        (
            "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: iam:GetRole on resource: role x "
            "because no identity-based policy allows the iam:GetRole action",
            ProblemKind.ACCESS_DENIED,
        ),
    ],
)
def test_a_change_set_that_cloudformation_refuses_is_a_problem_recorded(
    stacks: Stacks, answers: Answer, reason: str, kind: ProblemKind
) -> None:
    answers("describe_change_set", _described("FAILED", reason))
    with pytest.raises(Problem) as raised:
        stacks.wait_for_change_set(ASKED, sleep=_no_wait)
    assert (raised.value.kind, raised.value.cause) == (kind, reason)
    assert (raised.value.statement is not None) is (kind is ProblemKind.ACCESS_DENIED)


def test_a_change_set_that_never_gets_ready_is_not_waited_for_for_ever_recorded(
    stacks: Stacks, answers: Answer
) -> None:
    for _ in POLLS:
        answers("describe_change_set", _described("CREATE_IN_PROGRESS"))
    with pytest.raises(Problem, match="still checking"):
        stacks.wait_for_change_set(ASKED, sleep=_no_wait)


def test_older_pages_of_events_are_not_fetched_recorded(stacks: Stacks, answers: Answer) -> None:
    newest_first = [
        _event("CREATE_COMPLETE", "ours", "x", 5),
        _event("CREATE_COMPLETE", "", "Role", 4),
        _event("CREATE_IN_PROGRESS", "ours", "Role", 3),
        _event("CREATE_IN_PROGRESS", "ours", "x", 2),
        _event("REVIEW_IN_PROGRESS", "", "x", 1),
    ]
    answers("describe_stack_events", {"StackEvents": newest_first, "NextToken": "older"})
    events = stacks.read_events(STACK_ID, REGION, "ours")
    assert [event.time.second for event in events] == [2, 3, 4, 5]


def test_events_of_other_requests_are_passed_over_recorded(stacks: Stacks, answers: Answer) -> None:
    newest_first = [
        _event("UPDATE_IN_PROGRESS", "theirs", "x", 9),
        _event("CREATE_COMPLETE", "ours", "x", 8),
        _event("CREATE_COMPLETE", "ours", "Role", 7),
    ]
    answers("describe_stack_events", {"StackEvents": newest_first, "NextToken": "older"})
    older = [_event("CREATE_IN_PROGRESS", "", "Role", 6), _event("DELETE_FAILED", "older", "x", 5)]
    answers("describe_stack_events", {"StackEvents": older, "NextToken": "oldest"})
    events = stacks.read_events(STACK_ID, REGION, "ours")
    assert [event.time.second for event in events] == [7, 8]


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"])
def test_a_stack_that_failed_is_deleted_recorded(stacks: Stacks, answers: Answer, status: str) -> None:
    stack = {"StackId": STACK_ID, "StackName": "x", "CreationTime": "2026-03-01T12:00:00Z", "StackStatus": status}
    answers("describe_stacks", {"Stacks": [stack]})
    answers("delete_stack", {})
    stacks.delete_stack(Stack("x", STACK_ID, REGION, status, "", {}, {}, {}), "delete")
