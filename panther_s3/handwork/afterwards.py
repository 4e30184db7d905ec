"""What comes after the wizard: in Panther, in the days after, and to take back what was made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from panther_s3.answers import Answers, Made, NotificationsBy
from panther_s3.handwork.steps import HandStep, HandValue, aws_command
from panther_s3.source import TOPIC_STACK_PREFIX
from panther_s3.state import APP
from panther_s3.templates import role_parameters


def next_steps(answers: Answers) -> tuple[HandStep, ...]:
    """Return what is left to do once the wizard ends, and what to expect."""
    if answers.taken_back:
        return (_begin_again(answers),)
    known = answers.notified or answers.notifications_by is NotificationsBy.PANTHER
    notifications = () if known else (_notifications(answers),)
    return (
        *((_mend(answers),) if answers.failed_checks else ()),
        *(() if answers.source_id else (_save_source(answers),)),
        *notifications,
        *_alarm(answers),
        _first_events(answers),
        _keep_in_mind(answers),
    )


def undo_steps(answers: Answers) -> tuple[HandStep, ...]:
    """Return how to take back what this run did in AWS, the last thing first; nothing where it did nothing."""
    has_stack = any(_is_stack(thing) and thing.before is None for thing in answers.made)
    by_program = [thing for thing in answers.made if thing.put_back.startswith(APP)]
    return (
        *((_by_program(by_program),) if by_program else ()),
        *(
            _undo(answers, thing)
            for thing in reversed(answers.made)
            # a role goes with the stack that made it
            if thing not in by_program and not (has_stack and thing.kind == "IAM role")
        ),
    )


def delete_stack_values(answers: Answers, region: str, name: str) -> tuple[HandValue, ...]:
    """Return the commands that delete a stack and return once it is gone."""
    delete = aws_command(answers, region, "cloudformation", "delete-stack", "--stack-name", name)
    wait = aws_command(answers, region, "cloudformation", "wait", "stack-delete-complete", "--stack-name", name)
    return HandValue("Delete", delete, "shell"), HandValue("Wait", wait, "shell")


def _begin_again(answers: Answers) -> HandStep:
    left = "; ".join(f"the {thing.kind} {thing.name}" for thing in answers.made)
    return HandStep(
        "Do not save this source in Panther as it is",
        (
            "What this run did in AWS was taken back, or a part of it: Panther could not read the bucket by the values "
            "above. If the source is in Panther already, delete it there.",
            f"What is left of the run: {left}." if left else "Nothing of the run is left in AWS.",
            "Back leads to the steps, which make again what is missing. Or finish here.",
        ),
    )


def _mend(answers: Answers) -> HandStep:
    return HandStep(
        "Mend what the checks found",
        (*answers.failed_checks, "Panther reads nothing, or not all, until this is mended; then check again."),
    )


def _save_source(answers: Answers) -> HandStep:
    return HandStep(
        "Save the source in Panther",
        (
            "Enter the values above in Panther's Console. On its page for the IAM role, choose "
            "“I want to set everything up on my own”: the role is there, and the page takes its ARN.",
            "Panther then assumes the role and looks at the bucket. It saves the source even if that fails.",
        ),
        (HandValue("Role ARN", answers.role_arn),),
    )


def _notifications(answers: Answers) -> HandStep:
    return HandStep(
        "See that the topic's subscription is confirmed",
        (
            "Panther reads an object only when it is told of it, and does not check who tells. In SNS, the "
            "subscription of Panther's queue has to be Confirmed; Panther confirms it once the source is saved.",
            *((answers.confirming,) if answers.source_id else ()),
        ),
    )


def _first_events(answers: Answers) -> HandStep:
    watch = "Once this is saved as a source file, the command tells later whether events arrive."
    by_api = answers.by_api and bool(answers.source_id)
    return HandStep(
        "Look at the first events",
        (
            *((watch,) if by_api else ()),
            "In Panther's Console under Data Explorer, about five minutes after the next object is written. Alerts "
            "follow within another two and a half minutes.",
            "Objects that are in the bucket already are not read: S3 tells of new ones only.",
        ),
        (HandValue("Watch", f"{APP} status FILE", "shell"),) if by_api else (),
    )


def _alarm(answers: Answers) -> tuple[HandStep, ...]:
    """What the drop-off alarm still wants; nothing where none is wanted, nor there."""
    wanted, there = answers.source.drop_off_alarm_minutes, answers.alarm_set
    reaches = "It goes to the alert destinations that take System Errors, once, and is not repeated."
    if answers.source_id and wanted != there:
        what = "Take the drop-off alarm away" if wanted is None else "Set the drop-off alarm"
        minutes = () if wanted is None else (HandValue("Minutes without an event", str(wanted)),)
        where = "It is not as it shall be yet. In Panther's Console: the source, Alarm Configuration."
        return (HandStep(what, (where, *((reaches,) if wanted is not None else ())), minutes),)
    return (HandStep("See that the drop-off alarm reaches you", (reaches,)),) if wanted is not None else ()


def _keep_in_mind(answers: Answers) -> HandStep:
    key = (
        "If the bucket gets another KMS key later, the role has to be allowed to use it, and Panther's page wants "
        "the source made anew."
        if answers.source.kms_key_arn
        else "If the bucket gets a KMS key of yours later, the role has to be allowed to use it, and Panther's page "
        "wants the source made anew with the key."
    )
    return HandStep(
        "Keep in mind",
        (
            "Panther keeps the raw logs for 90 days and then deletes its copies; the bucket's own objects stay.",
            key,
            "As long as the source exists in Panther, keep its role: Panther's health checks want it.",
        ),
    )


def _undo(answers: Answers, thing: Made) -> HandStep:
    """Return how to take back one thing."""
    if thing.put_back:
        return HandStep(
            f"Put back the former {thing.name}",
            ("Changed here after you agreed. The command puts it back as it was; what changed since then goes too.",),
            (HandValue("Command", thing.put_back, "shell"),),
        )
    if not _is_stack(thing):
        return _delete_other(thing)
    return _delete_stack(answers, thing) if thing.before is None else _put_back(answers, thing, thing.before)


def _by_program(things: Sequence[Made]) -> HandStep:
    """Return how the wizard itself takes back what it changed; the command is one for the whole run."""
    return HandStep(
        "Take back all that this run did",
        (
            f"Among it: {'; '.join(dict.fromkeys(f'the {thing.name}' for thing in things))}.",
            "The command shows what it takes back, and asks first. What others added or changed since stays.",
        ),
        (HandValue("Command", things[-1].put_back, "shell"),),
    )


def _put_back(answers: Answers, stack: Made, before: Mapping[str, str]) -> HandStep:
    """Return how to take back an update; the stack itself was there before and is not deleted."""
    title = f"Put the stack {stack.name} back"
    kept = "The stack was there before this run, which updated it: deleting it would take more than was done here."
    if before.keys() != role_parameters(answers.source, answers.panther, answers.role_suffix).keys():
        return HandStep(
            title,
            (kept, "It came from another template than the wizard's: update it with that template and these values."),
            tuple(HandValue(name, value) for name, value in before.items()),
        )
    words = [f"ParameterKey={name},ParameterValue={_quoted(value)}" for name, value in before.items()]
    update = aws_command(
        answers, stack.region, "cloudformation", "update-stack", "--stack-name", stack.name, "--use-previous-template",
        "--capabilities", "CAPABILITY_NAMED_IAM", "--parameters", *words,
    )  # fmt: skip
    wait = aws_command(
        answers, stack.region, "cloudformation", "wait", "stack-update-complete", "--stack-name", stack.name
    )
    return HandStep(
        title,
        (
            kept,
            "The command gives it the parameters again that it had. AWS keeps no earlier template: what was edited in "
            "the template by hand has to come from where you keep it. The second command returns once it is done.",
        ),
        (HandValue("Put back", update, "shell"), HandValue("Wait", wait, "shell")),
    )


def _quoted(value: str) -> str:
    """Return `value` as the AWS CLI's shorthand takes it: a comma or a quote would end it (CLI user guide)."""
    return json.dumps(value) if any(mark in value for mark in ",\"' \\") else value


def _delete_stack(answers: Answers, stack: Made) -> HandStep:
    return HandStep(
        f"Delete the stack {stack.name}",
        (
            "Delete the source in Panther first, if it is saved there. The stack takes what it made along with it: "
            f"{_made_by(stack)}. Logs and bucket are not touched. The second command returns once it is gone.",
        ),
        delete_stack_values(answers, stack.region, stack.name),
    )


def _made_by(stack: Made) -> str:
    of_topic = stack.name.startswith(TOPIC_STACK_PREFIX)
    return "the topic, its key and its subscription" if of_topic else "the role"


def _delete_other(thing: Made) -> HandStep:
    return HandStep(
        f"Delete the {thing.kind} {thing.name}",
        ("In the AWS Console, once nothing else uses it.",),
        (HandValue("ARN", thing.arn),),
    )


def _is_stack(thing: Made) -> bool:
    return thing.kind == "CloudFormation stack"
