"""What the environment and the shared config files say of a profile: above all, where its credentials come from."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Settings = Mapping[str, Any]
Way = Literal["", "file", "login", "process", "sso", "variable"]

KEY = "aws_access_key_id"
DEFAULT = "default"
_TOKEN_VARIABLES = ("AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN")
"""Where botocore looks for the session token, in its order."""


class Origin(NamedTuple):
    """Where credentials come from in the end."""

    profile: str
    """The profile that holds them, or the way to them; not the one asked for where that assumes a role."""
    way: Way = ""
    """How it holds them; "" where nothing tells, as with a container's or an instance's role."""
    place: str = ""
    """The file or environment variable that holds them."""
    command: tuple[str, ...] = ()
    """The words of its `credential_process`."""


def profile_of_environment() -> str | None:
    """Return the profile that the environment names, if any."""
    return os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE") or None


def profile_in_force(profile: str | None) -> str:
    """Return the profile that counts where `profile` was chosen; None is the default chain."""
    return profile or profile_of_environment() or DEFAULT


def read_profiles() -> Mapping[str, Settings]:
    """Return the settings of every profile, those of both shared files together.

    Raises:
        BotoCoreError: one of the files cannot be read.
    """
    from botocore.session import Session

    profiles: Mapping[str, Settings] = Session().full_config["profiles"]
    return profiles


def origin_of(profile: str | None) -> Origin:
    """Return where the credentials of `profile` come from; None is the default chain. Makes no call.

    A role's are fetched with those of its `source_profile` (AWS CLI user guide, "Using an IAM role in
    the AWS CLI"); keys in the environment count only where no profile was chosen (botocore,
    `create_credential_resolver`).
    """
    if profile is None and os.environ.get("AWS_ACCESS_KEY_ID"):
        token = next((name for name in _TOKEN_VARIABLES if os.environ.get(name)), "AWS_ACCESS_KEY_ID")
        return Origin("", "variable", token)
    from botocore.exceptions import BotoCoreError

    name = profile_in_force(profile)
    try:
        profiles = read_profiles()
        name = _last_of_chain(name, profiles)
        return _origin_in(name, profiles.get(name, {}))
    except (BotoCoreError, OSError):
        return Origin(name)


def _last_of_chain(name: str, profiles: Mapping[str, Settings]) -> str:
    """Follow `source_profile` as botocore does: one with keys of its own needs no further one."""
    chain = [name]
    while (settings := profiles.get(chain[-1], {})) and _assumes_role(settings):
        source = settings["source_profile"]
        if source in chain or source not in profiles or (len(chain) > 1 and KEY in settings):
            break
        chain.append(source)
    return chain[-1]


def _assumes_role(settings: Settings) -> bool:
    return {"role_arn", "source_profile"} <= settings.keys() and "web_identity_token_file" not in settings


def _origin_in(name: str, settings: Settings) -> Origin:
    """Return what the profile itself holds; of several things the one that botocore takes first."""
    if "web_identity_token_file" in settings or "credential_source" in settings:
        return Origin(name)
    if {"sso_session", "sso_start_url"} & settings.keys():
        return Origin(name, "sso")
    credentials, config = _files()
    if KEY in _keys_in(credentials, name):
        return Origin(name, "file", credentials)
    if "login_session" in settings:
        return Origin(name, "login")
    if "credential_process" in settings:
        return Origin(name, "process", command=_words_of(str(settings["credential_process"])))
    return Origin(name, "file", config) if KEY in settings else Origin(name)


def _files() -> tuple[str, str]:
    """Return the credentials file and the config file, as they are named to botocore."""
    from botocore.session import Session

    session = Session()
    return str(session.get_config_variable("credentials_file")), str(session.get_config_variable("config_file"))


def _keys_in(credentials: str, name: str) -> Settings:
    """Return what the credentials file holds for the profile."""
    from botocore.configloader import raw_config_parse
    from botocore.exceptions import ConfigNotFound

    try:
        found: Settings = raw_config_parse(credentials).get(name, {})
    except ConfigNotFound:
        return {}
    return found


def _words_of(line: str) -> tuple[str, ...]:
    """Split a `credential_process` as botocore does, which starts it without a shell."""
    try:
        return tuple(shlex.split(line))
    except ValueError:  # a quote without its end
        return (line,)
