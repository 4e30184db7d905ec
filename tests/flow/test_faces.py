"""Both faces of the program have every step, way, refusal and way back: the table beside this says where."""

from __future__ import annotations

import ast
import inspect
import io
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from panther_s3 import form_words as form
from panther_s3.answers import Answers
from panther_s3.flow import Done, Step
from panther_s3.form_words import FieldWords
from panther_s3.headings import HEADINGS, lead_of
from panther_s3.help_texts import sections
from screens.parts.dialog import Dialog, ScrollingDialog
from screens.step import StepScreen
from tests.flow.faces import BY_NATURE_FULL, FIELDS, NO_CHOICE_PLAIN, TABLE, Row
from tests.flow.offered import FULL, PLAIN, calls, full_offers, modules, name_of, plain_offers, resolve, short, tree
from tui.connections import Connections
from tui.plain import menus, run
from tui.plain.prompts import BACK, HELP, Choice, Prompts, WentBack
from tui.plain.steps import function_of
from tui.plain.typed import TypedPrompts
from tui.plain.ui import Ui
from tui.plain.voice import Voice
from tui.plain.work import Work
from tui.wiring import screen_for

ROWS = [(where, row) for where, rows in TABLE.items() for row in rows]
FULL_PLACES = {place for _, row in ROWS for place in row.full_places}
PLAIN_PLACES = {place for _, row in ROWS for place in row.plain_places}
BASES = {"Dialog", "ScrollingDialog", "ConfirmDialog", "TopicFrame"}
"""Dialogs that are shown as others alone, or ask before what has a row of its own."""
ASKING = {"choose", "confirm", "text", "secret", "path", "many"}
WORDS = FieldWords("field", "A field")


def _name(of: tuple[Step | str, Row]) -> str:
    where, row = of
    return f"{where.value if isinstance(where, Step) else where}: {row.can}"


@pytest.fixture
def connections() -> Connections:
    return Connections(None, lambda serial: "")


# Every step, and its name


def test_the_table_has_every_step() -> None:
    assert {where for where in TABLE if isinstance(where, Step)} == set(Step)


@pytest.mark.parametrize("step", Step, ids=lambda step: step.value)
def test_a_step_is_a_screen_and_a_function(step: Step, connections: Connections) -> None:
    screen = screen_for(step, Answers(), connections)
    assert isinstance(screen, StepScreen)
    assert screen.STEP is step
    assert list(inspect.signature(function_of(step)).parameters) == ["ui", "answers"]


