"""Taking a run back, in the embedded AWS: what is deleted or put back, what is left as it is, what is written down."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.mending import apply_mend, read_document
from panther_s3.aws.session import Aws
from panther_s3.aws.stack_undo import delete_made_stack
from panther_s3.aws.stacks import Stacks
from panther_s3.demo.cast import CUSTOMER_ACCOUNT
from panther_s3.journal import Change, ChangeKind, Journal, State, open_run, read_run
from panther_s3.mending import Mend, MendKind
from panther_s3.mending.documents import same_document
from panther_s3.panther import PantherDeployment
from panther_s3.problems import Problem, ProblemKind
from panther_s3.role_stack import plan_stack
from panther_s3.source import S3Source
from panther_s3.undo import Prospect, Standing, Undo
from tests.aws.conftest import Faults
from tests.aws.mends import EVERY, PANTHER, ROOT, Make, allows, more_of, never, of_bucket, of_role, of_topic, of_trust
from tests.aws.role_stacks import at_rest, made, prepared

REGION = "us-west-2"
NUMBERS = itertools.count(1)
OTHER_ACCOUNT = "444455556666"


@pytest.fixture
def aws(aws_environment: None, tmp_path: Path) -> Aws:
    """The profile that may do everything, with a journal on the disk."""
    return Aws("default", REGION, journal=Journal(tmp_path))


@pytest.fixture
def unsteady(faulty: Aws, tmp_path: Path) -> Aws:
    """The account's root behind the proxy, with a journal on the disk; the proxy's first request may take seconds."""
    aws = Aws(None, REGION, endpoint_url=faulty.endpoint_url, journal=Journal(tmp_path))
    for _ in range(3):
        with suppress(Exception):
            aws.client("iam").list_roles(MaxItems=1)
            break
    return aws


@pytest.fixture
def answers() -> Answers:
    """A source of a name that no other test uses."""
    name = f"undo {next(NUMBERS)} {uuid4().hex[:6]}"
    identity = CallerIdentity(CUSTOMER_ACCOUNT, ROOT)
    source = S3Source(name, CUSTOMER_ACCOUNT, "acme-cloudtrail")
    return Answers(None, REGION, identity, PANTHER, source=source, bucket_region=REGION)


def by_hand(aws: Aws) -> Aws:
    """The same operator beside the wizard: what is done so stands in no journal."""
    return Aws(aws.profile, REGION, endpoint_url=aws.endpoint_url)


def role_exists(aws: Aws, name: str) -> bool:
    iam = aws.client("iam")
    try:
        iam.get_role(RoleName=name)
    except iam.exceptions.NoSuchEntityException:
        return False
    return True


def standings(aws: Aws) -> list[tuple[ChangeKind, Standing]]:
    return [(prospect.group.kind, prospect.standing) for prospect in Undo(aws, aws.journal).look()]


def the_one(aws: Aws, kind: ChangeKind) -> Prospect:
    (found,) = [each for each in Undo(aws, aws.journal).look() if each.group.kind is kind]
    return found


def take_back_all(aws: Aws) -> list[str]:
    """Take the run back as the command does, and return the titles in their order."""
    undo = Undo(aws, aws.journal)
    prospects = undo.look()
    for prospect in prospects:
        undo.take_back(prospect)
    return [prospect.title for prospect in prospects if prospect.ready]


def states(aws: Aws) -> set[State]:
    """What the file says, not the memory."""
    assert aws.journal.folder is not None
    return {change.state for change in read_run(aws.journal.folder, aws.journal.run).changes}


# --- stacks that the run made ---


def test_a_role_stack_that_the_run_made_is_deleted_and_the_role_with_it(aws: Aws, answers: Answers) -> None:
    stack = made(aws, answers)
    assert role_exists(aws, answers.role_name)
    prospect = the_one(aws, ChangeKind.STACK)
    assert (prospect.title, prospect.standing) == (f"Delete the stack {stack.name} in {REGION}", Standing.READY)
    assert "IAM::Role" in prospect.means
    assert take_back_all(aws) == [prospect.title]
    assert Stacks(aws).find(stack.stack_id, REGION) is None
    assert not role_exists(aws, answers.role_name)
    assert states(aws) <= {State.UNDONE, State.ENDED}
    assert Undo(aws, aws.journal).look() == ()


def test_a_stack_that_is_gone_is_only_written_down(aws: Aws, answers: Answers) -> None:
    stack = made(aws, answers)
    delete_made_stack(by_hand(aws), stack.stack_id, REGION, lambda _: None)
    assert the_one(aws, ChangeKind.STACK).standing is Standing.GONE
    assert take_back_all(aws) == []
    assert states(aws) <= {State.UNDONE, State.ENDED}


def test_a_stack_of_the_same_name_that_somebody_made_since_is_another(aws: Aws, answers: Answers) -> None:
    first = made(aws, answers)
    delete_made_stack(by_hand(aws), first.stack_id, REGION, lambda _: None)
    second = made(by_hand(aws), answers)
    take_back_all(aws)
    assert Stacks(aws).find(second.name, REGION) is not None
    assert role_exists(aws, answers.role_name)


def test_a_stack_that_somebody_updated_since_is_left_and_the_difference_shown(aws: Aws, answers: Answers) -> None:
    stack = made(aws, answers)
    made(by_hand(aws), answers.with_source(bucket_name="acme-vpc-flow"), "UPDATE")
    prospect = the_one(aws, ChangeKind.STACK)
    assert prospect.standing is Standing.CHANGED
    assert any(line.startswith("+") and "acme-vpc-flow" in line for line in prospect.difference)
    assert any(line.startswith("-") and "acme-cloudtrail" in line for line in prospect.difference)
    with pytest.raises(Problem, match="left as it is") as raised:
        Undo(aws, aws.journal).take_back(prospect)
    assert "acme-vpc-flow" in raised.value.cause
    assert Stacks(aws).find(stack.stack_id, REGION) is not None
    assert State.UNDOING not in states(aws)


def inline(aws: Aws, role: str) -> str:
    policy = json.dumps(allows("s3:GetObject", "arn:aws:s3:::theirs/*"))
    aws.client("iam").put_role_policy(RoleName=role, PolicyName="Theirs", PolicyDocument=policy)
    return "policy Theirs"


def into_ours(aws: Aws, role: str) -> str:
    iam = aws.client("iam")
    name = iam.list_role_policies(RoleName=role)["PolicyNames"][0]
    document: Any = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    theirs = allows("s3:GetObject", "arn:aws:s3:::theirs/*")["Statement"][0]
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(more_of(document, theirs)))
    return f"policy {name}"


def attached(aws: Aws, role: str) -> str:
    iam = aws.client("iam")
    document = json.dumps(allows("s3:GetObject", "arn:aws:s3:::theirs/*"))
    arn = iam.create_policy(PolicyName=f"theirs-{uuid4()}", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    return arn


def trusted(aws: Aws, role: str) -> str:
    iam = aws.client("iam")
    document: Any = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    theirs = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(more_of(document, theirs)))
    return "trust policy"


@pytest.mark.parametrize("does", [inline, into_ours, attached, trusted])
def test_a_stack_whose_role_somebody_gave_something_is_left(
    aws: Aws, answers: Answers, does: Callable[[Aws, str], str]
) -> None:
    made(aws, answers)
    named = does(by_hand(aws), answers.role_name)
    prospect = the_one(aws, ChangeKind.STACK)
    assert prospect.standing is Standing.CHANGED
    assert named in prospect.why
    assert answers.role_name in prospect.why
    assert role_exists(aws, answers.role_name)


def test_what_changes_between_the_question_and_the_answer_is_left_as_well(aws: Aws, answers: Answers) -> None:
    made(aws, answers)
    undo = Undo(aws, aws.journal)
    (prospect,) = undo.look()
    assert prospect.ready
    attached(by_hand(aws), answers.role_name)
    with pytest.raises(Problem, match="left as it is") as raised:
        undo.take_back(prospect)
    assert raised.value.kind is ProblemKind.CONFLICT
    assert role_exists(aws, answers.role_name)


def test_a_stack_that_the_run_made_and_mended_goes_policies_first(aws: Aws, answers: Answers) -> None:
    made(aws, answers)
    mend = mend_of_role(aws, answers)
    apply_mend(aws, mend, sleep=never)
    titles = take_back_all(aws)
    assert [title.split()[0] for title in titles] == ["Put", "Delete"]
    assert not role_exists(aws, answers.role_name)


def mend_of_role(aws: Aws, answers: Answers) -> Mend:
    """One statement more in the policy of the stack's role."""
    iam = aws.client("iam")
    name = iam.list_role_policies(RoleName=answers.role_name)["PolicyNames"][0]
    document: Any = iam.get_role_policy(RoleName=answers.role_name, PolicyName=name)["PolicyDocument"]
    arn = iam.get_role(RoleName=answers.role_name)["Role"]["Arn"]
    ours = allows("s3:GetObject", "arn:aws:s3:::acme-vpc-flow/*")["Statement"][0]
    return Mend(MendKind.ROLE_POLICY, arn, name, "", "", document, more_of(document, ours), "x.")


