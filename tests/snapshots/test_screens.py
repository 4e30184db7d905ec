"""Pictures of every screen. After a change: `make snapshots`, then open every changed SVG and look at it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from panther_s3.answers import Answers, Made, NotificationsBy
from panther_s3.aws.bucket_notifications import Managers, apply_rules, read_configuration
from panther_s3.aws.proof_objects import ProofObject
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import StackEvent, Stacks
from panther_s3.aws.subscriptions import apply_subscription
from panther_s3.aws.topics import Topics
from panther_s3.aws.way_reading import read_way
from panther_s3.checks.runner import run_checks
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.flow import Step
from panther_s3.journal import Change, ChangeKind, Record, State
from panther_s3.journal.answers import to_json
from panther_s3.mending import Mend, MendKind, mend_of
from panther_s3.notification_way import way_of
from panther_s3.notifications import plan_rules
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.access import PantherAccess
from panther_s3.policies import trust_policy
from panther_s3.problems import Problem, ProblemKind
from panther_s3.proposed import MendChange, RulesChange, SubscriptionChange
from panther_s3.resuming import Resumed
from panther_s3.role_stack import plan_stack
from panther_s3.source import S3Source
from panther_s3.stack_progress import StackProgress
from panther_s3.subscription_plan import plan_subscription
from panther_s3.topic_choices import topic_choices
from panther_s3.validating import Judged
from screens.bucket_details import BucketDetailsScreen
from screens.console_ui import ConsoleUiScreen
from screens.create_stack import CreateStackScreen
from screens.drop_off_alarm import DropOffAlarmScreen
from screens.finish import FinishScreen
from screens.iam_method import IamMethodScreen
from screens.manual_role import ManualRoleScreen
from screens.notifications import NotificationsScreen
from screens.parts.change_dialog import ChangeDialog
from screens.parts.check_calls import CheckCalls
from screens.parts.dialogs import QuitDialog
from screens.parts.log_types_dialog import LogTypesDialog
from screens.parts.mfa_dialog import MfaDialog
from screens.parts.proof_dialog import ProofDialog
from screens.parts.resume_dialog import ResumeDialog
from screens.parts.stack_phases import Phase
from screens.parts.stack_watch import StackWatch
from screens.parts.subscription_dialog import SubscriptionDialog
from screens.parts.topic_phases import Phase as TopicPhase
from screens.parts.topic_pick_dialog import TopicPickDialog
from screens.parts.topic_stack_dialog import TopicStackDialog
from screens.parts.undo_dialog import UndoDialog
from screens.role_arn import RoleArnScreen
from screens.step import StepScreen
from screens.template_file import TemplateFileScreen
from screens.validation import ValidationScreen
from screens.validation_again import ValidationAgainScreen
from screens.welcome import WelcomeScreen
from tests.catalogue.access import bucket_for_an_endpoint_only
from tests.catalogue.scene import Scene, healthy_scene
from tests.host import settle
from tests.recorder import recording
from tests.snapshots.pictures import FILLED, IDENTITY, NARROW, PANTHER, SOURCE, START, WIDE, Before, Picture, press
from tests.way import QUEUE, Place, pending, rule
from tui.connections import Connections
from tui.theme import LIGHT

BY_HAND = replace(FILLED, notifications_by=NotificationsBy.OPERATOR)
MISSING = FILLED.with_source(log_processing_role_arn=f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:role/no-such-role")


def test_welcome(picture: Picture, aws: Aws) -> None:
    """Who AWS says you are stands beneath the profile; three promises below the form."""
    screen = WelcomeScreen(Answers(panther=PANTHER), lambda profile, region: aws, PantherAccess)
    assert picture.shows(screen, "Where are you?", "Account 111122223333 (acme-logging)", "It shows every change")


def test_welcome_wide_and_light(picture: Picture, aws: Aws) -> None:
    """Help for the focused field stands beside the form."""
    screen = WelcomeScreen(Answers(panther=PANTHER), lambda profile, region: aws, PantherAccess)
    assert picture.shows(screen, "It shows every change", size=WIDE, theme=LIGHT.name)


def test_welcome_with_an_unknown_profile(picture: Picture, aws: Aws, embedded_aws: EmbeddedAws) -> None:
    """The problem panel names the profile, the known ones, and offers Retry."""
    unknown = Aws("prodd", "us-west-2", endpoint_url=embedded_aws.endpoint_url)
    screen = WelcomeScreen(Answers(profile="prodd", panther=PANTHER), lambda profile, region: unknown, PantherAccess)
    assert picture.shows(screen, "prodd", "Retry")


@pytest.mark.usefixtures("expired_sign_in")
def test_welcome_with_an_expired_sign_in(picture: Picture, embedded_aws: EmbeddedAws) -> None:
    """The exact command that mends it stands there, with the button that runs it."""
    expired = Aws("expired", "us-west-2", endpoint_url=embedded_aws.endpoint_url)
    screen = WelcomeScreen(Answers(profile="expired", panther=PANTHER), lambda profile, region: expired, PantherAccess)
    assert picture.shows(screen, "Run aws sso login --profile expired, then Retry", "Run it here")


def test_bucket_details(picture: Picture, aws: Aws) -> None:
    """The form filled in, and what AWS says of the bucket."""
    assert picture.shows(BucketDetailsScreen(FILLED, aws, PantherAccess()), "Found in us-west-2, encrypted with SSE-S3")


def test_bucket_details_wide(picture: Picture, aws: Aws) -> None:
    """The whole form at once, with help beside it."""
    screen = BucketDetailsScreen(FILLED, aws, PantherAccess())
    assert picture.shows(screen, "S3 Exclusion Filter", "A name of your choice", "Records", size=WIDE)


def test_bucket_details_refused(picture: Picture, aws: Aws) -> None:
    """Each fault under its field, the first one focused."""
    source = S3Source(name="prod_trail", aws_account_id="1234", bucket_name="acme")
    screen = BucketDetailsScreen(replace(START, source=source), aws, PantherAccess())
    words = ("Use letters A to Z, digits, dashes and blanks only", "Use 12 digits: this has 4.")
    assert picture.shows(screen, *words, keys=("ctrl+n",))


def test_bucket_details_locked(picture: Picture, aws: Aws) -> None:
    """A bucket whose policy refuses the operator is still found; what was refused, and by whom, stands beneath."""
    screen = BucketDetailsScreen(FILLED.with_source(bucket_name=cast.LOCKED), aws, PantherAccess())
    words = ("Found in us-west-2, encryption not readable", "You are not allowed to read the default encryption")
    assert picture.shows(screen, *words)


def test_bucket_details_without_identity(picture: Picture, aws: Aws) -> None:
    """The region is asked for where AWS does not tell it."""
    screen = BucketDetailsScreen(replace(FILLED, identity=None, bucket_region=""), aws, PantherAccess())
    assert picture.shows(screen, "Bucket's region", "AWS does not tell it: stack and topic go there.")


def test_bucket_details_of_another_partition(picture: Picture, aws: Aws) -> None:
    """A bucket that Panther cannot reach is refused as soon as its region is known."""
    panther = PantherDeployment(cast.PANTHER_ACCOUNT, "us-gov-west-1")
    screen = BucketDetailsScreen(replace(FILLED, panther=panther), aws, PantherAccess())
    assert picture.shows(screen, "✗ The bucket is in us-west-2, of the partition aws", "Panther in us-gov-west-1")


def test_log_types(picture: Picture) -> None:
    """A searched list with marks."""
    screen = LogTypesDialog(("AWS.CloudTrail",))
    words = ("Add 'cloud' (not a known log type)", "[x] AWS.CloudTrail", "[ ] AWS.CloudTrailDigest")
    assert picture.shows(screen, *words, keys=tuple("cloud"))


def test_iam_method(picture: Picture, aws: Aws) -> None:
    """Four tiles, ours first."""
    assert picture.shows(
        IamMethodScreen(FILLED, aws), "Create the stack with my AWS profile", "Using the AWS Console UI"
    )


def test_iam_method_refused(picture: Picture, readonly: Aws) -> None:
    """A way that cannot be gone stays in sight with the reason; what was wrong before stands above."""
    identity = replace(IDENTITY, arn=f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:user/readonly")
    answers = replace(FILLED, identity=identity, failed_checks=("The role trusts Panther: no statement names it.",))
    assert picture.shows(IamMethodScreen(answers, readonly), "Not possible now", "iam:CreateRole", "What was wrong")


def test_create_stack_plan(picture: Picture, aws: Aws) -> None:
    """The exact policy, before anything is sent."""
    assert picture.shows(CreateStackScreen(FILLED, aws), "s3:ListBucket", "Create the change set")


def test_create_stack_plan_wide(picture: Picture, aws: Aws) -> None:
    """The whole policy, with help beside it."""
    assert picture.shows(CreateStackScreen(FILLED, aws), "s3:GetObject", size=WIDE)


def test_create_stack_refused(picture: Picture, readonly: Aws) -> None:
    """AWS's own text, the statement to ask for, and the other ways."""
    screen = CreateStackScreen(FILLED, readonly)
    assert picture.shows(screen, "cloudformation:CreateChangeSet", "Copy the statement", keys=("ctrl+n",))


