"""The accounts of the embedded AWS, each entered as its root: the emulator takes an account's number for its key.

Nothing here looks at the environment or at the operator's files, so that the demo's Panther works
beside whatever the process has set up for the wizard.
"""

from __future__ import annotations

import os
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from panther_s3.aws.session import Aws

if TYPE_CHECKING:
    import boto3
    from botocore.session import Session

SECRET = "root"  # noqa: S105 - the emulator looks at the key id alone
CONNECT_SECONDS, READ_SECONDS = 1, 3
POOL_CONNECTIONS = 20
ANY_REGION = "us-east-1"
"""Where services are asked that are the same everywhere, and where a bucket is that names no region."""
NOTHING = (None, None, os.devnull, None)
NONE = (None, None, None, None)


class Accounts:
    """Clients of the embedded AWS for any account; safe to share between threads."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._clients: dict[tuple[str, str, str], Any] = {}

    def enter(self, service: str, account: str, region: str = ANY_REGION) -> Any:
        """Return the client of `service` in `region` for the root of `account`; no call of it is tried twice."""
        from botocore.config import Config

        with self._lock:
            if (service, account, region) not in self._clients:
                if self._session is None:
                    self._session = secluded_session()
                self._clients[service, account, region] = self._session.create_client(
                    service,
                    region_name=region,
                    endpoint_url=self.endpoint_url,
                    aws_access_key_id=account,
                    aws_secret_access_key=SECRET,
                    config=Config(
                        connect_timeout=CONNECT_SECONDS,
                        read_timeout=READ_SECONDS,
                        retries={"mode": "standard", "total_max_attempts": 1},
                        max_pool_connections=POOL_CONNECTIONS,
                        proxies={},
                        s3={"addressing_style": "path"},
                    ),
                )
            return self._clients[service, account, region]

    def gateway(self, account: str, region: str) -> Aws:
        """Return the gateway of the wizard's own readings, for the root of `account`."""
        return RootAws(account, region, endpoint_url=self.endpoint_url)

    def region_of(self, bucket: str, account: str) -> str:
        """Return where a bucket is, as S3 tells its owner.

        Raises:
            ClientError: there is no such bucket in the account.
        """
        answer = self.enter("s3", account).get_bucket_location(Bucket=bucket)
        return str(answer.get("LocationConstraint") or ANY_REGION)


class RootAws(Aws):
    """The wizard's gateway, with the keys of an account's root in place of a profile."""

    def __init__(self, account: str, region: str, *, endpoint_url: str) -> None:
        super().__init__(None, region, endpoint_url=endpoint_url)
        self._account = account

    def _open(self) -> boto3.Session:
        """Return a session that knows those keys and nothing else."""
        import boto3
        from botocore.config import Config

        session = secluded_session()
        session.set_credentials(self._account, SECRET)
        session.set_config_variable("region", self.region)
        session.set_default_client_config(
            Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                max_pool_connections=POOL_CONNECTIONS,
                proxies={},
            )
        )
        return boto3.Session(botocore_session=session)


def secluded_session() -> Session:
    """Return a session of botocore that reads no profile and none of the operator's files."""
    from botocore.session import Session

    session = Session(session_vars={"profile": NONE, "config_file": NOTHING, "credentials_file": NOTHING})
    session.register_component(
        "data_loader", _loader()
    )  # what it has read of AWS's models stays known to every session
    return session


@cache
def _loader() -> Any:
    from botocore.loaders import create_loader

    return create_loader()