def test_what_others_put_into_a_policy_before_the_run_mended_it_is_not_the_runs_own(aws: Aws, answers: Answers) -> None:
    """Putting the policy back leaves theirs in it: the stack must not take it along."""
    made(aws, answers)
    into_ours(by_hand(aws), answers.role_name)
    apply_mend(aws, mend_of_role(aws, answers), sleep=never)
    assert standings(aws) == [(ChangeKind.POLICY, Standing.READY), (ChangeKind.STACK, Standing.CHANGED)]
    undo = Undo(aws, aws.journal)
    undo.take_back(undo.look()[0])
    assert standings(aws) == [(ChangeKind.STACK, Standing.CHANGED)]
    assert role_exists(aws, answers.role_name)


# --- stacks that the run updated ---


def test_an_updated_stack_gets_its_former_template_and_parameters_again(aws: Aws, answers: Answers) -> None:
    before = made(by_hand(aws), answers)
    template = Stacks(aws).read_template(before.stack_id, REGION)
    changed = answers.with_source(
        bucket_name="acme-vpc-flow", kms_key_arn=f"arn:aws:kms:{REGION}:{CUSTOMER_ACCOUNT}:key/{uuid4()}"
    )
    made(aws, changed, "UPDATE")
    assert Stacks(aws).read_template(before.stack_id, REGION) != template
    assert take_back_all(aws) == [f"Put the stack {before.name} in {REGION} back"]
    after = at_rest(aws, before.stack_id)
    assert (after.parameters, after.tags) == (before.parameters, before.tags)
    assert Stacks(aws).read_template(before.stack_id, REGION) == template
    assert states(aws) <= {State.UNDONE, State.ENDED}
    policy = aws.client("iam").get_role_policy(RoleName=answers.role_name, PolicyName="ReadData")["PolicyDocument"]
    assert "acme-cloudtrail" in json.dumps(policy)