def test_create_stack_review(picture: Picture, aws: Aws) -> None:
    """What AWS says that the change set will make; executing it is the focused way on."""
    screen = CreateStackScreen(replace(FILLED, suffix="snap-review"), aws)
    words = ("AWS checked the change set", "Add AWS::IAM::Role LogProcessingRole", "Discard it", "Execute it")
    assert picture.shows(screen, *words, keys=("ctrl+n",))


def test_create_stack_existing_role(picture: Picture, aws: Aws) -> None:
    """A role that no stack made: what it lacks, whom it trusts, and that it is not overwritten."""
    answers = replace(FILLED, suffix="snap-role")
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{cast.PANTHER_ACCOUNT}:root"}}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement | {"Action": "sts:AssumeRole"}]})
    with contextlib.suppress(aws.client("iam").exceptions.EntityAlreadyExistsException):
        aws.client("iam").create_role(RoleName=answers.role_name, AssumeRolePolicyDocument=trust)
    words = ("does not overwrite it", answers.role_name, "s3:ListBucket", "Use this role")
    assert picture.shows(CreateStackScreen(answers, aws), *words)


@pytest.fixture
def stacked(aws: Aws) -> Iterator[Answers]:
    """Answers whose stack is there already, for another bucket; it goes afterwards."""
    answers, stacks = replace(FILLED, suffix="snap-stack"), Stacks(aws)
    plan = plan_stack(answers.with_source(bucket_name=cast.EMPTY), "CREATE")
    stacks.execute_change_set(stacks.wait_for_change_set(stacks.create_change_set(plan)), "snapshot")
    yield answers
    aws.client("cloudformation").delete_stack(StackName=answers.stack_name)


