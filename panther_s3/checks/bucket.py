"""Checks of the bucket: that it is there, and that the role may find, list and read it."""

from __future__ import annotations

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn
from panther_s3.aws.buckets import BucketFacts
from panther_s3.aws.roles import Role
from panther_s3.checks.readings import Document, Readings
from panther_s3.checks.result import CheckId, CheckResult, Status, unread, worst
from panther_s3.checks.statements import Says, Verdict, covers_action, judge
from panther_s3.policies import role_policy, to_json
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import bucket_arn


def check_exists(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `bucket.exists`."""
    bucket, name = readings.bucket, answers.source.bucket_name
    if isinstance(bucket, Problem) and bucket.kind is ProblemKind.NOT_FOUND:
        return CheckResult(
            CheckId.BUCKET_EXISTS, Status.FAIL, "missing", f"There is no bucket {name}. {bucket.cause}",
            "Correct the Bucket Name.",
        )  # fmt: skip
    if isinstance(bucket, Problem):
        return unread(CheckId.BUCKET_EXISTS, bucket)
    if bucket is None:
        return CheckResult(
            CheckId.BUCKET_EXISTS, Status.UNKNOWN, "not_answered", "The bucket was not looked up.", "Retry."
        )
    if bucket.owned_by_account is None and bucket.unread:
        return unread(CheckId.BUCKET_EXISTS, bucket.unread[0])
    if bucket.owned_by_account is False:
        return CheckResult(
            CheckId.BUCKET_EXISTS, Status.FAIL, "other_account",
            f"The bucket exists, but not in account {answers.source.aws_account_id}.", "Correct the Account ID.",
        )  # fmt: skip
    if answers.region and bucket.region != answers.region:
        return CheckResult(
            CheckId.BUCKET_EXISTS, Status.WARN, "other_region",
            f"The bucket is in {bucket.region}, your profile works in {answers.region}.",
            "Nothing to do: the wizard makes stacks and topics in the bucket's region.",
        )  # fmt: skip
    return CheckResult(CheckId.BUCKET_EXISTS, Status.PASS, detail=f"Found in {bucket.region}.")


def check_location(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `bucket.location`."""
    arn = _arn(answers)
    return judge_access(CheckId.BUCKET_LOCATION, readings, answers, "s3:GetBucketLocation", arn)


def check_list(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `bucket.list`."""
    return judge_access(CheckId.BUCKET_LIST, readings, answers, "s3:ListBucket", _arn(answers))


def check_read(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `objects.read`, for an object under each prefix of the source; the worst one speaks for all."""
    findings = [
        judge_access(CheckId.OBJECTS_READ, readings, answers, "s3:GetObject", f"{_arn(answers)}/{row.prefix}any-object")
        for row in answers.source.prefix_log_types
    ]
    return worst(findings)


def judge_access(check: CheckId, readings: Readings, answers: Answers, action: str, resource: str) -> CheckResult:
    """Return whether the role's own policies and the bucket's policy let the role do `action` on `resource`."""
    role = readings.role
    if role is None:
        return CheckResult(check, Status.SKIPPED, CheckId.ROLE_EXISTS.value, "There is no role to look at.")
    if isinstance(role, Problem):
        return unread(check, role)
    identity = judge_role(check, role, answers, action, resource)
    if identity.status is Status.FAIL:
        return identity
    if isinstance(readings.bucket_policy, Problem):
        finding = unread(check, readings.bucket_policy)
    elif readings.bucket_policy is not None:
        finding = _judge_bucket_policy(check, readings.bucket_policy, role, action, resource)
    else:
        finding = identity
    return finding if finding.status is Status.FAIL or identity.status is Status.PASS else identity


def judge_role(check: CheckId, role: Role, answers: Answers, action: str, resource: str) -> CheckResult:
    """Return what the role's own policies say of `action` on `resource`."""
    verdict = judge([(policy.name, policy.document) for policy in role.policies], action, resource)
    evidence = evidence_of(
        f"policy {verdict.document} of {role.arn}" if verdict.document else f"policies of {role.arn}",
        verdict,
        action,
        resource,
    )
    if verdict.says is Says.DENIED:
        return CheckResult(
            check, Status.FAIL, "identity_policy", f"A Deny statement of the role's policy refuses {action}.",
            f"Take the statement {verdict.statement} out of the policy {verdict.document}, or narrow it.", evidence,
        )  # fmt: skip
    if role.unread:  # what could not be read may allow, and may deny
        return unread(check, role.unread[0])
    if verdict.says is Says.CONDITIONAL:
        return CheckResult(
            check, Status.UNKNOWN, "cannot_judge",
            f"Whether the role may {action} depends on a condition of the statement {verdict.statement}.", "", evidence,
        )  # fmt: skip
    if verdict.says is Says.NOT_ALLOWED:
        return CheckResult(
            check, Status.FAIL, "identity_policy", f"No policy of the role allows {action} on {resource}.",
            "Add to the role's policy:\n" + _wanted_statement(answers, action), evidence,
        )  # fmt: skip
    if role.permissions_boundary:
        return CheckResult(
            check, Status.UNKNOWN, "cannot_judge",
            f"The role's policy allows {action}, but its permissions boundary {role.permissions_boundary} may not.",
            "Look whether the boundary allows it too.", evidence,
        )  # fmt: skip
    return CheckResult(
        check, Status.PASS, detail=f"The role's policy {verdict.document} allows {action}.", evidence=evidence
    )


def _judge_bucket_policy(check: CheckId, policy: Document, role: Role, action: str, resource: str) -> CheckResult:
    """Look for Deny statements of the bucket's policy that meet the role; an Allow is not needed in its own account."""
    verdict = judge([("bucket policy", policy)], action, resource, names_of(role))
    evidence = evidence_of("bucket policy", verdict, action, resource)
    if verdict.says is Says.DENIED:
        return CheckResult(
            check, Status.FAIL, "bucket_policy",
            f"The bucket policy's Deny statement {verdict.statement} refuses the role {action}.",
            f"Exempt {role.arn} from the statement {verdict.statement}.", evidence,
        )  # fmt: skip
    if verdict.effect == "Deny":
        return CheckResult(
            check, Status.UNKNOWN, "cannot_judge",
            f"The bucket policy's Deny statement {verdict.statement} may refuse the role: it depends on a condition.",
            f"Look whether {role.arn} is exempt from it.", evidence,
        )  # fmt: skip
    detail = f"The role's policy allows {action}, and the bucket policy does not deny it."
    return CheckResult(check, Status.PASS, detail=detail)


def names_of(role: Role) -> tuple[str, ...]:
    """Return every name under which a resource policy may speak of `role`."""
    arn = parse_arn(role.arn)
    account = (arn.account, f"arn:{arn.partition}:iam::{arn.account}:root") if arn else ()
    return ("*", role.arn, *account)


def _wanted_statement(answers: Answers, action: str) -> str:
    document = role_policy(answers.source, answers.partition)
    return to_json(next(statement for statement in document["Statement"] if covers_action(statement, action)))


def _arn(answers: Answers) -> str:
    return bucket_arn(answers.source.bucket_name, answers.partition)


def evidence_of(document: str, verdict: Verdict, action: str, resource: str) -> dict[str, object]:
    """Return what a finding rests on: the document, the statement that decided, and the request."""
    return {
        "document": document,
        "statement": verdict.statement,
        "request": {"action": action, "resource": resource},
    }


def found(readings: Readings) -> BucketFacts | None:
    """Return the bucket's facts where they were read."""
    return readings.bucket if isinstance(readings.bucket, BucketFacts) else None