def test_an_updated_stack_that_somebody_updated_since_is_left(aws: Aws, answers: Answers) -> None:
    made(by_hand(aws), answers)
    made(aws, answers.with_source(bucket_name="acme-vpc-flow"), "UPDATE")
    made(by_hand(aws), answers.with_source(bucket_name="acme-kms-logs"), "UPDATE")
    prospect = the_one(aws, ChangeKind.STACK)
    assert prospect.standing is Standing.CHANGED
    assert any("acme-kms-logs" in line for line in prospect.difference)


@pytest.mark.parametrize("does", [into_ours, trusted])
def test_an_update_is_not_taken_back_over_what_somebody_wrote_into_the_stacks_policies(
    aws: Aws, answers: Answers, does: Callable[[Aws, str], str]
) -> None:
    made(by_hand(aws), answers)
    made(aws, answers.with_source(bucket_name="acme-vpc-flow"), "UPDATE")
    named = does(by_hand(aws), answers.role_name)
    prospect = the_one(aws, ChangeKind.STACK)
    assert prospect.standing is Standing.CHANGED
    assert named in prospect.why


@pytest.mark.parametrize("does", [inline, attached])
def test_an_update_is_taken_back_beside_what_somebody_gave_the_role_of_their_own(
    aws: Aws, answers: Answers, does: Callable[[Aws, str], str]
) -> None:
    made(by_hand(aws), answers)
    made(aws, answers.with_source(bucket_name="acme-vpc-flow"), "UPDATE")
    does(by_hand(aws), answers.role_name)
    take_back_all(aws)
    iam = aws.client("iam")
    left = iam.list_role_policies(RoleName=answers.role_name)["PolicyNames"]
    held = iam.list_attached_role_policies(RoleName=answers.role_name)["AttachedPolicies"]
    assert "Theirs" in left or held