def test_create_stack_existing_stack(picture: Picture, aws: Aws, stacked: Answers) -> None:
    """A stack at rest: what its role lacks, and Update beside Use."""
    words = ("at rest (CREATE_COMPLETE)", "acme-cloudtrail", "Update the stack", "Use this role")
    assert picture.shows(CreateStackScreen(stacked, aws), *words)


def test_create_stack_update(picture: Picture, aws: Aws, stacked: Answers) -> None:
    """Each statement before and after, and that nothing has been sent."""
    screen = CreateStackScreen(stacked, aws)
    words = ("updated:", "What changes", "Leave it as it is", "Create the change set")
    assert picture.shows(screen, *words, before=press("#forward"))


def test_create_stack_update_wide(picture: Picture, aws: Aws, stacked: Answers) -> None:
    """More of the statements at once: what goes behind a minus, what comes behind a plus."""
    words = ("# FindAndListBucket: changes", '- "Resource": "arn:aws:s3:::acme-empty"', "# ReadObjects: changes")
    assert picture.shows(CreateStackScreen(stacked, aws), *words, size=WIDE, before=press("#forward"))


def test_create_stack_update_review(picture: Picture, aws: Aws, stacked: Answers) -> None:
    """What AWS says that the update's change set will change."""
    screen = CreateStackScreen(stacked, aws)
    words = ("Executing it will change", f"Modify AWS::IAM::Role {stacked.role_name}", "changes Policies")
    assert picture.shows(screen, *words, before=press("#forward", "#forward"))


def test_create_stack_role_gone(picture: Picture, aws: Aws, stacked: Answers) -> None:
    """A stack without its role: why an update does not help, and the commands that clear the way."""
    iam = aws.client("iam")
    for name in iam.list_role_policies(RoleName=stacked.role_name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=stacked.role_name, PolicyName=name)
    iam.delete_role(RoleName=stacked.role_name)
    words = ("its role is gone", "aws cloudformation delete-stack", "Look again")
    assert picture.shows(CreateStackScreen(stacked, aws), *words)


def _recorded(
    *rows: tuple[str, str, str, str], stack: str = "panther-log-analysis-setup-snap-trail"
) -> tuple[StackEvent, ...]:
    arn = f"arn:aws:cloudformation:us-west-2:{cast.CUSTOMER_ACCOUNT}:stack/{stack}/1"
    return tuple(
        StackEvent(
            event_id=str(number),
            time=datetime(2026, 3, 1, 8, 0, number, tzinfo=UTC),
            logical_id=logical or stack,
            physical_id=arn if not logical else "",
            resource_type=kind,
            status=status,
            reason=reason,
            token="token",
        )
        for number, (logical, kind, status, reason) in enumerate(rows)
    )


