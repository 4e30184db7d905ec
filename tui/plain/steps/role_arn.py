"""Role ARN: the role that Panther will assume, looked up once it is named."""

from __future__ import annotations

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.aws.readings import find_role
from panther_s3.aws.roles import Role, Roles
from panther_s3.checks.role import judge_trust
from panther_s3.flow import Forward, StepResult
from panther_s3.policies import to_json
from panther_s3.text import clean_arn
from tui.plain.prompts import Choice
from tui.plain.ui import Took, Ui

GO_ON, TRUST = "Continue", "Show its trust policy"
NOT_LOOKED_UP = "Go on without looking it up"


def role_arn(ui: Ui, answers: Answers) -> StepResult:
    """Ask for the role's ARN, and say whom the role of that name trusts."""
    return Forward(ui.in_turn(answers, lambda said: _ask(ui, said), lambda said: _look_up(ui, said)))


def _ask(ui: Ui, answers: Answers) -> Answers:
    account, partition = answers.source.aws_account_id, answers.partition
    typed = ui.ask.text(
        form.ROLE_ARN,
        answers.role_arn,
        rule=lambda arn: rules.role_arn_fault(arn, account, partition),
        clean=clean_arn,
    )
    if typed == answers.role_arn:  # one that is only proposed goes on following the source's name
        return answers
    return answers.with_source(log_processing_role_arn=typed)


def _look_up(ui: Ui, answers: Answers) -> Answers:
    """Say what AWS knows of the role; one that is not there yet can be gone on with."""
    if answers.identity is None:
        return answers
    roles = Roles(ui.connections.of(answers))
    named = answers.with_source(log_processing_role_arn=answers.role_arn)
    found = ui.attempt(
        "Looking the role up…", lambda: find_role(roles, named), (Choice("", NOT_LOOKED_UP),), back="Back, to the ARN"
    )
    if isinstance(found, Took):
        return answers
    if found is None:
        ui.voice.note("warn", "AWS has no role of this name yet. You can go on; the next step checks again.")
        return answers
    if found.arn != answers.role_arn:
        ui.voice.note("fail", f"The role of that name is {found.arn}.")
    else:
        trust = judge_trust(found, answers.panther)
        ui.voice.note(trust.status.value, trust.detail)
    _show_trust(ui, found)
    return answers


def _show_trust(ui: Ui, role: Role) -> None:
    """Print whom the role trusts, where that is wanted."""
    choices = [Choice(GO_ON, GO_ON), Choice(TRUST, TRUST)]
    while ui.ask.choose("What now?", choices, default=GO_ON, back="Back, to another ARN") == TRUST:
        ui.voice.document(to_json(role.trust))
