"""Numbered lists and typed answers, on streams that are no terminal: what is taken, refused and said."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from panther_s3.form_words import FieldWords
from tests.host import HOSTILE
from tui.plain.prompts import Choice, WentBack
from tui.plain.typed import MOST_LISTED, TypedPrompts
from tui.plain.voice import Voice

FIELD = FieldWords("field", "A field", "What is wanted.")
WAYS = (Choice("a", "One way"), Choice("b", "Another", "Slower."), Choice("c", "A third", "", "not here"))
REFUSED = "Failed: Type a number from 1 to 3, or < to go back."


class Typist:
    """Prompts whose operator types the lines given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
        self.out, self.left = io.StringIO(), io.StringIO("".join(f"{line}\n" for line in lines))
        monkeypatch.setattr("sys.stdin", self.left)
        self.ask = TypedPrompts(Voice(self.out))
        self.ask.help = lambda field: f"Help on {field}."

    @property
    def said(self) -> str:
        return self.out.getvalue()

    @property
    def all_read(self) -> bool:
        return not self.left.read()


@pytest.mark.parametrize(
    ("typed", "taken"),
    [("1", "a"), (" 2 ", "b"), ("01", "a")],
)
def test_a_choice_is_taken_by_its_number(typed: str, taken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch, typed)
    assert typist.ask.choose("Which?", WAYS) == taken
    assert typist.said == (
        "\nWhich?\n  1. One way\n  2. Another: Slower.\n  3. A third (cannot be chosen): not here\n  < Back\n"
        "Your choice: "
    )


@pytest.mark.parametrize("wrong", ["", "0", "4", "-1", "+1", "1.0", "1 2", "٣", "²", "one", "y", "9" * 5000, "\x1b[A"])
def test_what_is_no_number_of_the_list_is_refused_and_the_list_not_repeated(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typist = Typist(monkeypatch, wrong, "1")
    assert typist.ask.choose("Which?", WAYS) == "a"
    assert typist.said.count(REFUSED) == 1
    assert typist.said.count("1. One way") == 1


def test_a_way_that_cannot_be_chosen_says_why_and_is_no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch, "3", "", "2")
    assert typist.ask.choose("Which?", WAYS, default="c") == "b"
    assert "Failed: This cannot be chosen: not here" in typist.said
    assert REFUSED in typist.said


def test_enter_alone_takes_the_default_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch, "")
    assert typist.ask.choose("Which?", WAYS, default="b") == "b"
    assert typist.said.endswith("Your choice [2]: ")


def test_a_false_value_can_be_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        Typist(monkeypatch, "").ask.choose("Which?", [Choice(False, "No"), Choice(True, "Yes")], default=False) is False
    )


def test_back_and_help_of_a_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch, "?", "<")
    with pytest.raises(WentBack):
        typist.ask.choose("Which?", WAYS, field=("one", "two"))
    assert "Help on one.\n\nHelp on two.\n" in typist.said
    assert typist.ask.asked == 0


@pytest.mark.parametrize(
    ("typed", "default", "said"),
    [
        ("y", None, True),
        ("YES", None, True),
        ("no", True, False),
        ("", True, True),
        ("", False, False),
        ("n", None, False),
    ],
)
def test_yes_and_no(typed: str, default: bool | None, said: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Typist(monkeypatch, typed).ask.confirm("Sure?", default=default) is said


def test_enter_alone_says_neither_where_nothing_is_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch, "", "maybe", "n")
    assert typist.ask.confirm("Sure?") is False
    assert typist.said.count("Failed: Type y for yes, n for no, or < to go back.") == 2
    assert typist.said.count("Sure? (y/n, < back): ") == 3


def test_a_text_is_cleaned_refused_with_the_rule_and_its_list_printed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch, "bad", "?", "  good  ")
    rule = lambda text: "" if text == "good" else f"{text} is not good"  # noqa: E731
    warning = lambda text: f"{text} is short"  # noqa: E731
    assert typist.ask.text(FIELD, rule=rule, warning=warning, known=("one", "two")) == "good"
    before_help, after_help = typist.said.split("Help on field.")
    assert before_help.count("  1. one\n") == after_help.count("  1. one\n") == 1
    assert "Failed: bad is not good\n" in before_help
    assert typist.said.endswith("Warning: good is short\n")


