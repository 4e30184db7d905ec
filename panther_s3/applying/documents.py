"""What a way by hand needs, saved for whoever goes it, with the steps that are left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from panther_s3.answers import IamMethod
from panther_s3.applying.context import Context
from panther_s3.applying.outcome import Outcome
from panther_s3.files import write_new_file
from panther_s3.handwork import HandStep, HandValue
from panther_s3.problems import Problem, ProblemKind
from panther_s3.role_ways import (
    Document,
    console_link,
    console_steps,
    manual_documents,
    own_template_needed,
    template_commands,
    template_of,
)

AGAIN = "Then apply the file again: it finds the role and goes on."


def save_documents(context: Context, outcome: Outcome) -> dict[str, Path]:
    """Save the role's templates and policies where the file names a folder, and return their paths by name.

    Raises:
        Problem: a file cannot be written.
    """
    answers = outcome.answers
    documents = (template_of(answers), template_of(answers, terraform=True), *manual_documents(answers))
    written = {document.file_name: write(context, outcome, document.file_name, document.text) for document in documents}
    return {name: path for name, path in written.items() if path is not None}


def leave_role(context: Context, outcome: Outcome, saved: Mapping[str, Path]) -> None:
    """Note the steps that are left where the role is made by hand.

    Args:
        context: the run.
        outcome: the source.
        saved: the documents that were saved.
    """
    answers = outcome.answers
    if outcome.is_elsewhere:
        outcome.notes.append(outcome.elsewhere)
    told = "cannot be looked at from here" if outcome.is_elsewhere else "is not there"
    context.say(outcome, f"the role {told}: what it takes to make it by hand is left to do")
    method = context.orders.iam_role
    template = template_of(answers)
    where = [HandValue("Template", str(saved[template.file_name]))] if template.file_name in saved else []
    if method is IamMethod.CONSOLE_UI:
        own = bool(own_template_needed(answers))
        values = [HandValue("Link", console_link(answers, own=own)), *(where if own else [])]
        outcome.left.append(
            HandStep("Make the role in the AWS Console", (console_steps(answers, own=own), AGAIN), tuple(values))
        )
    elif method is IamMethod.TEMPLATE_FILE:
        path = str(saved.get(template.file_name, ""))
        commands = HandValue("Commands", template_commands(answers, path), "shell")
        text = ("Apply the template your own way, or by these commands.", AGAIN)
        outcome.left.append(HandStep("Apply the role's template", text, (*where, commands)))
    else:
        text = ("Make a role of these two policies, by the commands or in IAM's console.", AGAIN)
        named = tuple(_named(document, saved) for document in manual_documents(answers))
        outcome.left.append(HandStep("Make the role", text, named))


def _named(document: Document, saved: Mapping[str, Path]) -> HandValue:
    """A document by its path where it was saved, else whole."""
    if document.file_name in saved:
        return HandValue(document.file_name, str(saved[document.file_name]))
    return HandValue(document.file_name, document.text, "json" if document.language == "json" else "shell")


def write(context: Context, outcome: Outcome, name: str, text: str) -> Path | None:
    """Write a file of the source into its own folder, replacing that of an earlier run; None where none is to be saved.

    Raises:
        Problem: it cannot be written.
    """
    if context.folder is None:
        return None
    folder = context.folder / outcome.answers.source.aws_account_id / _folder_name(outcome.answers.role_suffix)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    path = write_new_file(folder / name, text, overwrite=True)
    context.saved.append(path)
    return path


def _folder_name(suffix: str) -> str:
    """The name of a source's folder: its suffix, without what would lead elsewhere."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", suffix).strip(".") or "source"


def unwritable(folder: Path, error: Exception) -> Problem:
    """Return the Problem of a folder that nothing can be saved in."""
    return Problem(
        f"Nothing can be saved in {folder}",
        (error.strerror if isinstance(error, OSError) else None) or str(error),
        "Name another folder as save_to.",
        ProblemKind.INVALID,
        speaker="",
    )
