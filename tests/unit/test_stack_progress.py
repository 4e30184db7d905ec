"""What a stack's recorded events say: where it stands, what failed first, and what to do next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from panther_s3.aws.stack_records import StackEvent
from panther_s3.stack_progress import STATES, StackProgress, explain_failure

STACK = "arn:aws:cloudformation:us-west-2:111122223333:stack/panther-log-analysis-setup-x/1"
ROLE = "PantherLogProcessingRole-x"
WRAPPED = 'Resource handler returned message: "{} (Service: Iam, Status Code: 4, Request ID: 1)" (RequestToken: 2)'
DENIED = WRAPPED.format(
    "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: iam:CreateRole on resource: "
    f"arn:aws:iam::111122223333:role/{ROLE} because no identity-based policy allows the iam:CreateRole action"
)
BEGAN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def recorded(*lines: str) -> tuple[StackEvent, ...]:
    """Return events from lines of "Resource STATUS reason"; the resource "stack" is the stack itself."""
    events = []
    for place, line in enumerate(lines):
        name, status, reason = (*line.split(" ", 2), "")[:3]
        of_stack = name == "stack"
        events.append(
            StackEvent(
                event_id=f"{name}-{place}",
                time=BEGAN + timedelta(seconds=place),
                logical_id="panther-log-analysis-setup-x" if of_stack else name,
                physical_id=STACK if of_stack else f"{name.lower()}-id",
                resource_type="AWS::CloudFormation::Stack" if of_stack else "AWS::IAM::Role",
                status=status,
                reason=reason,
                token="token",
            )
        )
    return tuple(events)


CREATED = recorded(
    "stack CREATE_IN_PROGRESS User Initiated",
    "Role CREATE_IN_PROGRESS",
    "Role CREATE_IN_PROGRESS Resource creation Initiated",
    "Role CREATE_COMPLETE",
    "stack CREATE_COMPLETE",
)
ROLLED_BACK = recorded(
    "stack CREATE_IN_PROGRESS User Initiated",
    "Topic CREATE_IN_PROGRESS",
    "Role CREATE_IN_PROGRESS",
    "Key CREATE_IN_PROGRESS",
    "Topic CREATE_FAILED Resource creation cancelled",
    f"Role CREATE_FAILED {ROLE} already exists in stack arn:aws:cloudformation:x",
    "Key CREATE_FAILED Resource creation cancelled",
    "stack ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Role, Topic, Key].",
    "Role DELETE_COMPLETE",
    "Key DELETE_COMPLETE",
    "Topic DELETE_COMPLETE",
    "stack ROLLBACK_COMPLETE",
)
UPDATE_TAKEN_BACK = recorded(
    "stack CREATE_IN_PROGRESS User Initiated",
    "Role CREATE_FAILED an older failure",
    "stack CREATE_COMPLETE",
    "stack UPDATE_IN_PROGRESS User Initiated",
    "Role UPDATE_IN_PROGRESS",
    f"Role UPDATE_FAILED {DENIED.replace('iam:CreateRole', 'iam:PutRolePolicy')}",
    "stack UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to update: [Role].",
    "Role UPDATE_COMPLETE",
    "stack UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "stack UPDATE_ROLLBACK_COMPLETE",
)
DELETED = recorded(
    "stack CREATE_COMPLETE",
    "stack DELETE_IN_PROGRESS User Initiated",
    "Role DELETE_IN_PROGRESS",
    "Role DELETE_COMPLETE",
    "stack DELETE_COMPLETE",
)


def test_before_any_event_nothing_is_claimed() -> None:
    progress = StackProgress.of((), 1, "CREATE")
    assert (progress.status, progress.finished, progress.succeeded, progress.done, progress.total) == (
        "",
        False,
        False,
        0,
        1,
    )
    assert "no event" in progress.explanation.title


@pytest.mark.parametrize(
    ("seen", "done", "current", "finished"),
    [(1, 0, [], False), (2, 0, ["Role"], False), (3, 0, ["Role"], False), (4, 1, [], False), (5, 1, [], True)],
)
def test_a_stack_being_made_is_followed(seen: int, done: int, current: list[str], finished: bool) -> None:
    progress = StackProgress.of(CREATED[:seen], 1, "CREATE")
    assert progress.done == done
    assert progress.total == 1
    assert [event.logical_id for event in progress.current] == current
    assert progress.finished is finished
    assert progress.succeeded is finished
    assert progress.failures == ()


def test_the_number_of_resources_is_unknown_until_the_end_where_nobody_gave_it() -> None:
    assert StackProgress.of(CREATED[:3], None, "CREATE").total is None
    assert StackProgress.of(CREATED, None, "CREATE").total == 1


def test_an_emulator_that_skips_the_states_in_progress_is_understood() -> None:
    progress = StackProgress.of(recorded("Role CREATE_COMPLETE", "stack CREATE_COMPLETE"), 1, "CREATE")
    assert (progress.finished, progress.succeeded, progress.done) == (True, True, 1)


def test_the_root_cause_comes_first_and_cancellations_last() -> None:
    progress = StackProgress.of(ROLLED_BACK, 3, "CREATE")
    assert [event.logical_id for event in progress.failures] == ["Role", "Topic", "Key"]
    assert (progress.finished, progress.succeeded, progress.status) == (True, False, "ROLLBACK_COMPLETE")
    assert "role-id exists already" in progress.explanation.title
    assert "Delete the stack before" in progress.explanation.remedy


def test_a_failure_is_told_while_the_rollback_is_still_at_work() -> None:
    progress = StackProgress.of(ROLLED_BACK[:9], 3, "CREATE")
    assert (progress.finished, progress.succeeded, progress.status) == (False, False, "ROLLBACK_IN_PROGRESS")
    assert progress.failures[0].logical_id == "Role"
    assert "takes back" in progress.explanation.title


def test_a_rollback_without_a_failed_resource_gives_the_stacks_own_reason() -> None:
    events = recorded(
        "stack CREATE_IN_PROGRESS User Initiated",
        "stack ROLLBACK_IN_PROGRESS The following hook(s) failed: [Org::Guard::Hook]",
        "stack ROLLBACK_COMPLETE",
    )
    assert "hook(s) failed" in StackProgress.of(events, 1, "CREATE").failures[0].reason


def test_an_update_taken_back_leaves_the_stack_as_it_was() -> None:
    progress = StackProgress.of(UPDATE_TAKEN_BACK, 1, "UPDATE")
    assert (progress.finished, progress.succeeded) == (True, False)
    assert "as it was before" in progress.explanation.title
    assert "iam:PutRolePolicy" in progress.explanation.title


def test_failures_of_an_earlier_operation_are_passed_over() -> None:
    assert len(StackProgress.of(UPDATE_TAKEN_BACK, 1, "UPDATE").failures) == 1
    assert StackProgress.of(DELETED[:2], 1, "DELETE").finished is False


def test_an_update_is_not_done_while_it_is_cleaned_up_after() -> None:
    events = recorded("stack UPDATE_IN_PROGRESS User Initiated", "stack UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    assert StackProgress.of(events, 1, "UPDATE").finished is False


def test_a_deleted_stack_succeeds_only_where_deleting_was_asked_for() -> None:
    assert StackProgress.of(DELETED, 1, "DELETE").succeeded is True
    assert StackProgress.of(DELETED, 1, "CREATE").succeeded is False
    assert StackProgress.of(ROLLED_BACK, 1, "ROLLBACK").succeeded is False


def test_a_deletion_that_fails_says_so() -> None:
    events = recorded(
        "stack DELETE_IN_PROGRESS User Initiated",
        "Role DELETE_FAILED Cannot delete entity, must detach all policies first.",
        "stack DELETE_FAILED The following resource(s) failed to delete: [Role].",
    )
    progress = StackProgress.of(events, 1, "DELETE")
    assert (progress.finished, progress.succeeded) == (True, False)
    assert progress.failures[0].logical_id == "Role"
    assert "by hand" in progress.explanation.remedy


@pytest.mark.parametrize("status", sorted(STATES))
def test_each_state_says_what_to_do_next(status: str) -> None:
    progress = StackProgress.of(recorded(f"stack {status}"), 1, "CREATE")
    assert progress.explanation == STATES[status]
    assert progress.explanation.remedy.endswith(".")


def test_a_state_not_known_here_is_shown_as_it_is() -> None:
    assert "IMPORT_COMPLETE" in StackProgress.of(recorded("stack IMPORT_COMPLETE"), 1, "CREATE").explanation.title


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        (f"{ROLE} already exists", "exists already"),
        (
            WRAPPED.format(f"Role with name {ROLE} already exists.") + ", HandlerErrorCode: AlreadyExists",
            "exists already",
        ),
        (WRAPPED.format('Invalid principal in policy: "AWS":"arn:aws:iam::1:root"'), "account that AWS does not know"),
        (WRAPPED.format("Syntax errors in policy."), "does not accept a policy"),
        (WRAPPED.format("Cannot exceed quota for RolesPerAccount: 1000"), "quota"),
        (WRAPPED.format("The security token included in the request is expired"), "credentials ran out"),
        (DENIED, "not allowed iam:CreateRole"),
        ("HandlerErrorCode: AccessDenied", "AWS refused"),
    ],
)
def test_a_known_reason_is_explained(reason: str, title: str) -> None:
    explanation = explain_failure(recorded(f"Role CREATE_FAILED {reason}")[0])
    assert explanation is not None
    assert title in explanation.title
    assert explanation.remedy.endswith(".")


def test_a_permission_that_is_lacking_comes_with_the_statement_to_ask_for() -> None:
    events = recorded("stack CREATE_IN_PROGRESS", f"Role CREATE_FAILED {DENIED}", "stack ROLLBACK_COMPLETE")
    progress = StackProgress.of(events, 1, "CREATE")
    role = f"arn:aws:iam::111122223333:role/{ROLE}"
    assert progress.explanation.statement == {"Effect": "Allow", "Action": "iam:CreateRole", "Resource": role}
    refusal = progress.refusal
    assert refusal is not None
    assert refusal.cause == DENIED
    assert refusal.statement == progress.explanation.statement
    assert refusal.denial is not None
    assert refusal.denial.policy_kind == "identity-based policy"
    assert "Delete the stack before" in refusal.remedy


def test_a_failure_for_another_reason_is_no_refusal() -> None:
    progress = StackProgress.of(ROLLED_BACK, 3, "CREATE")
    assert (progress.refusal, progress.explanation.statement) == (None, None)


def test_an_operation_began_with_its_own_first_event() -> None:
    assert StackProgress.of((), 1, "CREATE").started is None
    assert StackProgress.of(CREATED, 1, "CREATE").started == BEGAN
    assert StackProgress.of(UPDATE_TAKEN_BACK, 1, "UPDATE").started == BEGAN + timedelta(seconds=3)


def test_an_unknown_reason_is_left_to_speak_for_itself() -> None:
    assert explain_failure(recorded("Role CREATE_FAILED Internal Failure")[0]) is None
