"""What the checks want of the role: its policies, and what IAM's simulator says of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn, role_name_of
from panther_s3.aws.bucket_reading import BucketReading, Row
from panther_s3.aws.crew import Crew
from panther_s3.aws.errors import aws_call, unless_fatal
from panther_s3.aws.key_readings import KeyReader
from panther_s3.aws.roles import Record, Role, Roles, as_principal
from panther_s3.aws.session import Aws
from panther_s3.aws.shared_reads import SharedReads
from panther_s3.aws.simulated_requests import bucket_asks, key_asks, object_asks
from panther_s3.aws.simulation import Ask, simulate
from panther_s3.checks.readings import SimulatedDecision
from panther_s3.problems import Problem, ProblemKind

T = TypeVar("T")
FRESH_SECONDS = 60
"""How old a role is at least that IAM knows everywhere: in practice seconds, but a minute does no harm."""
PAUSES = (0.5, 1, 1.5, 2, 2, 3)
"""Seconds between looks at a fresh role, ten together: IAM is eventually consistent (IAM user guide)."""
WAITING = "waiting for IAM to know the role"


class RoleReading:
    """Reads the source's role; each method waits for what it needs."""

    def __init__(
        self,
        aws: Aws,
        answers: Answers,
        crew: Crew,
        shared: SharedReads,
        bucket: BucketReading,
        keys: KeyReader,
        report: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._aws, self._answers, self._crew, self._shared = aws, answers, crew, shared
        self._bucket, self._keys, self._report, self._sleep = bucket, keys, report, sleep
        self._roles = Roles(aws, crew)
        self._pauses = list(PAUSES)
        """Those that are left for the role itself: it is waited for no longer, whatever of it is to come."""

    def read(self) -> Role | None:
        """Return the role, or None where there is none; one that was made a moment ago is waited for."""
        found = self._shared.once(("role", self._answers.role_arn), lambda: self._crew.chain(self._read_whole))
        return self._wait(found, "read the role")

    def simulate(self) -> tuple[SimulatedDecision, ...] | None:
        """Return what the simulator says of what Panther will do with the role; None where there is no role.

        What can be asked is asked as soon as the role is known to exist; objects and keys as soon as it
        is known which there are.

        Raises:
            Problem: it answered to nothing.
        """
        try:
            record = self._known()
        except Problem as problem:
            unless_fatal(problem)
            return None  # the role's own part tells of it
        if record is None:
            return None
        chains = [self._crew.chain(partial(self._simulate_bucket, record))]
        chains += [self._crew.chain(partial(self._simulate_objects, record, row)) for row in self._bucket.rows()]
        chains += [self._crew.chain(partial(self._simulate_keys, record))]
        decisions: list[SimulatedDecision] = []
        refusals: list[Problem] = []
        for chain in chains:
            try:
                simulated = self._wait(chain, "simulate what the role may do")
            except Problem as problem:
                refusals.append(unless_fatal(problem))
            else:
                decisions += simulated
        if refusals and not decisions:
            raise refusals[0]
        return tuple(dict.fromkeys(decisions))

    def _known(self) -> Record | None:
        known = self._shared.once(("role record", self._answers.role_arn), lambda: self._crew.chain(self._find))
        return self._wait(known, "read the role")

    def _find(self) -> Record | None:
        """Look for the role, and again where this run has made it and IAM does not know it yet."""
        refuse_other_account(self._answers)
        arn = self._answers.role_arn
        made = any(made.before is None and arn in (made.arn, made.name) for made in self._answers.made)
        record = self._look()
        while made and record is None and self._pauses:
            self._pause(self._pauses.pop(0))
            record = self._look()
        return record

    def _look(self) -> Record | None:
        name = role_name_of(self._answers.role_arn)
        if not name:
            return None
        return self._wait(self._crew.call(lambda: self._roles.find_record(name)), f"read the role {name}")

    def _read_whole(self) -> Role | None:
        """Read the policies of the role, and again where they are still to come."""
        record = self._known()
        if record is None:
            return None
        role = self._roles.read_policies_of(record)
        while _is_fresh(record) and _is_to_come(role) and self._pauses:
            self._pause(self._pauses.pop(0))
            role = self._roles.read_policies_of(record)
        return role

    def _simulate_bucket(self, role: Record) -> tuple[SimulatedDecision, ...]:
        return self._ask_each(role, bucket_asks(as_principal(role), self._answers, self._bucket))

    def _simulate_objects(self, role: Record, row: Row) -> tuple[SimulatedDecision, ...]:
        try:
            sample = self._bucket.sample(row)
        except Problem as problem:
            sample = self._bucket.as_sample(row, problem)
        return self._ask(role, object_asks(as_principal(role), self._answers, self._bucket, sample))

    def _simulate_keys(self, role: Record) -> tuple[SimulatedDecision, ...]:
        return self._ask_each(role, key_asks(as_principal(role), self._answers, self._bucket, self._keys))

    def _ask_each(self, role: Record, asks: tuple[Ask, ...]) -> tuple[SimulatedDecision, ...]:
        """Ask side by side what takes calls of their own anyway, so that sources share each that they have in common.

        Raises:
            Problem: one of them was not answered.
        """
        asked = [self._begin(role, (ask,)) for ask in asks]
        return tuple(decision for begun in asked for decision in self._wait(begun, "simulate what the role may do"))

    def _ask(self, role: Record, asks: tuple[Ask, ...]) -> tuple[SimulatedDecision, ...]:
        return self._wait(self._begin(role, asks), "simulate what the role may do")

    def _begin(self, role: Record, asks: tuple[Ask, ...]) -> Future[tuple[SimulatedDecision, ...]]:
        return self._shared.once(
            ("simulation", role["Arn"], asks), lambda: self._crew.chain(partial(self._simulate_patiently, role, asks))
        )

    def _simulate_patiently(self, role: Record, asks: tuple[Ask, ...]) -> tuple[SimulatedDecision, ...]:
        """Ask the simulator, and again where it does not know a fresh role yet."""
        for pause in PAUSES:
            try:
                return simulate(self._aws, role["Arn"], asks, self._crew)
            except Problem as problem:
                if problem.kind is not ProblemKind.NOT_FOUND or not _is_fresh(role):
                    raise
            self._pause(pause)
        return simulate(self._aws, role["Arn"], asks, self._crew)

    def _pause(self, seconds: float) -> None:
        self._report(WAITING)
        self._sleep(seconds)

    def _wait(self, future: Future[T], doing: str) -> T:
        with aws_call(doing, None):
            return self._crew.result(future)


def find_role(roles: Roles, answers: Answers) -> Role | None:
    """Return the role that the ARN names, or None where there is none.

    Raises:
        Problem: AWS refused or did not answer, or the role is of an account that the profile cannot look into.
    """
    refuse_other_account(answers)
    return roles.find(role_name_of(answers.role_arn))


def refuse_other_account(answers: Answers) -> None:
    """Refuse to look up a role of another account: IAM looks it up by its name in the caller's own.

    Raises:
        Problem: the role is of an account that the profile cannot look into.
    """
    arn, identity = parse_arn(answers.role_arn), answers.identity
    if arn is not None and identity is not None and arn.account != identity.account_id:
        raise Problem(
            f"Your profile of account {identity.account_id} cannot look into {arn.account}, where the role is",
            remedy=f"Choose a profile of account {arn.account} that is allowed iam:GetRole; Panther checks for itself.",
            kind=ProblemKind.ACCESS_DENIED,
        )


def _is_fresh(role: Record) -> bool:
    created = role.get("CreateDate")
    return created is not None and (datetime.now(UTC) - created).total_seconds() < FRESH_SECONDS


def _is_to_come(role: Role) -> bool:
    """Tell whether IAM has not all policies of the role at hand yet."""
    return not role.policies or any(problem.kind is ProblemKind.NOT_FOUND for problem in role.unread)
