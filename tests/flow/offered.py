"""What each face of the program offers an operator, found in its source and not asked of anybody.

A place is written "module:Class.name" for what can be imported, and "module:Class[label]" or "module[label]" for the
label of a button, box, tab or choice; "…" stands for labels that are made while the program runs. Modules of the
full-screen face are named within `screens`, those of the plain one within `tui.plain`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FULL, PLAIN = "screens", "tui.plain"
LABELLED = {"Button", "Radio", "Check", "TabPane", "Tile"}
"""Widgets whose first argument is what they offer; `action_button` and `SystemCommand` name their action."""
MADE_LATER = "…"


@cache
def full_offers() -> frozenset[str]:
    """Every act that the full-screen face offers: actions, keys, buttons, boxes, tabs, and commands of the palette."""
    found: set[str] = set()
    for module in (*modules(FULL), import_module("tui.app")):
        for node in tree(module).body:
            if isinstance(node, ast.ClassDef):
                found.update(_of_class(module, node))
        if "VIEWS" in assigned(module):
            found.update(_of_views(module))
    return frozenset(found)


@cache
def plain_offers() -> frozenset[str]:
    """Every way that a plain prompt offers: the texts of the modules that make choices, and their literal labels."""
    found: set[str] = set()
    for module in modules(PLAIN):
        choices = [call for call in calls(tree(module)) if name_of(call) == "Choice"]
        if not choices:
            continue
        place = short(module.__name__, PLAIN)
        found.update(f"{place}:{name}" for name in assigned(module) if isinstance(getattr(module, name), str))
        for argument in (each for call in choices for each in call.args[:2]):
            if isinstance(argument, ast.Name) and argument.id.isupper():
                found.add(f"{place}:{argument.id}")
            elif isinstance(argument, ast.Constant) and argument in [call.args[1] for call in choices]:
                found.add(f"{place}[{argument.value}]")
    return frozenset(found)


def modules(package: str) -> Iterator[ModuleType]:
    """Import every module of `package`."""
    folder = ROOT / package.replace(".", "/")
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield import_module(".".join(parts).removesuffix(".__init__"))


@cache
def tree(module: ModuleType) -> ast.Module:
    """Parse the source of a module."""
    assert module.__file__ is not None
    return ast.parse(Path(module.__file__).read_text())


def calls(node: ast.AST) -> list[ast.Call]:
    """Return every call within `node`."""
    return [each for each in ast.walk(node) if isinstance(each, ast.Call)]


def name_of(call: ast.Call) -> str:
    """Return the last part of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def assigned(module: ModuleType) -> list[str]:
    """Return the names of a module's own constants."""
    targets = [target for node in tree(module).body if isinstance(node, ast.Assign) for target in node.targets]
    names = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    return [name for name in names if name.isupper()]


def resolve(place: str, face: str) -> Any:
    """Import what stands at a place without a label.

    Raises:
        ImportError: there is no such module.
        AttributeError: it has no such name.
    """
    where, _, names = place.partition(":")
    found: Any = import_module(where if where.startswith(("panther_s3.", "tui.")) else f"{face}.{where}")
    for name in filter(None, names.split(".")):
        found = getattr(found, name)
    return found


def short(name: str, package: str) -> str:
    """Return a module's name within `package`, or whole where it stands elsewhere."""
    return name.removeprefix(f"{package}.")


def _of_views(module: ModuleType) -> Iterator[str]:
    """The labels of the buttons in each phase of what has phases."""
    for view in module.VIEWS.values():
        labels = view._replace(pane="")._asdict() | {"other_action": ""}
        yield from (f"{short(module.__name__, FULL)}[{label}]" for label in labels.values() if label)


def _of_class(module: ModuleType, node: ast.ClassDef) -> Iterator[str]:
    """What the widgets, keys and methods of one class offer."""
    of, place = getattr(module, node.name), f"{short(module.__name__, FULL)}:{node.name}"
    yield from (_action(of, name) for name in vars(of) if name.startswith("action_"))
    for binding in vars(of).get("BINDINGS", ()):
        yield _action(of, binding[1] if isinstance(binding, tuple) else binding.action)
    for call in calls(node):
        match name_of(call):
            case "action_button":
                yield _action(of, ast.literal_eval(call.args[1]))
            case "SystemCommand":
                yield _command(of, place, call)
            case name if name in LABELLED:
                yield from (f"{place}[{label}]" for label in _labels(call.args[0], module))
        asked = [each.value for each in call.keywords if each.arg in ("do", "keep")]
        yield from (f"{place}[{label}]" for each in asked for label in _labels(each, module) if label != MADE_LATER)
    for assigned in (each for each in ast.walk(node) if isinstance(each, ast.Assign)):
        if any(isinstance(target, ast.Attribute) and target.attr == "label" for target in assigned.targets):
            yield from (f"{place}[{each}]" for each in _labels(assigned.value, module) if each != MADE_LATER)


def _action(of: type, action: str) -> str:
    """The method that an action is: of the first class that has it; the action itself where it is Textual's own."""
    name = "action_" + re.sub(r"\(.*", "", action).removeprefix("action_")
    ours = [each for each in reversed(of.__mro__) if each.__module__.startswith((FULL, "tui.")) and name in vars(each)]
    return f"{short(ours[0].__module__, FULL)}:{ours[0].__name__}.{name}" if ours else name.removeprefix("action_")


def _command(of: type, place: str, call: ast.Call) -> str:
    """What a command of the palette leads to: a method of the screen, or else its title."""
    target = call.args[2]
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        return _action(of, target.attr) if target.attr.startswith("action_") else f"{place}.{target.attr}"
    return f"{place}[{ast.literal_eval(call.args[0])}]"


def _labels(node: ast.expr, module: ModuleType) -> list[str]:
    """The texts that a label may be."""
    if isinstance(node, ast.IfExp):
        return [*_labels(node.body, module), *_labels(node.orelse, module)]
    if isinstance(node, ast.Call) and name_of(node) in ("plain", "Content"):
        return _labels(node.args[0], module)
    try:
        found = eval(compile(ast.Expression(node), "label", "eval"), vars(module))
    except (NameError, AttributeError):
        return [MADE_LATER]
    return [found] if found else []