def known(count: int) -> tuple[str, ...]:
    return tuple(f"bucket-{number}" for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("2", "bucket-2"),
        (str(MOST_LISTED), f"bucket-{MOST_LISTED}"),
        (str(MOST_LISTED + 1), str(MOST_LISTED + 1)),  # nobody saw its number
        ("0000000000002", "0000000000002"),
        ("0", "0"),
        ("9" * 5000, "9" * 5000),
        ("bucket-40", "bucket-40"),
        ("another", "another"),
    ],
)
def test_a_text_that_is_known_has_a_number_as_far_as_it_is_listed(
    typed: str, taken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typist = Typist(monkeypatch, typed)
    assert typist.ask.text(FIELD, known=known(40)) == taken
    assert f"  {MOST_LISTED}. bucket-{MOST_LISTED}\n  and 10 more, which can be typed.\n" in typist.said


def test_a_name_that_is_a_number_stands_above_the_numbers_of_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Typist(monkeypatch, "2").ask.text(FIELD, known=("2", "one")) == "2"


def test_nothing_known_lists_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch, "1")
    assert typist.ask.text(FIELD, known=()) == "1"
    assert typist.said == "\nWhat is wanted.\nA field (< back): "


@pytest.mark.parametrize(
    ("typed", "default", "needed", "taken"),
    [
        ("", "kept", False, "kept"),
        ("-", "kept", False, ""),
        ("-", "", False, "-"),  # there is nothing to empty
        ("-", "kept", True, "-"),  # nor may it be
        (" ", "kept", False, "kept"),
    ],
)
def test_enter_keeps_and_a_dash_empties(
    typed: str, default: str, needed: bool, taken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typist = Typist(monkeypatch, typed)
    rule = lambda text: "needed" if needed and not text else ""  # noqa: E731
    assert typist.ask.text(FIELD, default, rule=rule) == taken
    assert ("- empties it" in typist.said) == (bool(default) and not needed)


def several(typist: Typist, *known: str, chosen: Sequence[str] = ()) -> tuple[str, ...]:
    return typist.ask.many(FIELD, known, chosen, rule=lambda name: "" if name.startswith("Custom.") else f"no {name}")


def test_several_are_searched_numbered_taken_and_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch, "aws", "2", "99", "gcp", "nothing", "Custom.Own", "-aws.a", "-X", "")
    assert several(typist, "AWS.A", "AWS.B", "GCP.C", chosen=("AWS.A",)) == ("AWS.B", "GCP.C", "Custom.Own")
    for line in ("  2. AWS.B\n", "Failed: no 99\n", "Failed: no nothing\n", "Failed: X is not among those chosen.\n"):
        assert line in typist.said
    assert typist.said.startswith("\nA field: AWS.A\n")
    assert typist.all_read


def test_going_back_from_several_keeps_those_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WentBack) as back:
        several(Typist(monkeypatch, "b", "<"), "AWS.A", "AWS.B", chosen=("AWS.A",))
    assert back.value.chosen == ("AWS.A", "AWS.B")


def test_the_whole_name_is_taken_though_others_begin_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert several(Typist(monkeypatch, "aws.a", ""), "AWS.A", "AWS.AB") == ("AWS.A",)


def test_a_path_is_what_was_typed_or_the_one_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch, "?", "", " ~/x.yml ", "<")
    assert typist.ask.path("Save as", "source.yml") == "source.yml"
    assert typist.ask.path("Save as", "source.yml") == "~/x.yml"
    with pytest.raises(WentBack):
        typist.ask.path("Save as", "source.yml")
    assert "Save as [source.yml] (< back): " in typist.said


def test_the_end_of_the_input_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for question in (
        lambda ask: ask.choose("Which?", WAYS, default="a"),
        lambda ask: ask.confirm("Sure?", default=True),
        lambda ask: ask.text(FIELD, "default"),
        lambda ask: ask.path("Save as", "source.yml"),
        lambda ask: several(Typist(monkeypatch), "AWS.A"),
    ):
        with pytest.raises(EOFError):
            question(Typist(monkeypatch).ask)


def test_hostile_words_of_any_question_are_made_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    for hostile in HOSTILE:
        typist = Typist(monkeypatch, "1", hostile, "y", hostile, hostile, "")
        words = FieldWords("field", hostile, hostile)
        typist.ask.choose(hostile, [Choice("a", hostile, hostile, ""), Choice("b", hostile, "", hostile)], back=hostile)
        typist.ask.text(words, hostile, warning=lambda text: text, known=(hostile,))
        typist.ask.confirm(hostile)
        typist.ask.path(hostile, hostile)
        typist.ask.many(words, (hostile,), (hostile,), warning=lambda text: text)
        assert "\x1b" not in typist.said
        assert "\x07" not in typist.said
        assert hostile.replace("\x1b", "\\x1b").replace("\x07", "\\x07") in typist.said
