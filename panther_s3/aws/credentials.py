"""Keeps botocore's sources of credentials off the terminal: no prompt, no open stdin, no endless wait.

botocore has no public way to set the prompter of its assume-role provider nor the way in which a
`credential_process` is started; the AWS CLI reaches for the same attributes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from panther_s3.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from botocore.session import Session

MfaCode = Callable[[str], str]
"""Given the serial number or ARN of an MFA device, returns the code that it shows."""

PROCESS_SECONDS = 60
"""How long a `credential_process` may take: some wait for a person at a window of their own."""


def attend_credentials(
    session: Session, *, profile: str | None, mfa_code: MfaCode | None, endpoint_url: str | None
) -> None:
    """Find the credentials of `session`, asking for an MFA code only through `mfa_code`.

    An assumed role's own credentials are fetched later, by the first call that is signed with them,
    and so is the code asked for.

    Raises:
        BotoCoreError: the profile's configuration or its source of credentials is at fault.
    """
    from botocore.exceptions import CredentialRetrievalError

    for provider in session.get_component("credential_provider").providers:
        _start_unattended([provider])
        if provider.METHOD == "assume-role":
            provider._prompter = partial(_ask, mfa_code, profile)
            provider._profile_provider_builder = _UnattendedBuilder(provider._profile_provider_builder)
            if endpoint_url:
                provider._client_creator = partial(provider._client_creator, endpoint_url=endpoint_url)
    try:
        session.get_credentials()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CredentialRetrievalError(
            provider="credential_process", error_msg=f"its output is not JSON: {error}"
        ) from error


class Unattended(subprocess.Popen[bytes]):
    """A process with stdin closed and no terminal to open, ended when it takes too long."""

    def __init__(self, command: list[str], **streams: Any) -> None:
        from botocore.exceptions import CredentialRetrievalError

        try:
            super().__init__(command, stdin=subprocess.DEVNULL, start_new_session=True, **streams)
        except OSError as error:
            raise CredentialRetrievalError(provider="credential_process", error_msg=str(error)) from error

    def communicate(self, input: bytes | None = None, timeout: float | None = None) -> tuple[bytes, bytes]:  # noqa: A002
        """Return stdout and stderr as botocore wants them, within PROCESS_SECONDS.

        Raises:
            CredentialRetrievalError: the process took longer; it was killed, with all that it started.
        """
        from botocore.exceptions import CredentialRetrievalError

        try:
            return super().communicate(input, timeout or PROCESS_SECONDS)
        except subprocess.TimeoutExpired as error:
            os.killpg(self.pid, signal.SIGKILL)
            super().communicate()
            raise CredentialRetrievalError(
                provider="credential_process", error_msg=f"it gave nothing within {PROCESS_SECONDS} seconds"
            ) from error


class _UnattendedBuilder:
    """botocore's builder of the providers of a `source_profile`, whose processes start unattended as well."""

    def __init__(self, builder: Any) -> None:
        self._builder = builder

    def providers(self, profile_name: str, disable_env_vars: bool = False) -> list[Any]:
        """Return the providers of `profile_name`."""
        providers: list[Any] = self._builder.providers(profile_name, disable_env_vars)
        _start_unattended(providers)
        return providers


def _start_unattended(providers: list[Any]) -> None:
    for provider in providers:
        if provider.METHOD == "custom-process":
            provider._popen = Unattended


def _ask(mfa_code: MfaCode | None, profile: str | None, prompt: str) -> str:
    """Ask for the code; `prompt` is botocore's, "Enter MFA code for <serial>: "."""
    serial = prompt.removeprefix("Enter MFA code for ").rstrip(": ")
    name = f"The profile {profile}" if profile else "The default profile"
    if mfa_code is None:
        raise Problem(
            f"{name} needs an MFA code",
            f"mfa_serial = {serial}",
            "There is nobody to ask here: choose a profile that holds an MFA session already.",
            ProblemKind.CREDENTIALS,
        )
    try:
        code = mfa_code(serial)
    except Exception as error:
        raise _no_code(name, str(error)) from error
    if not code:
        raise _no_code(name, "")
    return code


def _no_code(name: str, cause: str) -> Problem:
    return Problem(
        f"{name} needs an MFA code, and none was given",
        cause,
        "Retry to be asked again, or choose another profile.",
        ProblemKind.CANCELLED,
    )
