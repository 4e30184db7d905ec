"""A person at a shell and a browser: applies what the wizard printed or saved, by boto3 in place of the AWS CLI."""

from __future__ import annotations

import re
import shlex
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from panther_s3.panther import PantherDeployment
from panther_s3.source import S3Source
from panther_s3.templates import role_template
from tests.flow.accounts import Account

COMMANDS = re.compile(r"^(?:[A-Z]+: )?(aws (?:[^\n]*\\\n)*[^\n]*)$", re.MULTILINE)
LINK = re.compile(r"^https://\S+console\.aws\.amazon\.com\S+$", re.MULTILINE)
CAPABILITIES = ["CAPABILITY_NAMED_IAM"]


def commands(printed: str) -> list[list[str]]:
    """Return the commands of the AWS CLI in what was printed, word by word."""
    return [shlex.split(found.replace("\\\n", " ")) for found in COMMANDS.findall(printed)]


def run_changes(account: Account, printed: str, folder: Path) -> list[str]:
    """Run, in `folder`, the printed commands that make something; return the names of all."""
    names = []
    for _, service, name, *words in commands(printed):
        names.append(f"{service} {name}")
        given = _flags(words, folder)
        if name == "deploy":
            tags = [dict(zip(("Key", "Value"), each.split("="), strict=True)) for each in given["Tags"]]
            account.client(service).create_stack(
                StackName=given["StackName"][0],
                TemplateBody=(folder / given["TemplateFile"][0]).read_text(),
                Capabilities=given["Capabilities"],
                Tags=tags,
            )
        elif name in ("create-role", "put-role-policy"):
            options: dict[str, Any] = {flag: values[0] for flag, values in given.items()}
            if "Tags" in given:
                options["Tags"] = [dict(part.split("=") for part in each.split(",")) for each in given["Tags"]]
            getattr(account.client(service), name.replace("-", "_"))(**options)
    return names


def follow_link(account: Account, printed: str) -> str:
    """Make the stack that the printed link fills in, and return the link.

    The emulator cannot read Panther's public template: ours has its parameters.
    """
    (link,) = set(LINK.findall(printed))
    given = parse_qs(link.split("?", 2)[-1])
    parameters = [
        {"ParameterKey": name.removeprefix("param_"), "ParameterValue": values[0]}
        for name, values in given.items()
        if name.startswith("param_")
    ]
    account.client("cloudformation").create_stack(
        StackName=given["stackName"][0],
        TemplateBody=role_template(S3Source(), PantherDeployment(), ""),
        Parameters=parameters,
        Capabilities=CAPABILITIES,
    )
    return str(link)


def _flags(words: list[str], folder: Path) -> dict[str, list[str]]:
    """Return the values of each flag, under the name that boto3 has for it; files are read."""
    found: dict[str, list[str]] = {}
    for is_flag, group in groupby(words, lambda word: word.startswith("--")):
        if is_flag:
            *_, flag = (word.removeprefix("--").title().replace("-", "") for word in group)
        else:
            found[flag] = [
                (folder / word.removeprefix("file://")).read_text() if word.startswith("file://") else word
                for word in group
            ]
    return found