def test_two_updates_of_a_stack_come_back_as_one(aws: Aws, answers: Answers) -> None:
    before = made(by_hand(aws), answers)
    made(aws, answers.with_source(bucket_name="acme-vpc-flow"), "UPDATE")
    made(aws, answers.with_source(bucket_name="acme-kms-logs"), "UPDATE")
    assert len(take_back_all(aws)) == 1
    assert at_rest(aws, before.stack_id).parameters == before.parameters


def test_what_somebody_did_between_two_updates_stays(aws: Aws, answers: Answers) -> None:
    made(by_hand(aws), answers)
    made(aws, answers.with_source(bucket_name="acme-vpc-flow"), "UPDATE")
    theirs = made(by_hand(aws), answers.with_source(bucket_name="acme-kms-logs"), "UPDATE")
    made(aws, answers.with_source(bucket_name="acme-app-logs"), "UPDATE")
    undo = Undo(aws, aws.journal)
    last, first = undo.look()
    assert (last.standing, first.standing) == (Standing.READY, Standing.CHANGED)
    undo.take_back(last)
    assert at_rest(aws, theirs.stack_id).parameters == theirs.parameters
    assert standings(aws) == [(ChangeKind.STACK, Standing.CHANGED)]


def test_a_parameter_that_aws_does_not_tell_is_not_put_back_as_stars(aws: Aws, answers: Answers) -> None:
    """The emulator tells all: the former values are written as AWS gives them of a parameter with NoEcho."""
    made(by_hand(aws), answers)
    made(aws, answers.with_source(bucket_name="acme-vpc-flow"), "UPDATE")
    (change,) = [each for each in aws.journal.record.changes if each.kind is ChangeKind.STACK]
    hidden = {**change.before, "parameters": {**change.before["parameters"], "KmsKey": "****"}}
    journal = aws.journal
    journal._record = replace(
        journal.record,
        changes=tuple(replace(each, before=hidden) if each is change else each for each in journal.record.changes),
    )
    prospect = the_one(aws, ChangeKind.STACK)
    assert prospect.standing is Standing.BLOCKED
    assert "former value of KmsKey" in prospect.why


# --- change sets ---


def test_a_change_set_is_discarded_and_the_empty_stack_with_it(aws: Aws, answers: Answers) -> None:
    change_set = prepared(aws, answers)
    assert standings(aws) == [(ChangeKind.CHANGE_SET, Standing.READY)]
    take_back_all(aws)
    assert Stacks(aws).find(change_set.stack_id, REGION) is None
    assert states(aws) == {State.UNDONE} or states(aws) == {State.ENDED}


