"""Text from outside: what a paste is cleaned of, and what is made visible."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_s3.text import clean_account_id, clean_arn, clean_paste, clean_word, visible


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        ("acme-logs", "acme-logs"),
        ("\n  acme-logs\n", "acme-logs"),
        ("\tacme-logs\r\n", "acme-logs"),
        ("\ufeffacme\u200b-\u2060logs\u00a0", "acme-logs"),
        ("111122223333\u00ad", "111122223333"),
        ("cloudtrail prod", "cloudtrail prod"),
        ("cloudtrail\u00a0prod", "cloudtrail prod"),
        ("two\nlines", "two lines"),
        ("two\r\n\r\nlines\n", "two lines"),
        ("", ""),
        (" \n\t ", ""),
    ],
)
def test_clean_paste(pasted: str, cleaned: str) -> None:
    assert clean_paste(pasted) == cleaned


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        ("arn:aws:iam::111122223333:\n    role/Panther", "arn:aws:iam::111122223333:role/Panther"),
        (" ar\nn:aws:iam::111122223333:role/Panther\n", "arn:aws:iam::111122223333:role/Panther"),
        ("half an arn", "half an arn"),
        ("", ""),
    ],
)
def test_clean_arn(pasted: str, cleaned: str) -> None:
    assert clean_arn(pasted) == cleaned


@pytest.mark.parametrize("pasted", ["us-west-2", " us-west-\r\n2\u00a0", "us-west- 2\n"])
def test_clean_word(pasted: str) -> None:
    assert clean_word(pasted) == "us-west-2"


@pytest.mark.parametrize("pasted", ["111122223333", "1111 2222 3333", "1111-2222-3333\n", "1111-2222-\n3333"])
def test_clean_account_id(pasted: str) -> None:
    assert clean_account_id(pasted) == "111122223333"


@given(st.text(alphabet=st.one_of(st.sampled_from("ab \n\u00a0\u200b\ufeff"), st.characters())))
def test_a_cleaned_paste_is_one_line_and_stays_as_it_is(pasted: str) -> None:
    cleaned = clean_paste(pasted)

    assert "\n" not in cleaned
    assert cleaned == cleaned.strip()
    assert not set(cleaned) & set("\u200b\u200c\u200d\u2060\ufeff\u00a0")
    assert clean_paste(cleaned) == cleaned


@given(st.text(alphabet="abcXYZ019-/.:", min_size=1))
def test_a_paste_loses_nothing_that_is_visible(pasted: str) -> None:
    assert clean_paste(f"\u200b {pasted}\r\n") == pasted


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain [b]text[/b]", "plain [b]text[/b]"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("right\u202eleft", "right\\u202eleft"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("line\u2028end", "line\\u2028end"),
        ("half \ud800", "half \\ud800"),
        ("größe 日本 😀", "größe 日本 😀"),
    ],
)
def test_visible(value: str, shown: str) -> None:
    assert visible(value) == shown


def test_line_feeds_and_tabs_are_kept_where_lines_are() -> None:
    assert visible("a\n\tb") == "a\n\tb"
    assert visible("a\n\tb", keep_lines=False) == "a\\x0a\\x09b"


@given(st.text())
def test_nothing_shown_steers_a_terminal(value: str) -> None:
    shown = visible(value, keep_lines=False)

    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"])))
def test_what_is_visible_anyway_is_shown_as_it_is(value: str) -> None:
    assert visible(value) == value