@pytest.mark.parametrize("step", Step, ids=lambda step: step.value)
def test_a_step_has_one_name(step: Step, connections: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = Voice(io.StringIO())
    ui = Ui(voice, TypedPrompts(voice), connections, Work(), lasting=False)
    monkeypatch.setattr(run, "_begin", lambda *_: (Answers(), step))
    monkeypatch.setattr(run, "function_of", lambda _: lambda _, answers: Done(answers))
    run._walk(ui, (), (), None)
    said = voice.stream.getvalue()  # type: ignore[attr-defined]
    shown = screen_for(step, Answers(), connections)._heading().plain
    assert HEADINGS[step].title in said
    assert HEADINGS[step].title in shown
    assert lead_of(step, Answers()) in said
    assert HEADINGS[step].lead in shown


# What the table says is so


@pytest.mark.parametrize("of", ROWS, ids=_name)
def test_both_faces_have_it(of: tuple[Step | str, Row]) -> None:
    _, row = of
    assert row.full_places
    assert row.plain_places
    for place in row.full_places:
        _look_up(place, FULL, full_offers())
    for place in row.plain_places:
        _look_up(place, PLAIN, plain_offers())
        module, _, name = place.partition(":")
        if name.isupper():
            assert _is_used(import_module(f"{PLAIN}.{module}"), name), f"{place} is offered nowhere"


def test_what_the_full_screen_offers_is_in_the_table() -> None:
    assert full_offers() - FULL_PLACES - BY_NATURE_FULL.keys() == set()


def test_what_plain_prompts_offer_is_in_the_table() -> None:
    assert plain_offers() - PLAIN_PLACES - NO_CHOICE_PLAIN.keys() == set()


def test_no_exception_is_out_of_date() -> None:
    assert BY_NATURE_FULL.keys() <= full_offers() - FULL_PLACES
    assert NO_CHOICE_PLAIN.keys() <= plain_offers() - PLAIN_PLACES


def test_every_dialog_is_in_the_table() -> None:
    every = {each for module in modules(FULL) for each in vars(module).values() if _is_dialog(each)}
    named = {re.split(r"[.\[]", place.rpartition(":")[2])[0] for place in FULL_PLACES}
    assert {each.__name__ for each in every} - named - BASES == set()


def test_what_is_offered_is_found() -> None:
    """The tests above have something to look at."""
    assert len(full_offers()) > 150
    assert len(plain_offers()) > 110


# The same fields, rules and deeds


@pytest.mark.parametrize("words", [words for fields in FIELDS.values() for words in fields], ids=lambda words: words.id)
def test_both_faces_ask_for_a_field_in_the_same_words(words: FieldWords) -> None:
    (name,) = (name for name, each in vars(form).items() if each is words)
    for package in (FULL, PLAIN):
        assert any(name in _words_used(module) for module in modules(package)), package


def test_every_field_is_in_the_table() -> None:
    listed = [words.id for fields in FIELDS.values() for words in fields]
    assert sorted(listed) == sorted(words.id for words in vars(form).values() if isinstance(words, FieldWords))


def test_both_faces_hold_what_is_typed_to_the_same_rules() -> None:
    assert _rules(FULL)
    assert _rules(FULL) <= _rules(PLAIN)


def test_plain_prompts_do_all_that_the_screens_have_done() -> None:
    """Every function of the onboarding that a screen calls is called among the plain prompts as well."""
    assert _functions(FULL)
    assert _functions(FULL) - _functions(PLAIN) == set()


@pytest.mark.parametrize("step", Step, ids=lambda step: step.value)
def test_every_help_text_can_be_asked_for(step: Step) -> None:
    fields = {words.id for words in FIELDS.get(step, ())}
    given = [each for module in modules(PLAIN) for call in calls(tree(module)) for each in call.keywords]
    named = [node for each in given if each.arg == "field" for node in ast.walk(each.value)]
    literal = {node.value for node in named if isinstance(node, ast.Constant)}
    assert sections(step.value).keys() <= {"", *fields, *literal}


# Every plain prompt has a way back


def test_nothing_but_prompts_asks() -> None:
    for module in modules(PLAIN):
        name = short(module.__name__, PLAIN)
        imported: set[str] = set()
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Import):
                imported.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).split(".")[0])
        assert not imported & {"questionary", "prompt_toolkit"} or name == "menus", name
        assert "getpass" not in imported or name == "typed", name
        assert not any(name_of(call) in ("input", "readline") for call in calls(tree(module))) or name == "typed", name


def test_the_steps_ask_by_what_can_go_back_alone() -> None:
    read = [node for module in modules(PLAIN) for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)]
    asked = {node.attr for node in read if isinstance(node.value, ast.Attribute) and node.value.attr == "ask"}
    assert asked == ASKING | {"asked", "help"}


def _asked(prompts: Prompts) -> dict[str, Callable[[], object]]:
    """A question of each kind."""
    choices = [Choice("one", "One"), Choice("two", "Two")]
    return {
        "choose": lambda: prompts.choose("Which?", choices),
        "confirm": lambda: prompts.confirm("Shall it?"),
        "text": lambda: prompts.text(WORDS, "a default"),
        "secret": lambda: prompts.secret(WORDS, rule=lambda _: ""),
        "path": lambda: prompts.path("Save as", "file.yml"),
        "many": lambda: prompts.many(WORDS, ("AWS.CloudTrail", "AWS.S3ServerAccess"), ()),
    }


@contextmanager
def _typed(keys: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Prompts]:
    stream = io.StringIO("".join(f"{key}\n" for key in keys))
    monkeypatch.setattr("sys.stdin", stream)
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: input())
    yield TypedPrompts(Voice(io.StringIO()))