def test_a_change_set_of_a_sound_stack_leaves_the_stack_alone(aws: Aws, answers: Answers) -> None:
    stack = made(by_hand(aws), answers)
    prepared(aws, answers.with_source(bucket_name="acme-vpc-flow"), "UPDATE")
    take_back_all(aws)
    assert Stacks(aws).find(stack.stack_id, REGION) == stack


def test_one_that_was_executed_or_discarded_is_nothing_to_take_back(aws: Aws, answers: Answers) -> None:
    Stacks(aws).discard_change_set(prepared(aws, answers))
    assert Undo(aws, aws.journal).look() == ()
    made(aws, answers)
    assert [kind for kind, _ in standings(aws)] == [ChangeKind.STACK]


# --- policies ---


@pytest.mark.parametrize("make", EVERY)
def test_a_policy_is_put_back_or_deleted(aws: Aws, make: Make) -> None:
    mend = make(aws)
    apply_mend(aws, mend, sleep=never)
    (prospect,) = Undo(aws, aws.journal).look()
    assert prospect.title == f"{'Delete' if mend.before is None else 'Put back'} the {mend.title}"
    take_back_all(aws)
    assert read_document(aws, mend) == mend.before
    assert states(aws) == {State.UNDONE}


@pytest.mark.parametrize("make", EVERY)
def test_a_policy_whose_new_statement_somebody_changed_since_is_left_and_the_difference_shown(
    aws: Aws, make: Make
) -> None:
    mend = make(aws)
    apply_mend(aws, mend, sleep=never)
    *others, ours = mend.after["Statement"]
    edited = {**mend.after, "Statement": [*others, {**ours, "Sid": "Edited"}], "Id": "somebody's"}
    theirs = replace(mend, before=mend.after, after=edited)
    apply_mend(by_hand(aws), theirs, sleep=never)
    (prospect,) = Undo(aws, aws.journal).look()
    assert prospect.standing is Standing.CHANGED
    assert any(line.startswith("+") and "somebody's" in line for line in prospect.difference)
    with pytest.raises(Problem, match="left as it is"):
        Undo(aws, aws.journal).take_back(prospect)
    assert read_document(aws, mend) == theirs.after
    assert states(aws) == {State.MADE}


@pytest.mark.parametrize("make", [of_role, of_bucket, of_topic])
def test_what_others_added_since_stays_when_ours_is_taken_out(aws: Aws, make: Make) -> None:
    mend = make(aws)
    apply_mend(aws, mend, sleep=never)
    theirs = {**mend.after["Statement"][0], "Sid": "Theirs"}
    apply_mend(by_hand(aws), replace(mend, before=mend.after, after=more_of(mend.after, theirs)), sleep=never)
    (prospect,) = Undo(aws, aws.journal).look()
    assert prospect.title == f"Take this run's statements out of the {mend.title}"
    take_back_all(aws)
    assert mend.before is not None
    assert same_document(read_document(aws, mend), more_of(mend.before, theirs))
    assert states(aws) == {State.UNDONE}


@pytest.mark.parametrize("make", [of_role, of_bucket, of_topic])
def test_several_mends_of_one_document_come_back_as_one(aws: Aws, make: Make) -> None:
    mend = make(aws)
    apply_mend(aws, mend, sleep=never)
    apply_mend(aws, replace(mend, before=mend.after, after={**more_of(mend.after), "Id": "second"}), sleep=never)
    assert len(take_back_all(aws)) == 1
    assert read_document(aws, mend) == mend.before
    assert states(aws) == {State.UNDONE}


def test_what_somebody_did_between_two_mends_stays(aws: Aws) -> None:
    mend = of_bucket(aws)
    apply_mend(aws, mend, sleep=never)
    theirs = replace(mend, before=mend.after, after={**more_of(mend.after), "Id": "somebody's"})
    apply_mend(by_hand(aws), theirs, sleep=never)
    last = replace(mend, before=theirs.after, after=more_of({**theirs.after, "Id": "ours again"}))
    apply_mend(aws, last, sleep=never)
    undo = Undo(aws, aws.journal)
    latest, first = undo.look()
    assert (latest.standing, first.standing) == (Standing.READY, Standing.CHANGED)
    undo.take_back(latest)
    assert read_document(aws, mend) == theirs.after
    assert standings(aws) == [(ChangeKind.POLICY, Standing.CHANGED)]


