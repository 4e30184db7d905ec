"""YAML as nodes: no object is made from a file, and every key keeps the line that it stands in."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from panther_s3.source_file.model import FileError

if TYPE_CHECKING:
    from yaml.nodes import Node

MOST_VALUES = 100_000
"""How many values a file may come to once its aliases are followed."""

_KINDS = {
    "bool": "a truth value",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
    "null": "nothing",
}
_TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Unreadable(Exception):
    """The file cannot be read on, for the one reason given."""

    def __init__(self, error: FileError) -> None:
        super().__init__(error.message)
        self.error = error


class Reading:
    """What is found while a file is read: where each key stands, and what is wrong with it."""

    def __init__(self) -> None:
        self.errors: list[FileError] = []
        self._lines: dict[str, int] = {}

    def place(self, path: str, node: Node) -> None:
        """Note that the value of `path` is `node`.

        Raises:
            Unreadable: aliases make more of the file than anyone can have written.
        """
        self._lines[path] = node.start_mark.line + 1
        if len(self._lines) > MOST_VALUES:
            message = f"The file comes to more than {MOST_VALUES} values."
            raise Unreadable(FileError(self._lines[path], path, message))

    def refuse(self, path: str, message: str, node: Node | None = None) -> None:
        """Note what is wrong with `path`, at the line of `node`, else of its value, else of what holds it."""
        line = (
            node.start_mark.line + 1
            if node
            else next(self._lines[place] for place in _outwards(path) if place in self._lines)
        )
        self.errors.append(FileError(line, path, message))

    def sound(self, path: str) -> bool:
        """Tell whether nothing was wrong so far with `path` and what holds it."""
        refused = {error.key for error in self.errors}
        return refused.isdisjoint(_outwards(path))


class Section:
    """A mapping of the file with the keys that it may have; values are taken out by type.

    A value of the wrong type is noted as an error and read as its default. So is an empty one,
    without an error: a key with nothing behind it is as good as none.
    """

    def __init__(
        self, reading: Reading, path: str, node: Node, known: Sequence[str], required: Iterable[str] = ()
    ) -> None:
        self.reading = reading
        self._path = path
        self.named: frozenset[str] = frozenset()
        """The keys that are there, those of null as well."""
        self._values = self._keys(node, known, required)

    def at(self, key: str) -> str:
        """Return the path of `key` in the file."""
        return f"{self._path}.{key}" if self._path else key

    def text(self, key: str) -> str:
        """Return the text behind `key`; "" where there is none."""
        node = self._values.get(key)
        return self._text(self.at(key), node) if node else ""

    def account_id(self, key: str) -> str:
        """Return the digits behind `key` as written: YAML reads unquoted ones as a number, even an octal one."""
        from yaml import ScalarNode

        node = self._values.get(key)
        if not isinstance(node, ScalarNode) or _kind(node) not in {"int", "float"}:
            return self.text(key)
        if not re.fullmatch(r"[0-9]{12}", node.value):
            self.reading.refuse(self.at(key), f"YAML reads {node.value} as a number: quote it, all 12 digits.")
        return str(node.value)

    def truth(self, key: str) -> bool:
        """Return the truth value behind `key`; False where there is none."""
        from yaml import ScalarNode

        node = self._values.get(key)
        if node is None:
            return False
        value = _TRUTHS.get(node.value.lower()) if isinstance(node, ScalarNode) and _kind(node) == "bool" else None
        if value is None:
            self.reading.refuse(self.at(key), "Use true or false, without quotes.")
        return bool(value)

    def number(self, key: str) -> int | None:
        """Return the whole number behind `key`; None where there is none, or null."""
        from yaml import ScalarNode

        node = self._values.get(key)
        if node is None:
            return None
        # other forms that YAML takes, 0x5a0 or 1:30, are nobody's minutes
        if (
            not isinstance(node, ScalarNode)
            or _kind(node) != "int"
            or not re.fullmatch(r"[1-9][0-9]{0,9}|0", node.value)
        ):
            self.reading.refuse(self.at(key), "Use a whole number, digits alone and without quotes, or null.")
            return None
        return int(node.value)

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Return the one of `choices` behind `key`; "" where there is none."""
        value = self.text(key)
        if value and value not in choices:
            nearest = difflib.get_close_matches(value.lower(), [choice.lower() for choice in choices], n=1)
            meant = next((choice for choice in choices if [choice.lower()] == nearest), "")
            hint = f" Did you mean {meant}?" if meant else ""
            self.reading.refuse(self.at(key), f"Use one of {', '.join(choices)}.{hint}")
            return ""
        return value

    def section(self, key: str, known: Sequence[str], required: Iterable[str] = ()) -> Section | None:
        """Return the mapping behind `key`; None where there is none."""
        node = self._values.get(key)
        return Section(self.reading, self.at(key), node, known, required) if node else None

    def sections(self, key: str, known: Sequence[str], required: Iterable[str] = ()) -> list[Section] | None:
        """Return the mappings that are listed behind `key`; None where there is no list."""
        items = self._items(key)
        if items is None:
            return None
        return [Section(self.reading, path, node, known, required) for path, node in items]

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts that are listed behind `key`."""
        return tuple(self._text(path, node) for path, node in self._items(key) or ())

    def _keys(self, node: Node, known: Sequence[str], required: Iterable[str]) -> dict[str, Node]:
        """The nodes behind this mapping's keys, those of null left out."""
        from yaml import MappingNode, ScalarNode

        if not isinstance(node, MappingNode):
            self.reading.refuse(self._path, f"Use keys and values here, such as {known[0]}: …", node)
            return {}
        first: dict[str, int] = {}
        values = {}
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else "?"
            line = key_node.start_mark.line + 1
            if key not in known:
                self.reading.refuse(self.at(key), _unknown(key, known), key_node)
            elif key in first:
                message = f"This key is here twice; line {first[key]} has it first."
                self.reading.refuse(self.at(key), message, key_node)
            else:
                first[key] = line
                self.reading.place(self.at(key), value)
                if _kind(value) != "null":
                    values[key] = value
        self.named = frozenset(first)
        for key in required:
            if key not in values:
                self.reading.refuse(self.at(key), "This key is required.", node)
        return values

    def _items(self, key: str) -> list[tuple[str, Node]] | None:
        from yaml import SequenceNode

        node = self._values.get(key)
        if node is None:
            return None
        if not isinstance(node, SequenceNode):
            self.reading.refuse(self.at(key), "Use a list here, such as [one, two], or one item a line after dashes.")
            return None
        items = [(f"{self.at(key)}[{number}]", item) for number, item in enumerate(node.value)]
        for path, item in items:
            self.reading.place(path, item)
        return items

    def _text(self, path: str, node: Node) -> str:
        from yaml import ScalarNode

        if not isinstance(node, ScalarNode):
            fault = "Use text here, neither a list nor keys."
        elif (kind := _kind(node)) in _KINDS:
            fault = f"YAML reads {node.value or 'this'} as {_KINDS[kind]}: put it in quotes."
        elif kind != "str":
            fault = f"Use plain text, without the tag {node.tag}."
        elif any("\ud800" <= character <= "\udfff" for character in node.value):
            fault = "This holds half of a character that takes two escapes: write the character."
        else:
            return str(node.value)
        self.reading.refuse(path, fault)
        return ""


def _outwards(path: str) -> Iterator[str]:
    """`path`, what holds it, and so on to the whole file, whose path is empty."""
    yield path
    while path:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
        yield path


def _kind(node: Node) -> str:
    """The name of YAML's own type of `node`, such as `int`; another tag is returned whole."""
    return node.tag.removeprefix("tag:yaml.org,2002:")


def _unknown(key: str, known: Sequence[str]) -> str:
    nearest = difflib.get_close_matches(key, known, n=1)
    if nearest:
        return f"There is no such key here. Did you mean {nearest[0]}?"
    return f"There is no such key here. Known are {', '.join(known)}."
