"""What a way by hand needs, saved for whoever goes it, with the steps that are left."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

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


def save_documents(context: Context, outcome: Outcome) -> None:
    """Save what the way of the file wants by hand, and note the steps that are left.

    Raises:
        Problem: a file cannot be written.
    """
    answers = outcome.answers
    context.say(outcome, "the role is not there: what it takes to make it by hand is left to do")
    method = context.orders.iam_role
    if method is IamMethod.CONSOLE_UI:
        own = bool(own_template_needed(answers))
        saved = _save(context, outcome, template_of(answers)) if own else None
        values = [HandValue("Link", console_link(answers, own=own))]
        values += [HandValue("Template", str(saved))] if saved is not None else []
        text = (console_steps(answers, own=own), AGAIN)
        outcome.left.append(HandStep("Make the role in the AWS Console", text, tuple(values)))
    elif method is IamMethod.TEMPLATE_FILE:
        template = template_of(answers)
        saved = _save(context, outcome, template)
        commands = HandValue("Commands", template_commands(answers, str(saved or "")), "shell")
        where = () if saved is None else (HandValue("Template", str(saved)),)
        text = ("Apply the template your own way, or by these commands.", AGAIN)
        outcome.left.append(HandStep("Apply the role's template", text, (*where, commands)))
    else:
        documents = manual_documents(answers)
        paths = [_save(context, outcome, document) for document in documents]
        values = [
            HandValue(document.file_name, str(path) if path else document.text, "text" if path else _language(document))
            for document, path in zip(documents, paths, strict=True)
        ]
        text = ("Make a role of these two policies, by the commands or in IAM's console.", AGAIN)
        outcome.left.append(HandStep("Make the role", text, tuple(values)))


def write(context: Context, outcome: Outcome, name: str, text: str) -> Path | None:
    """Write a file of the source into the folder of the file, replacing one of an earlier run; None without a folder.

    Raises:
        Problem: it cannot be written.
    """
    if context.folder is None:
        return None
    folder = context.folder / (outcome.answers.role_suffix or "source")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    path = write_new_file(folder / name, text, overwrite=True)
    context.saved.append(path)
    return path


def unwritable(folder: Path, error: Exception) -> Problem:
    """Return the Problem of a folder that nothing can be saved in."""
    return Problem(
        f"Nothing can be saved in {folder}",
        (error.strerror if isinstance(error, OSError) else None) or str(error),
        "Name another folder as save_to.",
        ProblemKind.INVALID,
        speaker="",
    )


def _save(context: Context, outcome: Outcome, document: Document) -> Path | None:
    return write(context, outcome, document.file_name, document.text)


def _language(document: Document) -> Literal["json", "shell"]:
    return "json" if document.language == "json" else "shell"
