"""Reads and changes a bucket's notification configuration, which S3 replaces as a whole: nothing of others is lost."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from panther_s3.aws.buckets import expected_owner
from panther_s3.aws.confirming import confirm
from panther_s3.aws.errors import aws_call, problem_from, unless_fatal
from panther_s3.aws.notification_refusals import refusal_of
from panther_s3.aws.session import Aws
from panther_s3.journal.changes import Change, ChangeKind
from panther_s3.notifications import RulesPlan, differences, overlaps, rules_of, same_configuration, without_metadata
from panther_s3.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from botocore.model import Shape
    from mypy_boto3_s3.client import S3Client

STACK_TAG = "aws:cloudformation:stack-name"
"""The tag by which CloudFormation marks what it made (CloudFormation user guide, "Resource tags")."""
TOOLS = ("Terraform", "OpenTofu", "Terragrunt", "Pulumi", "CloudFormation", "CDK", "Crossplane", "Ansible")
"""What writes whole configurations; by custom its name is in a tag of the bucket, or in a tag's name."""
_TOOLS = re.compile("|".join(rf"\b{tool}\b" for tool in TOOLS), re.IGNORECASE)
_CUSTOMARY = re.compile(r"^(managed|provisioned|created|deployed)[-_ ]?(by|with)$|^(iac|provisioner)$", re.IGNORECASE)


@dataclass(frozen=True)
class Managers:
    """What a bucket's tags say of the tools that manage it: the next run of one may undo changes."""

    names: tuple[str, ...] = ()
    """Such as "CloudFormation (stack logs)"; empty where no tag names one."""
    refusal: Problem | None = None
    """Why it is not known."""


def read_configuration(aws: Aws, bucket: str, region: str, owner: str) -> dict[str, Any]:
    """Return the bucket's whole notification configuration, as it can be written back.

    Args:
        aws: who reads.
        bucket: the bucket's name.
        region: the bucket's; "" for the gateway's own.
        owner: the account that should own the bucket; anything but 12 digits is not asked about.

    Raises:
        Problem: AWS refused or did not answer; or the answer holds what botocore does not know and
            would leave out of what is written back.
    """
    with aws_call(f"read the notifications of the bucket {bucket}", aws):
        s3 = aws.client("s3", region or None)
        with _body_of(s3, "GetBucketNotificationConfiguration") as bodies:
            answer = s3.get_bucket_notification_configuration(Bucket=bucket, **expected_owner(owner))
        shape = s3.meta.service_model.operation_model("GetBucketNotificationConfiguration").output_shape
        if not bodies or shape is None:
            raise Problem(
                f"The notifications of the bucket {bucket} could not be looked at as S3 sent them",
                remedy="Retry. Nothing was changed.",
            )
        # it is what botocore has parsed in the same way already
        unknown = sorted(set(_unknown(ElementTree.fromstring(bodies[-1]), shape)))  # noqa: S314
    if unknown:
        raise Problem(
            f"The notifications of the bucket {bucket} hold settings that this version does not know",
            ", ".join(unknown),
            "Nothing was changed: writing the configuration back would drop them. Install a newer boto3, or add the "
            "rule in the S3 console, which leaves the others alone.",
            ProblemKind.INVALID,
        )
    return without_metadata(answer)


def read_managers(aws: Aws, bucket: str, region: str, owner: str = "") -> Managers:
    """Return which tools manage the bucket, by its tags.

    Args:
        aws: who reads.
        bucket: the bucket's name.
        region: the bucket's; "" for the gateway's own.
        owner: the account that should own the bucket; anything but 12 digits is not asked about.

    Raises:
        Problem: the credentials do not hold; any other refusal is told in the answer.
    """
    try:
        with aws_call(f"read the tags of the bucket {bucket}", aws):
            from botocore.exceptions import ClientError

            try:
                answer = aws.client("s3", region or None).get_bucket_tagging(Bucket=bucket, **expected_owner(owner))
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchTagSet":
                    return Managers()
                raise
            tags = {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}
    except Problem as problem:
        return Managers(refusal=unless_fatal(problem))
    return Managers(tuple(dict.fromkeys(_managers(tags))))


