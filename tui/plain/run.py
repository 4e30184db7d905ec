"""The plain wizard: the same flow, one prompt after the other, from the first step to the last."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from panther_s3.answers import Answers
from panther_s3.flow import Back, GoTo, Step, StepResult, next_step, stage_of, stages
from panther_s3.headings import HEADINGS, lead_of
from panther_s3.journal.records import Record
from panther_s3.problems import UNEXPECTED_ADVICE, Problem, unexpected
from panther_s3.report import as_markdown
from tui.connections import Connections
from tui.exit_codes import DONE, INTERRUPTED
from tui.output import let_go
from tui.plain.prompts import KEYS, Choice, Prompts, WentBack
from tui.plain.resume import offer_to_resume
from tui.plain.steps import function_of
from tui.plain.terminal import can_redraw, take_any_character
from tui.plain.ui import RUN, Leave, Ui, run_choice
from tui.plain.voice import Voice
from tui.plain.work import Interrupted, Work, signals_end_the_run, wait_for_writes

ANEW = "Try the step again"


def run_plain(
    *choices: Answers,
    endpoint_url: str | None = None,
    demo: bool = False,
    state_dir: Path | None = None,
    unfinished: Sequence[Record] = (),
    why: str = "",
) -> int:
    """Walk the flow with plain prompts and return the exit code.

    Args:
        choices: what is known beforehand; of several, the operator is asked for one.
        endpoint_url: the AWS endpoint to talk to, where it is not AWS itself.
        demo: say that this is the embedded AWS.
        state_dir: where the run is recorded; None for nowhere.
        unfinished: earlier runs to offer, the latest first.
        why: why it is plain, where nobody asked for that.
    """
    stream = sys.stdout if sys.stdout.isatty() else sys.stderr
    take_any_character(sys.stdin, sys.stdout, sys.stderr)
    voice, work = Voice(stream), Work()
    ui: Ui
    connections = Connections(endpoint_url, lambda serial: ui.ask_mfa_code(serial), state_dir=state_dir, demo=demo)
    ui = Ui(voice, prompts_for(voice), connections, work, lasting=not demo and state_dir is not None)
    try:
        with signals_end_the_run():
            if why:
                voice.say(why)
            voice.say("Panther S3 wizard" + (", on an embedded AWS: nothing of yours is touched." if demo else "."))
            voice.say(KEYS)
            answers = _walk(ui, choices or (Answers(),), unfinished, state_dir)
    except (Interrupted, KeyboardInterrupt, EOFError, BrokenPipeError):
        return _leave(ui)
    with suppress(Problem):  # the run is offered again then, with nothing lost
        connections.journal.end()
    return DONE if stream is sys.stdout else _report(answers)


def _report(answers: Answers) -> int:
    """Print what the run came to, and return the exit code."""
    try:
        sys.stdout.write(as_markdown(answers))
        sys.stdout.flush()
    except BrokenPipeError:
        let_go(sys.stdout)
        return INTERRUPTED
    return DONE


def prompts_for(voice: Voice) -> Prompts:
    """Return questions as the terminal can show them."""
    if can_redraw(voice.stream):
        from tui.plain.menus import MenuPrompts

        return MenuPrompts(voice)
    from tui.plain.typed import TypedPrompts

    return TypedPrompts(voice)


def _walk(ui: Ui, choices: Sequence[Answers], unfinished: Sequence[Record], folder: Path | None) -> Answers:
    """Lead through the steps, and return the answers of the last."""
    answers, following = _begin(ui, choices, unfinished, folder)
    step: Step | None = following
    while step is not None:
        ui.begin(step, answers)
        names = stages(answers)
        stage = stage_of(step)
        place = f"stage {names.index(stage) + 1} of {len(names)}, {stage}" if stage in names else stage
        ui.voice.heading(HEADINGS[step].title, lead_of(step, answers), place)
        try:
            result = function_of(step)(ui, answers)
        except WentBack:
            result = Back(ui.answers)
            if step is Step.WELCOME:
                ui.voice.say("This is the first question. Ctrl-C leaves.")
        except Leave as leave:
            result = leave.result
        except (EOFError, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - no gateway put it into words, and the wizard goes on
            result = _after(ui, error)
        answers = result.answers
        step = next_step(step, result)
    return answers


def _after(ui: Ui, error: Exception) -> StepResult:
    """Say what broke the step off, and ask whether to begin it anew or to go back."""
    problem = error if isinstance(error, Problem) else unexpected(error, UNEXPECTED_ADVICE)
    ui.voice.problem(problem)
    try:
        if ui.ask.choose("What now?", [Choice(ANEW, ANEW), *run_choice(problem)], default=ANEW) == RUN:
            ui.run_here(problem.command)
    except WentBack:
        return Back(ui.answers)
    return GoTo(ui.step, ui.answers)


def _begin(
    ui: Ui, choices: Sequence[Answers], unfinished: Sequence[Record], folder: Path | None
) -> tuple[Answers, Step]:
    """Return the answers and the step to begin with: of an earlier run that is gone on with, else the first."""
    if unfinished and folder is not None:
        resumed = offer_to_resume(ui, unfinished, folder)
        if resumed is not None:
            return resumed
    while len(choices) > 1:
        names = [Choice(place, each.source.name) for place, each in enumerate(choices)]
        with suppress(WentBack):
            return choices[ui.ask.choose("Which source?", names, back="There is nothing before this")], Step.WELCOME
    return choices[0], Step.WELCOME


def _leave(ui: Ui) -> int:
    """End an interrupted run: what was sent is waited for, what was said kept, and what that means told."""
    connections = ui.connections

    def say(text: str) -> None:
        with suppress(BrokenPipeError):  # the terminal may be gone already
            ui.voice.say(text)

    with suppress(Interrupted, KeyboardInterrupt), signals_end_the_run():
        wait_for_writes(connections.writes, say)
    run = connections.journal.record
    connections.journal.close()
    kept = ui.lasting and ui.kept
    say("\nInterrupted.")
    if run.to_take_back:
        say(f"This run changed {run.changed_where}, and is not finished.")
        if kept:
            say("The next start offers to go on. This takes it back:")
            with suppress(BrokenPipeError):
                ui.voice.document(connections.undo_command())
    elif kept and ui.step is not Step.WELCOME:
        say("What you said is kept: the next start offers to go on.")
    return INTERRUPTED