def test_what_it_belonged_to_is_gone_and_so_is_the_change(aws: Aws) -> None:
    bucket, topic = of_bucket(aws), of_topic(aws)
    for mend in (bucket, topic):
        apply_mend(aws, mend, sleep=never)
    aws.client("s3").delete_bucket(Bucket=bucket.target)
    aws.client("sns").delete_topic(TopicArn=topic.target)
    assert standings(aws) == [(ChangeKind.POLICY, Standing.GONE)] * 2
    assert take_back_all(aws) == []
    assert states(aws) == {State.UNDONE}


def test_the_last_change_is_taken_back_first(aws: Aws) -> None:
    mends = [make(aws) for make in (of_role, of_bucket, of_topic)]
    for mend in mends:
        apply_mend(aws, mend, sleep=never)
    assert take_back_all(aws) == [f"Put back the {mend.title}" for mend in reversed(mends)]


def test_what_may_not_be_read_is_told_and_holds_up_nothing_else(aws: Aws) -> None:
    locked, topic = of_bucket(aws), of_topic(aws)
    deny = allows("s3:*BucketPolicy", f"arn:aws:s3:::{locked.target}", Principal="*", Effect="Deny")["Statement"][0]
    for mend in (replace(locked, after=more_of(locked.before or {}, deny)), topic):
        with suppress(Problem):  # the first cannot be read back
            apply_mend(aws, mend, sleep=never)
    assert standings(aws) == [(ChangeKind.POLICY, Standing.READY), (ChangeKind.POLICY, Standing.BLOCKED)]
    prospect = Undo(aws, aws.journal).look()[1]
    assert "not allowed" in prospect.why
    assert [each.state for each in aws.journal.record.changes] == [State.MADE, State.MADE]


# --- other accounts ---


def test_what_belongs_to_another_account_is_left_without_asking_about_it(aws: Aws) -> None:
    change = Change(
        ChangeKind.POLICY,
        "policy of the bucket theirs",
        "theirs",
        REGION,
        OTHER_ACCOUNT,
        None,
        {},
        {"document": "bucket"},
    )
    asking = Change(ChangeKind.CHANGE_SET, "change set", "x", REGION, facts={"stack_name": "x", "operation": "CREATE"})
    with aws.journal.recording(change):
        pass
    with aws.journal.recording(asking) as recording:
        recording.learn(stack_id=f"arn:aws:cloudformation:{REGION}:{OTHER_ACCOUNT}:stack/x/1")
    assert {standing for _, standing in standings(aws)} == {Standing.BLOCKED}
    assert all(OTHER_ACCOUNT in each.why and "--profile" in each.why for each in Undo(aws, aws.journal).look())


# --- what goes wrong, and is repeated ---


def test_a_partly_failed_undo_is_repeated(unsteady: Aws, faults: Faults) -> None:
    role, topic = of_trust(unsteady), of_topic(unsteady)
    for mend in (role, topic):
        apply_mend(unsteady, mend, sleep=never)
    refusal = {"code": "AuthorizationError", "status": 403}
    faults.add({"service": "sns", "operation": "SetTopicAttributes", "error": refusal})
    undo = Undo(unsteady, unsteady.journal)
    first, second = undo.look()
    with pytest.raises(Problem):
        undo.take_back(first)
    undo.take_back(second)
    assert read_document(unsteady, role) == role.before
    assert read_document(unsteady, topic) == topic.after
    assert states(unsteady) == {State.UNDOING, State.UNDONE}
    faults.clear()
    assert take_back_all(unsteady) == [f"Put back the {topic.title}"]
    assert read_document(unsteady, topic) == topic.before
    assert states(unsteady) == {State.UNDONE}


