"""Makes an approved edit of a policy document: nothing is overwritten that was not on the screen."""

from __future__ import annotations

import time
from collections.abc import Callable

from panther_s3.arns import account_of
from panther_s3.aws.buckets import Buckets, expected_owner
from panther_s3.aws.confirming import confirm
from panther_s3.aws.errors import aws_call
from panther_s3.aws.keys import Keys
from panther_s3.aws.roles import as_document
from panther_s3.aws.session import Aws
from panther_s3.aws.topics import Topics
from panther_s3.journal.changes import Change, ChangeKind
from panther_s3.mending.documents import same_document
from panther_s3.mending.limits import compact
from panther_s3.mending.lockout import lockout_by
from panther_s3.mending.model import Document, Mend, MendKind
from panther_s3.problems import Problem, ProblemKind


def apply_mend(aws: Aws, mend: Mend, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Put `mend.after` in the place of `mend.before`, and see that AWS has it.

    Args:
        aws: who makes the change.
        mend: the edit, as the operator approved it.
        sleep: waits between looks at what was put.

    Raises:
        Problem: of kind CONFLICT where the document is not any more what was shown, of kind INVALID
            where it must not be put, or of the kind of AWS's refusal: nothing was changed then. Of
            kind UNEXPECTED where it was sent, but AWS does not show it.
    """
    if mend.obstacle is not None:
        raise mend.obstacle
    with aws.writes.named(f"Changing the {mend.title}"):
        found = read_document(aws, mend)
        if same_document(found, mend.after):
            return
        if not same_document(found, mend.before):
            raise Problem(
                f"The {mend.title} has changed since it was shown here",
                remedy="Nothing was changed. Check again: the policy as it is now is judged, and its mend shown anew.",
                kind=ProblemKind.CONFLICT,
            )
        if mend.kind is MendKind.KEY and found is not None:
            _refuse_lockout(aws, mend, found)
        with aws.journal.recording(_journaled(mend, found)):
            put_document(aws, mend)
        confirm(mend.title, lambda: _difference(aws, mend), sleep)


def _journaled(mend: Mend, found: Document | None) -> Change:
    """The change as the journal keeps it; `found` is what AWS has, in AWS's own order."""
    facts = {"document": mend.kind.name.lower(), "policy_name": mend.policy_name}
    account = mend.owner or account_of(mend.target)
    return Change(ChangeKind.POLICY, mend.title, mend.target, mend.region, account, found, mend.after, facts)


def read_document(aws: Aws, mend: Mend) -> Document | None:
    """Return the document as AWS has it now, or None where there is none.

    Raises:
        Problem: AWS refused or did not answer.
    """
    if mend.kind is MendKind.BUCKET:
        return Buckets(aws).read_policy(mend.target, mend.region)
    if mend.kind is MendKind.KEY:
        return Keys(aws).read_policy(mend.target)
    if mend.kind is MendKind.TOPIC:
        topic = Topics(aws).read(mend.target)
        return topic.policy if topic else None
    with aws_call(f"read the {mend.title}", aws):
        iam = aws.client("iam")
        role = iam.get_role(RoleName=mend.role_name)["Role"]
        if role["Arn"] != mend.target:  # IAM finds a role by its name, in whatever account one is in
            raise Problem(
                f"The role of that name is {role['Arn']}, not {mend.target}",
                remedy="Nothing was changed. Choose a profile of the role's account, then check again.",
                kind=ProblemKind.CONFLICT,
            )
        if mend.kind is MendKind.TRUST:
            return as_document(role["AssumeRolePolicyDocument"])
        try:
            answer = iam.get_role_policy(RoleName=mend.role_name, PolicyName=mend.policy_name)
        except iam.exceptions.NoSuchEntityException:
            return None
        return as_document(answer["PolicyDocument"])


def put_document(aws: Aws, mend: Mend) -> None:
    """Send `mend.after`; KMS's own check that the caller keeps the key stays on.

    Raises:
        Problem: AWS refused or did not answer.
    """
    text = compact(mend.after)
    with aws_call(f"change the {mend.title}", aws):
        if mend.kind is MendKind.ROLE_POLICY:
            aws.client("iam").put_role_policy(RoleName=mend.role_name, PolicyName=mend.policy_name, PolicyDocument=text)
        elif mend.kind is MendKind.TRUST:
            aws.client("iam").update_assume_role_policy(RoleName=mend.role_name, PolicyDocument=text)
        elif mend.kind is MendKind.BUCKET:
            s3 = aws.client("s3", mend.region or None)
            s3.put_bucket_policy(Bucket=mend.target, Policy=text, **expected_owner(mend.owner))
        elif mend.kind is MendKind.KEY:
            aws.client("kms", mend.region).put_key_policy(
                KeyId=mend.target, PolicyName="default", Policy=text, BypassPolicyLockoutSafetyCheck=False
            )
        else:
            aws.client("sns", mend.region).set_topic_attributes(
                TopicArn=mend.target, AttributeName="Policy", AttributeValue=text
            )


def delete_document(aws: Aws, mend: Mend) -> None:
    """Delete the policy that `mend` made where there was none before.

    Raises:
        Problem: AWS refused or did not answer, or such a policy cannot be deleted.
    """
    with aws_call(f"delete the {mend.title}", aws):
        if mend.kind is MendKind.ROLE_POLICY:
            aws.client("iam").delete_role_policy(RoleName=mend.role_name, PolicyName=mend.policy_name)
        elif mend.kind is MendKind.BUCKET:
            s3 = aws.client("s3", mend.region or None)
            s3.delete_bucket_policy(Bucket=mend.target, **expected_owner(mend.owner))
        else:
            raise Problem(f"The {mend.title} cannot be deleted: AWS always has one", kind=ProblemKind.INVALID)


def _refuse_lockout(aws: Aws, mend: Mend, found: Document) -> None:
    with aws_call("ask AWS who you are", aws):
        caller = aws.client("sts").get_caller_identity()["Arn"]
    problem = lockout_by(found, mend.after, mend.target, caller)
    if problem is not None:
        raise problem


def _difference(aws: Aws, mend: Mend) -> str:
    """What AWS shows in the new document's place; "" where it is that."""
    return "" if same_document(read_document(aws, mend), mend.after) else "AWS shows another document."