@contextmanager
def _menus(keys: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Prompts]:
    monkeypatch.setattr(menus, "create_output", lambda stdout: DummyOutput())
    with create_pipe_input() as typed, create_app_session(input=typed, output=DummyOutput()):
        prompts = menus.MenuPrompts(Voice(io.StringIO()))
        waiting = list(keys)
        ask = prompts.ask

        def press(make: Callable[..., Any], *args: Any, **options: Any) -> Any:
            """Press one key for each question, with Enter behind it where the question takes a line."""
            typed.send_text(waiting.pop(0) + ("" if options.get("keys") else "\r"))
            return ask(make, *args, **options)

        monkeypatch.setattr(prompts, "ask", press)
        yield prompts


@pytest.mark.parametrize("face", [_typed, _menus], ids=["typed", "menus"])
@pytest.mark.parametrize("kind", sorted(ASKING))
def test_a_question_leads_back(face: Any, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with face(BACK, monkeypatch) as prompts, pytest.raises(WentBack):
        _asked(prompts)[kind]()
    assert prompts.asked == 0


@pytest.mark.parametrize("face", [_typed, _menus], ids=["typed", "menus"])
@pytest.mark.parametrize("kind", sorted(ASKING))
def test_a_question_is_explained_and_asked_again(face: Any, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with face(HELP + BACK, monkeypatch) as prompts:
        prompts.help = lambda field: "As a shell has it."
        with pytest.raises(WentBack):
            _asked(prompts)[kind]()
    assert "s a shell has it" in prompts.voice.stream.getvalue()  # a path is explained in words of its own


def _look_up(place: str, face: str, offers: frozenset[str]) -> None:
    """Find what stands at a place: a label among those that are offered, all else by importing it."""
    if place.endswith("]"):
        assert place in offers
    else:
        assert resolve(place, face) is not None


def _is_used(module: ModuleType, name: str) -> bool:
    """Whether a module, or one that takes it from there, reads its text `name`."""
    readers = [module, *(each for each in modules(PLAIN) if name in _imports_of(each, module.__name__))]
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for reader in readers
        for node in ast.walk(tree(reader))
    )


def _imports_of(module: ModuleType, source: str) -> set[str]:
    """The names that a module takes from another."""
    taken = (node for node in ast.walk(tree(module)) if isinstance(node, ast.ImportFrom) and node.module == source)
    return {alias.name for node in taken for alias in node.names}


def _is_dialog(each: object) -> bool:
    return isinstance(each, type) and issubclass(each, Dialog) and each not in (Dialog, ScrollingDialog)


def _words_used(module: ModuleType) -> set[str]:
    """The names of form_words that a module speaks of."""
    found = {node.attr for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)}
    return found | _imports_of(module, "panther_s3.form_words")


def _rules(package: str) -> set[str]:
    """The rules for fields that a face applies."""
    found: set[str] = set()
    for module in modules(package):
        found |= _imports_of(module, "panther_s3.rules")
        read = [node for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)]
        found |= {node.attr for node in read if isinstance(node.value, ast.Name) and node.value.id == "rules"}
    return {name for name in found if name.endswith(("_fault", "_warning"))}


def _functions(package: str) -> set[str]:
    """The functions of the onboarding that a face takes, in full."""
    found: set[str] = set()
    for module in modules(package):
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("panther_s3"):
                source = import_module(str(node.module))
                taken = (getattr(source, alias.name, None) for alias in node.names)
                found.update(f"{each.__module__}.{each.__name__}" for each in taken if inspect.isfunction(each))
    return found


def test_a_second_press_does_not_approve_what_was_not_shown_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on the full screen: a key that comes early was meant for what stood there before."""
    monkeypatch.setattr(menus, "create_output", lambda stdout: DummyOutput())
    ways = [Choice("make", "Make it"), Choice("leave", "Leave it")]
    with create_pipe_input() as typed, create_app_session(input=typed, output=DummyOutput()):
        prompts = menus.MenuPrompts(Voice(io.StringIO()))
        typed.send_text("\r\r")
        assert prompts.choose("First?", ways) == "make"
        threading.Timer(0.2, typed.send_text, ["\x1b[B\r"]).start()
        assert prompts.choose("Make this change?", ways, approves=True) == "leave"
