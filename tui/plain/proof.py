"""The last proof: a test object is put, the way of its notification shown, and the object removed again."""

from __future__ import annotations

from panther_s3.aws.proof_objects import ProofObject, put_proof_object
from panther_s3.aws.session import Aws
from panther_s3.form_words import PROOF_LEAD, PROOF_STAYS
from panther_s3.journal.changes import ChangeKind
from panther_s3.notification_way import seen_way
from panther_s3.undo import Undo
from panther_s3.way_work import Looked, proofs_of
from tui.plain.prompts import Choice, WentBack
from tui.plain.ui import Took, Ui

PUT, REMOVE, LEAVE = "Put it", "Remove it", "Leave it there"


def prove(ui: Ui, aws: Aws, looked: Looked) -> None:
    """Put a test object, show its notification's way, and remove it.

    Raises:
        WentBack: the operator goes back before anything was put.
    """
    ui.voice.section("Send a test object")
    ui.voice.say(PROOF_LEAD)
    proof = _pick(ui, proofs_of(looked.answers))
    done = ui.attempt("Putting it…", lambda: put_proof_object(aws, proof), (Choice(LEAVE, "Do without"),))
    if not isinstance(done, Took):
        ui.voice.note("ok", f"S3 has {proof.url}.")
        for state, words in seen_way(looked.way, proof.key):
            ui.voice.note(state, words)
        _until_wanted(ui)
    _remove(ui, aws)


def _pick(ui: Ui, proofs: list[ProofObject]) -> ProofObject:
    """Ask which object is put: the approval as well."""
    choices = [Choice(proof, f"{PUT}: {proof.url}") for proof in proofs]
    return ui.ask.choose("Put an object of no bytes?", choices, approves=True)


def _until_wanted(ui: Ui) -> None:
    """Wait until the object is to go: going back means that as well."""
    try:
        ui.ask.choose("When Panther has read it:", [Choice(REMOVE, REMOVE)], back="Back; the object is removed")
    except WentBack:
        return


def _remove(ui: Ui, aws: Aws) -> None:
    """Remove what was put, or may have been; what stays is named."""
    left = [each for each in aws.journal.record.momentary if each.kind is ChangeKind.TEST_OBJECT]
    if not left:
        return
    undo = Undo(aws, aws.journal)
    try:
        done = ui.attempt("Removing it…", lambda: undo.remove(ChangeKind.TEST_OBJECT), (Choice(LEAVE, LEAVE),))
    except WentBack:
        done = Took(LEAVE)
    if isinstance(done, Took):
        for change in left:
            ui.voice.note("warn", f"The {change.title} {PROOF_STAYS}")
    else:
        ui.voice.note("ok", "The test object is removed.")