def test_a_taking_back_whose_answer_was_lost_is_found_done(unsteady: Aws, faults: Faults) -> None:
    mend = of_role(unsteady)
    apply_mend(unsteady, mend, sleep=never)
    (prospect,) = Undo(unsteady, unsteady.journal).look()
    faults.add({"service": "iam", "operation": "PutRolePolicy", "response": {"truncate_frac": 0.5}})
    with pytest.raises(Problem):
        Undo(unsteady, unsteady.journal).take_back(prospect)
    faults.clear()
    assert standings(unsteady) == [(ChangeKind.POLICY, Standing.GONE)]
    take_back_all(unsteady)
    assert states(unsteady) == {State.UNDONE}


# --- changes that were begun when the run was cut off ---


def reopened(aws: Aws) -> Aws:
    """The next program on the same run."""
    journal = aws.journal
    assert journal.folder is not None
    journal.close()
    return Aws(aws.profile, REGION, endpoint_url=aws.endpoint_url, journal=open_run(journal.folder, journal.run))


def begin(aws: Aws, does: Callable[[], object]) -> None:
    """Do what fails in a way that leaves open whether it was done."""
    with pytest.raises(Problem):
        does()
    assert State.BEGUN in states(aws)


def test_a_policy_whose_answer_was_lost_is_found_made(unsteady: Aws, faults: Faults) -> None:
    mend = of_role(unsteady)
    faults.add({"service": "iam", "operation": "PutRolePolicy", "response": {"truncate_frac": 0.5}})
    begin(unsteady, lambda: apply_mend(unsteady, mend, sleep=never))
    faults.clear()
    again = reopened(unsteady)
    assert Undo(again, again.journal).settle() == ()
    assert states(again) == {State.MADE}
    take_back_all(again)
    assert read_document(again, mend) == mend.before


def test_a_policy_that_never_reached_aws_is_found_not_made(unsteady: Aws, faults: Faults) -> None:
    mend = of_role(unsteady)
    faults.add({"service": "iam", "operation": "PutRolePolicy", "reset": True})
    begin(unsteady, lambda: apply_mend(unsteady, mend, sleep=never))
    faults.clear()
    again = reopened(unsteady)
    Undo(again, again.journal).settle()
    assert states(again) == {State.NOT_MADE}
    assert Undo(again, again.journal).look() == ()


def test_a_policy_that_is_neither_stays_begun(unsteady: Aws, faults: Faults) -> None:
    mend = of_role(unsteady)
    faults.add({"service": "iam", "operation": "PutRolePolicy", "reset": True})
    begin(unsteady, lambda: apply_mend(unsteady, mend, sleep=never))
    faults.clear()
    apply_mend(by_hand(unsteady), replace(mend, after=more_of(mend.after)), sleep=never)
    Undo(unsteady, unsteady.journal).settle()
    assert states(unsteady) == {State.BEGUN}
    assert standings(unsteady) == [(ChangeKind.POLICY, Standing.CHANGED)]


@pytest.mark.parametrize(
    ("fault", "state"),
    [({"response": {"truncate_frac": 0.5}}, State.MADE), ({"reset": True}, State.NOT_MADE)],
    ids=["answer lost", "never reached AWS"],
)
def test_an_execution_is_settled_by_what_became_of_the_stack(
    unsteady: Aws, faults: Faults, answers: Answers, fault: dict[str, Any], state: State
) -> None:
    change_set = prepared(unsteady, answers)
    faults.add({"service": "cloudformation", "operation": "ExecuteChangeSet", **fault})
    begin(unsteady, lambda: Stacks(unsteady).execute_change_set(change_set, "token"))
    faults.clear()
    if state is State.MADE:
        at_rest(unsteady, change_set.stack_id)
    again = reopened(unsteady)
    undo = Undo(again, again.journal)
    left = undo.settle()
    by_kind = {change.kind: change.state for change in again.journal.record.changes}
    assert by_kind[ChangeKind.STACK] is state
    if state is State.MADE:
        assert left == ()
        assert by_kind[ChangeKind.CHANGE_SET] is State.ENDED
    else:
        assert [change.kind for change in left] == [ChangeKind.CHANGE_SET]
        undo.remove_leftovers()
        assert Stacks(again).find(change_set.stack_id, REGION) is None
        assert not again.journal.record.in_force
    take_back_all(again)
    assert not role_exists(again, answers.role_name)


