"""Whatever a file says, it gives orders or is refused with a place: never a traceback."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from panther_s3.answers import IamMethod
from panther_s3.problems import Problem
from panther_s3.source_file import SourceFile, SourceFileProblem, parse_source_file
from panther_s3.source_file.orders import Changes, NotifyWay, OnFailedChecks, orders_of

SOURCE = {"name": "trail", "aws_account_id": "111122223333", "bucket_name": "acme-trail"}
PANTHER = {"account_id": "999988887777", "region": "us-west-2"}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.lists(st.text(max_size=4), max_size=2),
    st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2),
)
"""What may stand behind a key that is meant for something else."""


def said(choices: type) -> st.SearchStrategy[Any]:
    """Draw what a key is meant for, or anything else."""
    return st.one_of(st.sampled_from([str(each) for each in choices]), ODD)  # type: ignore[attr-defined]


SECTION = st.dictionaries(
    st.sampled_from(["iam_role", "notifications", "on_failed_checks", "save_to", "changes", "chnages", "on", "1"]), ODD
) | st.fixed_dictionaries(
    {},
    optional={
        "iam_role": said(IamMethod),
        "notifications": said(NotifyWay),
        "on_failed_checks": said(OnFailedChecks),
        "save_to": ODD,
        "changes": said(Changes),
    },
)


def read(text: str) -> SourceFile | SourceFileProblem:
    """Return what a file says, or its problem, each error of which has its place and rule."""
    try:
        return parse_source_file(text, "file.yml", unattended=True)
    except SourceFileProblem as problem:
        found = problem
    assert found.errors
    for error in found.errors:
        assert error.line >= 1
        assert error.message
        assert f"file.yml, line {error.line}" in str(found)
    return found


@settings(max_examples=300)
@given(section=SECTION | ODD, managed=st.lists(st.booleans(), min_size=1, max_size=3), topic=st.booleans())
def test_any_section_gives_orders_or_errors_with_a_place(section: Any, managed: list[bool], topic: bool) -> None:
    sources = [
        {
            **SOURCE,
            "name": f"trail {number}",
            "bucket_name": f"acme-trail-{number}",
            "panther_managed_bucket_notifications_enabled": each,
            **({"topic_arn": "arn:aws:sns:us-west-2:111122223333:events"} if topic else {}),
        }
        for number, each in enumerate(managed)
    ]
    text = yaml.safe_dump({"panther": PANTHER, "sources": sources, "onboarding": section})
    found = read(text)
    if isinstance(found, SourceFileProblem):
        for error in found.errors:
            assert error.line <= len(text.splitlines()) + 1
        return
    orders = orders_of(found)
    assert orders.notifications is not None or all(managed)
    assert orders.notifications is not NotifyWay.EXISTING_TOPIC or topic or all(managed)


@settings(max_examples=200)
@given(text=st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_refused_with_a_place_and_raises_nothing_else(text: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_source_file(text, "file.yml", unattended=True)
    assert "line " in str(refused.value)


@settings(max_examples=200)
@given(data=st.data())
def test_any_cut_or_changed_line_of_a_whole_file_is_taken_or_refused_with_a_place(data: st.DataObject) -> None:
    onboarding = {"iam_role": "create_stack", "notifications": "create_topic", "changes": "allow", "save_to": "out"}
    lines = yaml.safe_dump({"panther": PANTHER, "sources": [SOURCE], "onboarding": onboarding}).splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    line = lines[place]
    changed = data.draw(st.sampled_from(["", line * 2, line[:-3], f"{line}: [", f"\t{line}"]))
    read("\n".join([*lines[:place], changed, *lines[place + 1 :]]))
