"""A step that is done by hand, and the commands in it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Literal

from panther_s3.answers import Answers


@dataclass(frozen=True)
class HandValue:
    """Something to paste or to choose, under the label that the console gives it."""

    label: str
    value: str
    """"" stands for a field that is left empty."""
    language: Literal["json", "text", "shell"] = "text"


@dataclass(frozen=True)
class HandStep:
    """One step: what it is, what to do and why, and the values that it needs."""

    title: str
    text: tuple[str, ...]
    """Paragraphs."""
    values: tuple[HandValue, ...] = ()


def aws_command(answers: Answers, region: str, *words: str) -> str:
    """Return the AWS CLI's command of `words` in `region` with the operator's profile, quoted for a shell."""
    profile = ("--profile", answers.profile) if answers.profile else ()
    return shlex.join(("aws", *words, "--region", region, *profile))


def bucket_region(answers: Answers) -> str:
    """Return the region that topics belong in; a placeholder in capitals while it is not known."""
    return answers.region_of_bucket or "BUCKET-REGION"