def apply_rules(
    aws: Aws,
    plan: RulesPlan,
    region: str,
    *,
    recorded: bool = True,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Put `plan.after` in the place of `plan.before`, and see that S3 has all of it.

    S3 has no way to write only if nothing changed meanwhile (terraform-provider-aws#48509): the
    configuration is read right before it is written, and read back.

    Args:
        aws: who makes the change.
        plan: the change, as the operator approved it.
        region: the bucket's; "" for the gateway's own.
        recorded: whether the journal keeps it as a change of the run; what takes one back is kept otherwise.
        sleep: waits between looks at what was put.

    Raises:
        Problem: of kind CONFLICT where the configuration is not any more what was shown, or the plan
            has something in its way, or of the kind of AWS's refusal: nothing was changed then. Of
            kind UNEXPECTED where it was sent, but S3 does not show it.
    """
    if plan.obstacle is not None:
        raise plan.obstacle
    # two that the bucket has already were taken by S3, however they look here
    standing = list(rules_of(plan.before))
    for one, other in (pair for pair in overlaps(plan.after) if not all(rule in standing for rule in pair)):
        raise Problem(
            f"The rules {one.id} and {other.id} of the bucket {plan.bucket} overlap: S3 takes no change beside them",
            remedy="Nothing was changed. Narrow one of them, or take it out, then plan the change again.",
            kind=ProblemKind.CONFLICT,
        )
    title = f"notification configuration of the bucket {plan.bucket}"
    with aws.writes.named(f"Changing the notifications of the bucket {plan.bucket}"):
        found = read_configuration(aws, plan.bucket, region, plan.owner)
        if same_configuration(found, plan.after):
            return
        if not same_configuration(found, plan.before):
            raise Problem(
                f"The {title} has changed since it was shown here",
                "\n".join(differences(plan.before, found)),
                "Nothing was changed. Look again: the change is planned for what the bucket has now.",
                ProblemKind.CONFLICT,
            )
        change = Change(ChangeKind.NOTIFICATIONS, title, plan.bucket, region, plan.owner, found, plan.after)
        with aws.journal.recording(change) if recorded else nullcontext():
            put_configuration(aws, plan, region)
        confirm(title, lambda: _difference(aws, plan, region), sleep)


def put_configuration(aws: Aws, plan: RulesPlan, region: str) -> None:
    """Send `plan.after`; S3's own check that it can reach every destination stays on.

    Raises:
        Problem: AWS refused or did not answer; where a destination is why, it says whose.
    """
    with aws_call(f"change the notifications of the bucket {plan.bucket}", aws):
        from botocore.exceptions import ClientError

        s3, configuration = aws.client("s3", region or None), dict[str, Any](plan.after)
        try:
            s3.put_bucket_notification_configuration(
                Bucket=plan.bucket,
                NotificationConfiguration=configuration,  # type: ignore[arg-type]
                **expected_owner(plan.owner),
            )
        except ClientError as error:
            usual = problem_from(error, f"change the notifications of the bucket {plan.bucket}", profile=aws.profile)
            refusal = refusal_of(aws, plan, region or s3.meta.region_name, error.response["Error"], usual)
            if refusal is None:
                raise
            raise refusal from error


def _difference(aws: Aws, plan: RulesPlan, region: str) -> str:
    found = read_configuration(aws, plan.bucket, region, plan.owner)
    return "\n".join(differences(plan.after, found))


def _managers(tags: Mapping[str, str]) -> Iterator[str]:
    for key, value in tags.items():
        if key == STACK_TAG:
            yield f"CloudFormation (stack {value})"
        elif key.startswith("aws:"):
            continue
        elif _CUSTOMARY.search(key) and _TOOLS.search(value):
            yield value
        elif (named := _TOOLS.search(key)) and value.lower() not in ("false", "no", "0"):
            yield next(tool for tool in TOOLS if tool.lower() == named[0].lower())


@contextmanager
def _body_of(client: S3Client, operation: str) -> Iterator[list[bytes]]:
    """Collect the bodies of the answers that this thread gets to `operation` while the block runs."""
    bodies: list[bytes] = []
    thread = threading.get_ident()

    def note(response_dict: Mapping[str, Any], **_: object) -> None:
        # clients are shared: other threads may ask the same meanwhile
        if threading.get_ident() == thread:
            bodies.append(response_dict["body"])

    event = f"before-parse.s3.{operation}"
    client.meta.events.register(event, note)
    try:
        yield bodies
    finally:
        client.meta.events.unregister(event, note)


def _unknown(element: ElementTree.Element, shape: Shape, path: str = "") -> Iterator[str]:
    """Yield the path of every element that botocore's parser would pass over; all lists are flattened here."""
    from botocore.model import ListShape, StructureShape

    if isinstance(shape, ListShape):
        shape = shape.member
    members = shape.members.items() if isinstance(shape, StructureShape) else ()
    known = {member.serialization.get("name", name): member for name, member in members}
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name in known:
            yield from _unknown(child, known[name], f"{path}{name}/")
        else:
            yield f"{path}{name}"