def test_a_stack_that_was_made_and_changed_since_is_found_made(unsteady: Aws, faults: Faults, answers: Answers) -> None:
    change_set = prepared(unsteady, answers)
    faults.add({"service": "cloudformation", "operation": "ExecuteChangeSet", "response": {"truncate_frac": 0.5}})
    begin(unsteady, lambda: Stacks(unsteady).execute_change_set(change_set, "token"))
    faults.clear()
    at_rest(unsteady, change_set.stack_id)
    attached(by_hand(unsteady), answers.role_name)
    Undo(unsteady, unsteady.journal).settle()
    assert {change.kind: change.state for change in unsteady.journal.record.changes}[ChangeKind.STACK] is State.MADE


@pytest.mark.parametrize("lost", [True, False], ids=["answer lost", "never reached AWS"])
def test_a_change_set_that_was_asked_for_is_found_or_not(
    unsteady: Aws, faults: Faults, answers: Answers, lost: bool
) -> None:
    fault: dict[str, Any] = {"response": {"truncate_frac": 0.5}} if lost else {"reset": True}
    faults.add({"service": "cloudformation", "operation": "CreateChangeSet", **fault})
    begin(unsteady, lambda: prepared(unsteady, answers))
    faults.clear()
    undo = Undo(unsteady, unsteady.journal)
    assert len(undo.settle()) == lost
    undo.remove_leftovers()
    assert Stacks(unsteady).find(answers.stack_name, REGION) is None
    assert not unsteady.journal.record.in_force


@pytest.mark.parametrize("lost", [True, False], ids=["answer lost", "never reached AWS"])
def test_the_deletion_of_a_leftover_is_settled_as_well(
    unsteady: Aws, faults: Faults, answers: Answers, lost: bool
) -> None:
    """DeleteStack answers with nothing that could be cut off: its answer is lost by a stack that is gone before."""
    prepared(by_hand(unsteady), answers)
    leftover = Stacks(unsteady).find(answers.stack_name, REGION)
    assert leftover is not None
    faults.add({"service": "cloudformation", "operation": "DeleteStack", "reset": True})
    begin(unsteady, lambda: Stacks(unsteady).delete_stack(leftover, "token"))
    faults.clear()
    if lost:
        Stacks(by_hand(unsteady)).delete_stack(leftover, "token")
    Undo(unsteady, unsteady.journal).settle()
    assert states(unsteady) == {State.MADE if lost else State.NOT_MADE}


def test_without_credentials_nothing_is_settled(aws: Aws, expired_sign_in: None, tmp_path: Path) -> None:
    cut_off = pytest.raises(KeyboardInterrupt)
    with cut_off, aws.journal.recording(Change(ChangeKind.POLICY, "x", "x", facts={"document": "bucket"})):
        raise KeyboardInterrupt
    expired = Aws("expired", REGION, journal=aws.journal)
    for use in (Undo(expired, aws.journal).look, Undo(expired, aws.journal).settle):
        with pytest.raises(Problem) as raised:
            use()
        assert raised.value.kind is ProblemKind.CREDENTIALS
    assert states(aws) == {State.BEGUN}


def test_the_account_of_a_plan_is_the_operators(answers: Answers) -> None:
    assert plan_stack(answers, "CREATE").account == CUSTOMER_ACCOUNT
    nobody = replace(answers, identity=None, panther=PantherDeployment("999988887777", REGION))
    assert plan_stack(nobody, "CREATE").account == ""
