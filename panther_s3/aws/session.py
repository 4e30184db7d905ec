"""The AWS session of a profile: its clients, built once and shared by threads, and their time limits."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Literal, overload

from panther_s3.aws.credentials import MfaCode, attend_credentials
from panther_s3.aws.error_cases import NO_REGION
from panther_s3.aws.profiles import default_region, list_profiles, preselected_profile, unknown_profile
from panther_s3.aws.traffic import note_request
from panther_s3.aws.writes import WritesInFlight
from panther_s3.journal.journal import Journal
from panther_s3.problems import Problem

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_cloudformation.client import CloudFormationClient
    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sns.client import SNSClient
    from mypy_boto3_sts.client import STSClient

__all__ = ["Aws", "Service", "default_region", "list_profiles", "preselected_profile"]

Service = Literal["cloudformation", "iam", "kms", "s3", "sns", "sts"]

CONNECT_SECONDS, READ_SECONDS = 3, 8
ATTEMPTS = 2
IDENTITY_ATTEMPTS = 1
"""Tries of the call that asks who one is: whoever waits for it is looking at the screen."""
POOL_CONNECTIONS = 20
"""How many calls are made side by side: a client keeps a connection for each."""
FALLBACK_REGION = "us-east-1"
"""Where STS and IAM are asked while no region is known: any region's answer is the same."""


class Aws:
    """The gateway to AWS for one profile and region; cheap to make, nothing is read before the first call.

    Clients are safe to share between threads, sessions are not (boto3 guide, "Multithreading"):
    so the session stays behind a lock, and each client is built once.
    """

    def __init__(
        self,
        profile: str | None,
        region: str,
        *,
        endpoint_url: str | None = None,
        mfa_code: MfaCode | None = None,
        journal: Journal | None = None,
    ) -> None:
        self.profile, self.region, self.endpoint_url = profile, region, endpoint_url
        self.writes = WritesInFlight()
        self.journal = journal or Journal()
        """Where every change is written down; by default in memory only."""
        self.session_number = 0
        """Counts the sessions begun, so that each failure ends only the one that it belongs to."""
        self._mfa_code = mfa_code
        self._lock = threading.Lock()
        self._session: boto3.Session | None = None
        self._clients: dict[tuple[str, str], Any] = {}

    @overload
    def client(self, service: Literal["cloudformation"], region: str | None = None) -> CloudFormationClient: ...
    @overload
    def client(self, service: Literal["iam"], region: str | None = None) -> IAMClient: ...
    @overload
    def client(self, service: Literal["kms"], region: str | None = None) -> KMSClient: ...
    @overload
    def client(self, service: Literal["s3"], region: str | None = None) -> S3Client: ...
    @overload
    def client(self, service: Literal["sns"], region: str | None = None) -> SNSClient: ...
    @overload
    def client(self, service: Literal["sts"], region: str | None = None) -> STSClient: ...

    def client(self, service: Service, region: str | None = None) -> Any:
        """Return the client of `service` in `region`, by default the gateway's own.

        To be called inside `aws_call`, like the call that it is for.

        Raises:
            Problem: no region is known, the profile is unknown, or its MFA code was not given.
            BotoCoreError: the profile's credentials cannot be found.
        """
        place = region or self.region or (FALLBACK_REGION if service in ("iam", "sts") else "")
        if not place:
            raise Problem("No AWS region is known", remedy=NO_REGION.remedy, kind=NO_REGION.kind)
        with self._lock:
            if (service, place) not in self._clients:
                self._clients[service, place] = self._build(service, place)
            return self._clients[service, place]

    def renew(self, session_number: int) -> None:
        """Begin the next call with a fresh session, unless the one of `session_number` is gone already."""
        with self._lock:
            if session_number == self.session_number:
                self.session_number += 1
                self._session = None
                self._clients.clear()

    def _build(self, service: Service, region: str) -> Any:
        from botocore.config import Config

        if self._session is None:
            self._session = self._open()
        attempts = IDENTITY_ATTEMPTS if service == "sts" else ATTEMPTS
        client = self._session.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint_url,
            config=Config(retries={"mode": "standard", "total_max_attempts": attempts}),
        )
        client.meta.events.register("before-send", note_request)
        return client

    def _open(self) -> boto3.Session:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import ProfileNotFound
        from botocore.session import Session

        session = Session(profile=self.profile)
        session.set_config_variable("region", self.region or FALLBACK_REGION)
        session.set_config_variable("sts_regional_endpoints", "regional")
        # a default of the session, so that it holds for the clients that fetch credentials as well
        session.set_default_client_config(
            Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                max_pool_connections=POOL_CONNECTIONS,
                user_agent_extra="panther-s3-wizard",
            )
        )
        try:
            attend_credentials(session, profile=self.profile, mfa_code=self._mfa_code, endpoint_url=self.endpoint_url)
        except ProfileNotFound as error:
            raise unknown_profile(str(error.kwargs["profile"]), session.available_profiles) from error
        return boto3.Session(botocore_session=session)