STACK, ROLE = "AWS::CloudFormation::Stack", "AWS::IAM::Role"
WORKING = _recorded(("", STACK, "CREATE_IN_PROGRESS", ""), ("LogProcessingRole", ROLE, "CREATE_IN_PROGRESS", ""))
FAILED = (
    WORKING
    + _recorded(
        ("", STACK, "CREATE_IN_PROGRESS", ""),
        ("LogProcessingRole", ROLE, "CREATE_IN_PROGRESS", ""),
        ("LogProcessingRole", ROLE, "CREATE_FAILED", "PantherLogProcessingRole-snap-trail already exists in stack x"),
        ("", STACK, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [LogProcessingRole]."),
        ("LogProcessingRole", ROLE, "DELETE_COMPLETE", ""),
        ("", STACK, "ROLLBACK_COMPLETE", ""),
    )[2:]
)


DENIED = (
    WORKING
    + _recorded(
        ("", STACK, "CREATE_IN_PROGRESS", ""),
        ("LogProcessingRole", ROLE, "CREATE_IN_PROGRESS", ""),
        (
            "LogProcessingRole",
            ROLE,
            "CREATE_FAILED",
            f"User: {IDENTITY.arn} is not authorized to perform: iam:CreateRole on resource: "
            f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:role/PantherLogProcessingRole-snap-trail because no identity-based "
            "policy allows the iam:CreateRole action",
        ),
        ("", STACK, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [LogProcessingRole]."),
        ("", STACK, "ROLLBACK_COMPLETE", ""),
    )[2:]
)


def _at_work(events: tuple[StackEvent, ...], phase: Phase) -> Before:
    async def show(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        assert isinstance(screen, CreateStackScreen)
        screen._enter(phase)
        watch = screen.query_one(StackWatch)
        watch.begin("")
        watch.show(StackProgress.of(events, 1, "CREATE"), events)

    return show


def test_create_stack_at_work_recorded(picture: Picture, aws: Aws) -> None:
    """Current activity, progress and the log, from recorded events: the emulator makes stacks at once."""
    screen = CreateStackScreen(FILLED, aws)
    assert picture.shows(screen, "Working on", "CREATE_IN_PROGRESS", before=_at_work(WORKING, Phase.WORKING))


def test_create_stack_failed_recorded(picture: Picture, aws: Aws) -> None:
    """What failed is pinned with its reason, above the log; the way out is the focused button."""
    screen = CreateStackScreen(FILLED, aws)
    words = ("already exists", "Delete the failed stack")
    assert picture.shows(screen, *words, before=_at_work(FAILED, Phase.FAILED))


def test_create_stack_denied_recorded(picture: Picture, aws: Aws) -> None:
    """A right that CloudFormation lacked: AWS's own text, whom to ask, and the statement to copy."""
    screen = CreateStackScreen(FILLED, aws)
    words = ("not allowed iam:CreateRole", '"Action": "iam:CreateRole"', "Delete the failed stack")
    assert picture.shows(screen, *words, size=WIDE, before=_at_work(DENIED, Phase.FAILED))


def test_create_stack_denied_narrow_recorded(picture: Picture, aws: Aws) -> None:
    """The same in the smallest window: the reason is in sight without scrolling."""
    screen = CreateStackScreen(FILLED, aws)
    words = ("not allowed iam:CreateRole", "Delete the failed stack")
    assert picture.shows(screen, *words, before=_at_work(DENIED, Phase.FAILED))


def test_console_ui(picture: Picture) -> None:
    """The steps and the whole link, wrapped."""
    assert picture.shows(ConsoleUiScreen(FILLED), "Open in the browser", "Panther's public template")


def test_template_file(picture: Picture) -> None:
    """The template with colours, Copy and Save."""
    assert picture.shows(TemplateFileScreen(FILLED), "AWSTemplateFormatVersion", "Terraform (HCL)")


def test_template_file_commands(picture: Picture) -> None:
    """The next commands, filled in."""
    screen = TemplateFileScreen(FILLED)

    async def open_commands(pilot: Pilot[Any]) -> None:
        from textual.widgets import TabbedContent

        pilot.app.screen.query_one(TabbedContent).active = "commands-tab"

    assert picture.shows(screen, "aws cloudformation deploy", "CAPABILITY_NAMED_IAM", before=open_commands)


def test_manual_role(picture: Picture) -> None:
    """The role policy and what each statement is for."""
    assert picture.shows(ManualRoleScreen(FILLED), "Role policy", "s3:GetBucketLocation")


def test_role_arn_missing(picture: Picture, aws: Aws) -> None:
    """A role that is not there yet is said, and does not stop anyone."""
    assert picture.shows(RoleArnScreen(MISSING, aws), "Role ARN", "no role of this name")


def test_role_arn_refused(picture: Picture, aws: Aws) -> None:
    """A wrong ARN is refused under its field."""
    answers = FILLED.with_source(log_processing_role_arn="arn:aws:iam::444455556666:role/other")
    assert picture.shows(RoleArnScreen(answers, aws), "must share one", keys=("ctrl+n",))


def test_role_arn_found(picture: Picture, aws: Aws) -> None:
    """The role is there and trusts Panther; its trust policy stands beneath."""
    trust = json.dumps(trust_policy(PANTHER))
    arn = aws.client("iam").create_role(RoleName="snap-found", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    screen = RoleArnScreen(FILLED.with_source(log_processing_role_arn=arn), aws)
    assert picture.shows(screen, "999988887777 may assume the role", "Its trust policy", "sts:AssumeRole")


WIDE_SCREENS: dict[str, tuple[Callable[[Aws], StepScreen], tuple[str, ...]]] = {
    "iam_method": (lambda aws: IamMethodScreen(FILLED, aws), ("On my own", "Here and now")),
    "console_ui": (lambda _: ConsoleUiScreen(FILLED), ("Open in the browser", "Panther's public template")),
    "template_file": (lambda _: TemplateFileScreen(FILLED), ("AWSTemplateFormatVersion", "Save as")),
    "manual_role": (lambda _: ManualRoleScreen(FILLED), ("s3:ListBucket", "Copy")),
    "role_arn": (lambda aws: RoleArnScreen(MISSING, aws), ("no role of this name", "no-such-role")),
    "notifications": (lambda aws: NotificationsScreen(BY_HAND, aws), ("Create the SNS topic", "MasterAccountId")),
    "drop_off_alarm": (
        lambda _: DropOffAlarmScreen(FILLED, Aws(None, "us-west-2"), PantherAccess()),
        ("[x]", "System Errors"),
    ),
}
"""What a wide terminal shows with the step's help beside it, and words of either."""


@pytest.mark.parametrize("name", WIDE_SCREENS)
def test_wide(picture: Picture, aws: Aws, name: str) -> None:
    """The step with its help beside it."""
    screen, words = WIDE_SCREENS[name]
    assert picture.shows(screen(aws), *words, size=WIDE)


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock by which the validation tells how long it took."""
    monkeypatch.setattr("screens.parts.validation_step.monotonic", lambda: 0.0)


def recorded(*changes: Callable[[Scene], None]) -> tuple[Before, Answers]:
    """Return what lets a validation screen show the checks of a recorded scene, and the answers for it."""
    scene = healthy_scene("acme-cloudtrail", "us-west-2")
    for change in changes:
        change(scene)
    readings, answers = scene.readings(), scene.answers()

    async def judge(pilot: Pilot[Any]) -> None:
        results = run_checks(readings, answers)
        mends = {found.id: mend for found in results if (mend := mend_of(found, readings, answers))}
        pilot.app.screen.post_message(CheckCalls.Judged(Judged(results, mends, calls=31)))

    return judge, replace(answers, identity=None)


@pytest.mark.usefixtures("still_clock")
def test_validation_passed_recorded(picture: Picture, aws: Aws) -> None:
    """Everything is all right, and Continue is the way on."""
    judge, answers = recorded()
    assert picture.shows(ValidationScreen(answers, aws), "13 passed", "31 calls to AWS", "Continue", before=judge)


@pytest.mark.usefixtures("still_clock")
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_validation_refused_recorded(picture: Picture, aws: Aws, size: tuple[int, int]) -> None:
    """The Deny that is in the way, the remedy to copy, and what it rests on."""
    judge, answers = recorded(bucket_for_an_endpoint_only)

    async def show(pilot: Pilot[Any]) -> None:
        await judge(pilot)
        await settle(pilot)
        row = pilot.app.screen.query_one("#bucket-location")
        row.focus()
        row.scroll_visible(animate=False, top=True)

    screen = ValidationScreen(answers, aws)
    words = ("Deny statement OnlyVpce", "To mend it", "Copy the statement", "Check again")
    assert picture.shows(screen, *words, size=size, before=show)


@pytest.mark.usefixtures("still_clock")
def test_validation_failed_recorded(picture: Picture, aws: Aws) -> None:
    """What failed is open, with its remedy; the ways out stand above."""
    judge, answers = recorded(lambda scene: setattr(scene, "role", False))
    words = ("Failed", "The role exists", "Try configuring the IAM role again", "Go on anyway")
    assert picture.shows(ValidationScreen(answers, aws), *words, before=judge)


def test_validation_without_identity(picture: Picture, aws: Aws) -> None:
    """Unknown is not passed off as OK."""
    assert picture.shows(ValidationScreen(replace(FILLED, identity=None), aws), "Unknown")


def test_notifications_by_hand(picture: Picture, aws: Aws) -> None:
    """The steps by hand, filled in."""
    assert picture.shows(NotificationsScreen(BY_HAND, aws), "Set up elsewhere", "Create the SNS topic")


def test_notifications_by_panther(picture: Picture, aws: Aws) -> None:
    """What Panther does itself."""
    screen = NotificationsScreen(replace(FILLED, notifications_by=NotificationsBy.PANTHER), aws)
    assert picture.shows(screen, "Panther sets these up itself", "What Panther does once the source is saved")


AUDIT_QUEUE = f"arn:aws:sqs:us-west-2:{cast.CUSTOMER_ACCOUNT}:acme-audit-events"


def _place(aws: Aws, name: str, *prefixes: str, subscribed: bool = True, policy: bool = True) -> Place:
    """A bucket and a topic that are named after the picture, and a source of a calm name."""
    place = Place.made(aws, *prefixes, name=f"acme-{name}")
    place = place.with_topic(name=f"acme-{name}-events", queue=QUEUE if subscribed else "", policy=policy)
    return replace(place, answers=replace(place.answers.with_source(name=f"{name} logs"), profile="default"))


@pytest.fixture
def untouched(aws: Aws) -> Answers:
    """A source whose region has no topic at all."""
    s3, region = aws.client("s3", "eu-north-1"), "eu-north-1"
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket="acme-nordic", CreateBucketConfiguration={"LocationConstraint": region})
    source = replace(SOURCE, name="nordic logs", bucket_name="acme-nordic")
    return replace(FILLED, source=source, bucket_region=region)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_notifications_at_the_beginning(picture: Picture, aws: Aws, untouched: Answers, size: tuple[int, int]) -> None:
    """Five links, the first of them to do; its button is the way on."""
    words = ("0 of 5 links are there", "There is no topic panther-notifications-topic", "Make the topic")
    assert picture.shows(NotificationsScreen(untouched, aws), *words, size=size)


def test_notifications_under_way(picture: Picture, aws: Aws) -> None:
    """The topic is there; its policy is next."""
    place = _place(aws, "under-way", policy=False, subscribed=False)
    words = ("2 of 5 links", "Change the topic's policy", "Go on without")
    assert picture.shows(NotificationsScreen(place.answers, aws), *words)


def test_notifications_done(picture: Picture, aws: Aws) -> None:
    """All is there, and Continue is the way on."""
    place = _place(aws, "all-there").told()
    assert picture.shows(NotificationsScreen(place.answers, aws), "All is there", "Test object", "Continue")


def test_notifications_with_a_rule_in_the_way(picture: Picture, aws: Aws) -> None:
    """Whose rule it is, and the ways out; nothing is sent."""
    place = _place(aws, "in-the-way")
    place.put({"QueueConfigurations": [rule("audit-to-queue", "QueueArn", AUDIT_QUEUE, "audit/")]})
    words = ("Stopped", "audit-to-queue", "Go on anyway")
    assert picture.shows(NotificationsScreen(place.answers, aws), *words)


def test_notifications_pending_by_an_answer_of_ours(picture: Picture, aws: Aws) -> None:
    """Why it is pending, what to do first, and the button to ask again."""
    place = _place(aws, "pending").told()
    with recording(str(aws.endpoint_url), pending) as proxy:
        behind = Aws("default", "us-west-2", endpoint_url=proxy.endpoint_url)
        words = ("Pending", "Save the source in Panther first", "Subscribe again", "Continue")
        assert picture.shows(NotificationsScreen(place.answers, behind), *words)


def test_topic_plan(picture: Picture, aws: Aws, untouched: Answers) -> None:
    """Name, key and what the topic lets in, before anything is sent."""
    words = ("panther-notifications-topic", "Encrypt it", "Create the change set")
    assert picture.shows(TopicStackDialog(aws, untouched), *words)


def test_topic_plan_wide(picture: Picture, aws: Aws, untouched: Answers) -> None:
    """More of the template."""
    assert picture.shows(TopicStackDialog(aws, untouched), "AWSTemplateFormatVersion", size=WIDE)


def test_topic_review(picture: Picture, aws: Aws, untouched: Answers) -> None:
    """What AWS says that the change set will make."""
    answers = untouched.with_source(name="nordic review")
    words = ("AWS checked the change set", "AWS::SNS::Topic", "Discard it", "Execute it")
    assert picture.shows(TopicStackDialog(aws, answers), *words, keys=("enter",))


TOPIC_EVENTS = _recorded(
    ("", STACK, "CREATE_IN_PROGRESS", ""),
    ("TopicKey", "AWS::KMS::Key", "CREATE_IN_PROGRESS", ""),
    ("TopicKey", "AWS::KMS::Key", "CREATE_COMPLETE", ""),
    ("Topic", "AWS::SNS::Topic", "CREATE_IN_PROGRESS", ""),
    ("Topic", "AWS::SNS::Topic", "CREATE_COMPLETE", ""),
    ("", STACK, "CREATE_COMPLETE", ""),
    stack="panther-log-processing-notifications-nordic-logs",
)


def test_topic_made_recorded(picture: Picture, aws: Aws, untouched: Answers) -> None:
    """The stack is made, and Go on is the only way."""

    async def show(pilot: Pilot[Any]) -> None:
        dialog = pilot.app.screen
        assert isinstance(dialog, TopicStackDialog)
        dialog._begin("", "x")
        dialog.stack_watch.show(StackProgress.of(TOPIC_EVENTS, 2, "CREATE"), TOPIC_EVENTS)
        dialog._enter(TopicPhase.MADE)

    assert picture.shows(TopicStackDialog(aws, untouched), "Go on", "CREATE_COMPLETE", before=show)


def test_topic_refused(picture: Picture, readonly: Aws, untouched: Answers) -> None:
    """AWS's own text and the statement to ask for, with the buttons in sight."""
    words = ("You are not allowed", "Close", "Look again")
    assert picture.shows(TopicStackDialog(readonly, untouched), *words, keys=("enter",))


def test_topic_picker(picture: Picture, untouched: Answers) -> None:
    """The bucket's own topic first; those that cannot be used last, with the reason."""
    arns = [
        f"arn:aws:sns:eu-north-1:{cast.CUSTOMER_ACCOUNT}:{name}" for name in (cast.EVENTS_TOPIC, "acme-orders.fifo")
    ]
    told = f"arn:aws:sns:eu-north-1:{cast.CUSTOMER_ACCOUNT}:acme-audit"
    notifications = {"TopicConfigurations": [rule("audit", "TopicArn", told)]}
    screen = TopicPickDialog(topic_choices(arns, untouched, notifications))
    assert picture.shows(screen, "A new topic", "notifies it already", "S3 cannot notify a FIFO topic", "Cancel")


def test_rules(picture: Picture, aws: Aws) -> None:
    """What is added, that all of others stays, and who manages the bucket."""
    place = _place(aws, "rules", "app/")
    place.put({"QueueConfigurations": [rule("audit-to-queue", "QueueArn", AUDIT_QUEUE, "audit/")]})
    found = read_configuration(aws, place.bucket, "us-west-2", cast.CUSTOMER_ACCOUNT)
    plan = plan_rules(found, place.answers.source, place.topic)
    screen = ChangeDialog(RulesChange(aws, plan, "us-west-2", Managers(("CloudFormation (stack acme-logs)",))))
    words = ("CloudFormation (stack acme-logs) manages", "Make this change")
    assert picture.shows(screen, *words)


def test_rules_wide(picture: Picture, aws: Aws) -> None:
    """The whole change at once."""
    place = _place(aws, "rules-wide", "app/")
    place.put({"QueueConfigurations": [rule("audit-to-queue", "QueueArn", AUDIT_QUEUE, "audit/")]})
    found = read_configuration(aws, place.bucket, "us-west-2", cast.CUSTOMER_ACCOUNT)
    plan = plan_rules(found, place.answers.source, place.topic)
    screen = ChangeDialog(RulesChange(aws, plan, "us-west-2", Managers(("CloudFormation (stack acme-logs)",))))
    assert picture.shows(screen, "s3:ObjectCreated:*", "Make this change", size=WIDE)


def test_subscription(picture: Picture, aws: Aws) -> None:
    """What is done, and apart from it what may not be wanted."""
    place = _place(aws, "wrong-queue", subscribed=False)
    wrong = QUEUE.replace("us-west-2", "us-east-2")
    aws.client("sns", "us-west-2").subscribe(TopicArn=place.topic, Protocol="sqs", Endpoint=wrong)
    plan = plan_subscription(place.topic, Topics(aws).read_subscriptions(place.topic, QUEUE), place.answers)
    assert picture.shows(
        SubscriptionDialog(SubscriptionChange(aws, plan)), "[ ]", "If you want that as well", "Make this change"
    )


def _proof(aws: Aws, name: str) -> ProofDialog:
    place = _place(aws, name, "app/", "audit/").told()
    readings, _ = read_way(aws, place.answers)
    proofs = [
        ProofObject(place.bucket, f"{prefix}panther-s3-wizard-test-5e1ec7ed", "us-west-2", cast.CUSTOMER_ACCOUNT)
        for prefix in ("app/", "audit/")
    ]
    return ProofDialog(aws, way_of(readings, place.answers), proofs)


def test_proof(picture: Picture, aws: Aws) -> None:
    """What is put, and when it should not be removed at once."""
    assert picture.shows(_proof(aws, "proof"), "An object of no bytes", "Put it")


def test_proof_put(picture: Picture, aws: Aws) -> None:
    """The way of its notification, as far as it can be seen; Remove it is the way on."""
    words = ("S3 has s3://acme-proof-put/app/", "Remove it")
    assert picture.shows(_proof(aws, "proof-put"), *words, keys=("enter",))


def test_undo(picture: Picture, aws: Aws) -> None:
    """What would be done, and what somebody changed since, with the difference."""
    place = _place(aws, "undo", "app/", subscribed=False)
    apply_subscription(aws, plan_subscription(place.topic, (), place.answers))
    found = read_configuration(aws, place.bucket, "us-west-2", cast.CUSTOMER_ACCOUNT)
    apply_rules(aws, plan_rules(found, place.answers.source, place.topic), "us-west-2")
    (ours,) = place.rules()["TopicConfigurations"]
    place.put({"TopicConfigurations": [{**ours, "Events": ["s3:ObjectCreated:Put"]}]})
    words = ("Take the run's rules out", "Take it back", "Keep it")
    assert picture.shows(UndoDialog(aws, PantherAccess()), *words)


@pytest.mark.usefixtures("still_clock")
def test_validation_again_recorded(picture: Picture, aws: Aws) -> None:
    """All thirteen, the way of the notification included."""
    judge, answers = recorded()
    words = ("13 passed", "Continue")
    assert picture.shows(ValidationAgainScreen(answers, aws), *words, before=judge)


def test_drop_off_alarm(picture: Picture) -> None:
    """On, a day, and what it means."""
    assert picture.shows(
        DropOffAlarmScreen(FILLED, Aws(None, "us-west-2"), PantherAccess()), "[x]", "24 hours", "System Errors"
    )


def test_drop_off_alarm_refused(picture: Picture) -> None:
    """Too short a time is refused under its field."""
    answers = replace(FILLED, alarm_number="5", alarm_period="minutes")
    assert picture.shows(DropOffAlarmScreen(answers, Aws(None, "us-west-2"), PantherAccess()), "15", keys=("ctrl+n",))


MADE = (
    Made("CloudFormation stack", "panther-log-analysis-setup-snap-trail", "us-west-2", "arn:stack"),
    Made("IAM role", "PantherLogProcessingRole-snap-trail", "", "arn:role"),
)


def test_finish(picture: Picture, aws: Aws) -> None:
    """The values in the order of Panther's form, each with Copy."""
    answers = replace(FILLED, made=MADE, validation_note="8 passed")
    assert picture.shows(
        FinishScreen(answers, aws, PantherAccess()), "snap trail", "acme-cloudtrail", "Finish Setup", "Source file"
    )


def test_finish_wide(picture: Picture, aws: Aws) -> None:
    """More of it at once, with what comes next."""
    answers = replace(FILLED, made=MADE, validation_note="8 passed")
    assert picture.shows(FinishScreen(answers, aws, PantherAccess()), "What comes next", size=WIDE)


def test_help(picture: Picture, aws: Aws) -> None:
    """Help for the focused field, the step, and the keys."""
    assert picture.shows(RoleArnScreen(MISSING, aws), "Outputs as", "Esc closes", keys=("f1",))


def test_mfa(picture: Picture) -> None:
    """The code is asked in a dialog."""
    assert picture.shows(MfaDialog("arn:aws:iam::111122223333:mfa/alice"), "MFA code", "mfa/alice")


DENY = {
    "Sid": "OnlyNamedRoles",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [f"arn:aws:s3:::{cast.LOCKED}", f"arn:aws:s3:::{cast.LOCKED}/*"],
}
ADMIN, OURS = (f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:role/{name}" for name in ("log-archive-admin", "panther"))


def _only(*roles: str) -> dict[str, Any]:
    condition = {"ArnNotLike": {"aws:PrincipalArn": list(roles)}}
    return {"Version": "2012-10-17", "Statement": [{**DENY, "Condition": condition}]}


MEND = Mend(
    MendKind.BUCKET, cast.LOCKED, "", "us-west-2", cast.CUSTOMER_ACCOUNT, _only(ADMIN), _only(ADMIN, OURS),
    "Exempts the role from the Deny statement OnlyNamedRoles, which goes on to hold for all others.",
)  # fmt: skip


def test_mend(picture: Picture, aws: Aws) -> None:
    """What comes and what goes, with marks and a count; the focus is on Cancel."""
    assert picture.shows(
        ChangeDialog(MendChange(aws, MEND), heading="Mend it: what changes"),
        "policy of the bucket acme-locked",
        "+ 1 line comes",
        "Make this change",
    )


def test_mend_refused(picture: Picture, aws: Aws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The refusal, whole, with the statement to ask for and Retry."""
    problem = Problem(
        "You are not allowed to change the policy of the bucket acme-locked",
        "User: arn:aws:iam::111122223333:user/readonly is not authorized to perform: s3:PutBucketPolicy",
        "Ask for this statement.",
        ProblemKind.ACCESS_DENIED,
        statement={"Effect": "Allow", "Action": "s3:PutBucketPolicy", "Resource": f"arn:aws:s3:::{cast.LOCKED}"},
    )

    def refuse(*_: object) -> None:
        raise problem

    monkeypatch.setattr("panther_s3.proposed.mend.apply_mend", refuse)
    dialog = ChangeDialog(MendChange(aws, MEND, folder=tmp_path), heading="Mend it: what changes")
    assert picture.shows(dialog, "You are not allowed", "Retry", keys=("right", "enter"))


def test_quit(picture: Picture) -> None:
    """The focus is on staying."""
    assert picture.shows(QuitDialog("What you typed has not been saved."), "Quit the wizard?", "Stay")


STACK_CHANGE = Change(
    ChangeKind.STACK, "stack panther-log-analysis-setup-snap-trail in us-west-2", "arn", number=1, state=State.MADE
)
CUT_OFF = Record(
    "20260301T101500Z-a1b2", "2026-03-01T10:15:00.000+00:00", Step.VALIDATION, to_json(FILLED), (STACK_CHANGE,)
)
TYPED = replace(
    CUT_OFF,
    run="20260228T164200Z-c3d4",
    started="2026-02-28T16:42:00.000+00:00",
    step=Step.BUCKET_DETAILS,
    answers=to_json(FILLED.with_source(name="flow logs", bucket_name=cast.VPC_FLOW)),
    changes=(),
)


def _offering(*unfinished: Record) -> ResumeDialog:
    return ResumeDialog(unfinished, Connections(None, lambda serial: "", state_dir=Path("/state")))


def test_resume(picture: Picture) -> None:
    """What the run is about, how far it came, and what each way out means; the focus is on Resume."""
    words = ("snap trail, bucket acme-cloudtrail", "2026-03-01 10:15 UTC, at the step Check, 1 change in AWS", "Resume")
    assert picture.shows(_offering(CUT_OFF), *words)


def test_resume_one_of_several(picture: Picture) -> None:
    """The latest is chosen; Up and Down choose another."""
    runs = [replace(TYPED, run=str(number)) for number in range(3)]
    assert picture.shows(_offering(CUT_OFF, *runs), "flow logs", "nothing changed in AWS", keys=("shift+tab",) * 3)


def test_resume_with_findings(picture: Picture) -> None:
    """What became of what the run was cut off at, before it goes on."""
    findings = (
        "AWS made the change that was under way: the stack panther-log-analysis-setup-snap-trail in us-west-2.",
        "Removed, since it was left over: the change set of the stack x in us-west-2.",
    )

    async def find(pilot: Pilot[Any]) -> None:
        pilot.app.screen.post_message(ResumeDialog.Looked(Resumed(FILLED, Step.VALIDATION, findings)))

    assert picture.shows(_offering(CUT_OFF, TYPED), before=find)


def test_resume_refused(picture: Picture) -> None:
    """Another wizard has the run open; another run may be chosen."""
    problem = Problem(
        "Another wizard is working on the run 20260301T101500Z-a1b2", remedy="Go on there, or end it first."
    )

    async def refuse(pilot: Pilot[Any]) -> None:
        pilot.app.screen.post_message(ResumeDialog.Refused(problem))

    assert picture.shows(_offering(CUT_OFF, TYPED), before=refuse)


def test_resume_without_aws(picture: Picture) -> None:
    """AWS cannot be looked at: look again once signed in, or go on at the first step."""
    problem = Problem(
        "Could not ask AWS who you are: you are not, or no longer, signed in to IAM Identity Center (SSO)",
        "Error loading SSO Token: Token for corp does not exist",
        "Run aws sso login --profile prod, then Retry.",
        ProblemKind.CREDENTIALS,
        command=("aws", "sso", "login", "--profile", "prod"),
    )

    async def refuse(pilot: Pilot[Any]) -> None:
        pilot.app.screen.post_message(ResumeDialog.Looked(Resumed(FILLED, Step.WELCOME, problem=problem)))

    assert picture.shows(_offering(CUT_OFF, TYPED), before=refuse)
