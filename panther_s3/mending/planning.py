"""The mend of a failed check: the smallest edit after which the check, and no other, comes out better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn
from panther_s3.aws.buckets import BucketFacts
from panther_s3.aws.roles import Role
from panther_s3.checks.readings import Readings
from panther_s3.checks.remedies import wanted_in_role
from panther_s3.checks.result import SEVERITY, CheckResult, Status
from panther_s3.checks.runner import CHECKS, run_checks
from panther_s3.checks.statements import as_list, principals_of
from panther_s3.mending.documents import same_document, with_exemption, with_statement
from panther_s3.mending.limits import obstacle_to
from panther_s3.mending.model import Document, Mend, MendKind
from panther_s3.mending.places import Place, is_explicit, place_of, request_of
from panther_s3.mending.topic import CUTS_OFF, topic_edits
from panther_s3.mending.trust import trust_edits
from panther_s3.policies import object_key_statement, topic_key_statement

Edit = tuple[Document, str]
MOST_EDITS = 12
"""How many refusals of one document are mended at once: AWS, and a check, name one at a time."""
STACK_TAG = "aws:cloudformation:stack-name"
"""What CloudFormation puts on all that a stack makes (CloudFormation user guide, "Resource tags")."""


def mend_of(result: CheckResult, readings: Readings, answers: Answers) -> Mend | None:
    """Return the edit of one document that mends `result`, or None where no such edit does.

    What is proposed was tried on what was read: the check comes out better, and no other worse. A
    mend that AWS has no room for names that as its obstacle.

    Args:
        result: a failed check, or one with a warning.
        readings: what it was judged on, or is to be judged on anew.
        answers: the operator's answers.
    """
    if result.status not in (Status.FAIL, Status.WARN):
        return None
    if isinstance(readings.bucket, BucketFacts):
        answers = replace(answers, bucket_region=readings.bucket.region)
    # AWS's simulator was asked before the edit, and does not know of it
    readings = replace(readings, simulation=None)
    result = CHECKS[result.id](readings, answers)
    place = place_of(result, readings, answers)
    if place is None or _is_anothers(place, answers) or not answers.panther.account_id:
        return None
    after, told, left = _edited(result, place, readings, answers)
    if after is None or same_document(place.before, after) or _makes_worse(place, after, readings, answers):
        return None
    return Mend(
        kind=place.kind,
        target=place.target,
        policy_name=place.policy_name,
        region=place.region,
        owner=place.owner,
        before=place.before,
        after=after,
        summary=" ".join(dict.fromkeys(told)),
        notes=(*_notes(result, place, readings), *((f"Something is left to mend after it: {left}",) if left else ())),
        obstacle=obstacle_to(place.kind, place.before, after, place.others),
    )


def _edited(
    result: CheckResult, place: Place, readings: Readings, answers: Answers
) -> tuple[Document | None, list[str], str]:
    """Edit the document until the check passes, blames another, or gets no further; say what was done, and is left."""
    document, current, told = place.before, result, list[str]()
    for _ in range(MOST_EDITS):
        best: tuple[Document, str, CheckResult] | None = None
        for after, what in _candidates(current, place, document, answers, readings):
            found = CHECKS[result.id](place.put(readings, after), answers)
            if found.status is Status.PASS:
                return after, [*told, what], ""
            if best is None and _gets_further(current, found):
                best = after, what, found
        if best is None:
            break
        document, what, current = best
        told.append(what)
        next_place = place_of(current, place.put(readings, document), answers)
        if current.status is not result.status or next_place is None or _differ(place, next_place):
            break
    left = current.detail if current.status is Status.FAIL else ""
    return (document, told, left) if told else (None, told, "")


def _candidates(
    result: CheckResult, place: Place, document: Document | None, answers: Answers, readings: Readings
) -> Iterator[Edit]:
    """Yield the edits that may mend `result`, the smallest first."""
    cause, request, role = result.cause or "", request_of(result), readings.role
    action, resource = str(request.get("action", "")), str(request.get("resource", ""))
    if place.kind is MendKind.TOPIC:
        yield from topic_edits(cause, document or {}, place.target, answers)
    elif place.kind is MendKind.KEY and cause == "key_policy_denies_s3":
        what = f"Lets S3 use the key to tell the topic of new objects in {answers.source.bucket_name}."
        yield with_statement(document, topic_key_statement(answers.source, answers.partition)), what
    elif not isinstance(role, Role):
        return
    elif place.kind is MendKind.TRUST:
        yield from trust_edits(cause, document or {}, role, answers.panther)
    elif place.kind is MendKind.ROLE_POLICY:
        statement = wanted_in_role(answers, action, resource)
        yield with_statement(document, statement), f"Gives the role {_actions(statement)}."
    elif is_explicit(result) and document is not None:
        name, excerpt = result.evidence.get("statement", ""), result.evidence["excerpt"]
        alone = principals_of(excerpt) == [role.arn]
        whom = "denies nobody then: it names this role alone" if alone else "goes on to hold for all others"
        if (exempted := with_exemption(document, excerpt, role.arn)) is not None:
            yield exempted, f"Exempts the role from the Deny statement {name}, which {whom}."
    elif place.kind is MendKind.KEY:
        yield with_statement(document, object_key_statement(role.arn)), "Lets the role decrypt with the key."
    else:
        statement = wanted_in_role(answers, action, resource)
        wanted = {**_head(statement), "Principal": {"AWS": role.arn}, **statement}
        yield with_statement(document, wanted), f"Gives the role {_actions(statement)}, from its own account."


def _gets_further(current: CheckResult, found: CheckResult) -> bool:
    """Tell whether another finding is no worse, and about something else."""
    worse = SEVERITY.index(found.status) < SEVERITY.index(current.status)
    return not worse and _told(found) != _told(current)


def _told(result: CheckResult) -> tuple[object, ...]:
    evidence = result.evidence
    return (result.status, result.cause, result.detail, evidence.get("statement"), evidence.get("request"))


def _differ(one: Place, other: Place) -> bool:
    return (one.kind, one.target, one.policy_name) != (other.kind, other.target, other.policy_name)


def _is_anothers(place: Place, answers: Answers) -> bool:
    """Tell whether the document is in another account than the operator, who then cannot change it.

    Bucket and key policies are changed from their own account alone (S3 API reference,
    PutBucketPolicy; KMS API reference, PutKeyPolicy), and IAM knows the caller's account only.
    """
    arn = parse_arn(place.target)
    account = place.owner or (arn.account if arn else "")
    return answers.identity is not None and account != answers.identity.account_id


def _makes_worse(place: Place, after: Document, readings: Readings, answers: Answers) -> bool:
    """Tell whether a check comes out worse with `after` in place."""
    before = run_checks(readings, answers)
    then = run_checks(place.put(readings, after), answers)
    return any(SEVERITY.index(new.status) < SEVERITY.index(old.status) for old, new in zip(before, then, strict=True))


def _notes(result: CheckResult, place: Place, readings: Readings) -> Iterator[str]:
    """Yield what to know before the edit is made."""
    role = readings.role
    of_role = place.kind in (MendKind.TRUST, MendKind.ROLE_POLICY)
    if of_role and isinstance(role, Role) and role.tags.get(STACK_TAG):
        yield (
            f"The stack {role.tags[STACK_TAG]} made this role, and does not know of this change: "
            "its template needs it too, or its next update may take it back."
        )
    if result.cause == "no_source_guard":
        yield CUTS_OFF


def _head(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Sid and Effect, which stand before the Principal."""
    return {name: statement[name] for name in ("Sid", "Effect") if name in statement}


def _actions(statement: Mapping[str, Any]) -> str:
    return " and ".join(map(str, as_list(statement["Action"])))
