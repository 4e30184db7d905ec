"""What a source file holds, and what can be wrong with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from panther_s3.panther import PantherDeployment
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import S3Source


@dataclass(frozen=True)
class SourceFile:
    """The contents of a source file. Keys that the file leaves out have their defaults."""

    panther: PantherDeployment
    sources: tuple[S3Source, ...]
    """At least one; an empty role ARN stands for the role of the conventional name."""
    api_url: str = ""
    onboarding: Mapping[str, str] | None = None
    """The `onboarding` section as it stands, its keys and values checked; None where there is none."""
    named: tuple[frozenset[str], ...] = field(default=(), compare=False)
    """For each source the keys that the file has, be their value null; a key left out has its default."""


@dataclass(frozen=True)
class FileError:
    """One thing that is wrong in a file: its line, counted from 1, the key's path, and the rule."""

    line: int
    key: str
    """Such as `sources[0].name`; "" where the error is not one of a key."""
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"line {self.line}", self.key, self.message) if part)


@dataclass
class SourceFileProblem(Problem):
    """A source file that cannot be used, with everything that is wrong in it."""

    errors: tuple[FileError, ...] = ()

    @classmethod
    def of(cls, name: str, errors: Iterable[FileError]) -> Self:
        """Return the problem that `errors` make of the file `name`, in the order of its lines."""
        ordered = tuple(sorted(errors, key=lambda error: error.line))
        return cls(
            f"{name} cannot be used",
            cause="\n".join(f"{name}, {error}" for error in ordered),
            remedy="Correct the file, then try again.",
            kind=ProblemKind.INVALID,
            errors=ordered,
        )
