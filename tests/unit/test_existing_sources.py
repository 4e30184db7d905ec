"""What the sources that Panther has mean for a new one: names, prefixes, and whose objects they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_s3.existing_sources import itself, name_warning, of_this_name, of_this_prefix, overlaps, place_warning
from panther_s3.panther_api.model import PantherSource
from panther_s3.source import PrefixLogTypes, S3Source

ACCOUNT, BUCKET = "111122223333", "acme-logs"


def source(name: str, *prefixes: str, account: str = ACCOUNT, bucket: str = BUCKET) -> S3Source:
    return S3Source(name, account, bucket, prefix_log_types=tuple(PrefixLogTypes(each) for each in prefixes or ("",)))


def known(name: str, *prefixes: str, account: str = ACCOUNT, bucket: str = BUCKET) -> PantherSource:
    return PantherSource(f"id of {name}", source(name, *prefixes, account=account, bucket=bucket))


def words(ours: S3Source, *others: PantherSource, id: str = "") -> list[str]:
    return [each.words for each in overlaps(ours, others, id)]


# --- names ---


def test_a_name_is_taken_within_its_account_only() -> None:
    other = known("prod", bucket="elsewhere")
    assert of_this_name(source(" prod "), [other]) is other
    assert of_this_name(source("Prod"), [other]) is None
    assert of_this_name(source("prod", account="444455556666"), [other]) is None


def test_a_source_is_not_in_its_own_way() -> None:
    own = known("prod", "a/")
    assert of_this_name(source("prod", "a/"), [own], own.id) is None
    assert of_this_prefix(source("prod", "a/"), [own], own.id) is None
    assert words(source("prod", "a/b/"), own, id=own.id) == []


def test_the_warning_of_a_name_says_which_bucket_its_source_reads() -> None:
    warning = name_warning(source("prod"), [known("prod", bucket="acme-vpc-flow")])
    assert warning == "Panther has a source of this name, for acme-vpc-flow. Open it, or take another name."


def test_a_source_that_panther_has_already_is_no_rival_of_itself() -> None:
    """A file of sources is opened again, say: its name, account and bucket say which one it is."""
    ours = source("prod")
    same = known("prod", bucket=ours.bucket_name)
    assert itself(ours, [known("other"), same]) == same
    assert "what differs is shown before it is changed" in name_warning(ours, [same])
    assert name_warning(ours, [same], same.id) == ""
    assert place_warning(ours, (same,)) == ""
    assert itself(ours, [known("prod", bucket="another")]) is None


@pytest.mark.parametrize("name", ["", "  ", "other"])
def test_without_that_name_there_is_no_warning(name: str) -> None:
    assert name_warning(source(name), [known("prod"), known("")]) == ""


# --- the same prefix ---


@pytest.mark.parametrize(
    ("ours", "theirs", "same"), [("a/", "a/", "a/"), ("a/ ", " a/", "a/"), ("", "", ""), (" ", "", "")]
)
def test_two_sources_of_a_bucket_cannot_have_the_same_prefix(ours: str, theirs: str, same: str) -> None:
    """Panther compares them without the blanks around them."""
    other = known("other", "z/", theirs)
    assert of_this_prefix(source("new", "b/", ours), [other]) == (other, same)


@pytest.mark.parametrize(("ours", "theirs"), [("a/", "A/"), ("a/", "a"), ("a/", ""), ("", "a/")])
def test_prefixes_that_differ_are_not_the_same(ours: str, theirs: str) -> None:
    assert of_this_prefix(source("new", ours), [known("other", theirs)]) is None


def test_another_bucket_is_no_concern() -> None:
    elsewhere = known("other", "a/", bucket="elsewhere")
    assert of_this_prefix(source("new", "a/"), [elsewhere]) is None
    assert words(source("new", "a/b/"), elsewhere) == []
    assert place_warning(source("new", "a/"), (elsewhere,)) == ""


def test_the_same_prefix_is_warned_of_before_anything_else() -> None:
    others = (known("wide", ""), known("same", "a/"))
    warning = place_warning(source("new", "a/", "b/"), others)
    assert warning == (
        "Panther's source same reads the prefix a/ already, and refuses a second. Open it, or narrow this."
    )
    assert "reads the whole bucket already" in place_warning(source("new"), (known("wide"),))


def test_without_a_bucket_there_is_nothing_to_warn_of() -> None:
    assert place_warning(source("new", bucket=""), (known("other", bucket=""),)) == ""


# --- overlaps: the longest prefix wins ---


def test_a_longer_prefix_of_another_source_keeps_its_objects() -> None:
    assert words(source("new", "a/"), known("other", "a/b/")) == [
        "Objects under a/b/ go to the source other: its prefix is longer than a/."
    ]
    assert words(source("new"), known("other", "a/")) == [
        "Objects under a/ go to the source other: its prefix is longer than the empty one."
    ]


@pytest.mark.parametrize("theirs", ["", "a", "a/"])
def test_a_longer_prefix_of_this_source_takes_objects_away(theirs: str) -> None:
    assert words(source("new", "a/b/"), known("other", theirs)) == [
        "Objects under a/b/ go to this source from now on, no longer to other: the longer prefix wins."
    ]


def test_objects_are_taken_from_the_source_that_has_them_now_and_from_no_other() -> None:
    """Of the shorter prefixes the longest decides, so that the others had none of these objects."""
    others = known("wide", "", "a"), known("near", "a/b/")
    assert words(source("new", "a/b/c/"), *others) == [
        "Objects under a/b/c/ go to this source from now on, no longer to near: the longer prefix wins."
    ]


def test_what_another_source_keeps_is_told_once_and_by_the_nearest_prefix() -> None:
    assert words(source("new", "", "a/"), known("other", "a/b/")) == [
        "Objects under a/b/ go to the source other: its prefix is longer than a/."
    ]


def test_overlaps_go_both_ways_at_once() -> None:
    found = words(source("new", "a/", "x/y/"), known("other", "a/b/", "x/"))
    assert [each.split(" go to ")[0] for each in found] == ["Objects under a/b/", "Objects under x/y/"]
    assert place_warning(source("new", "a/", "x/y/"), (known("other", "a/b/", "x/"),)) == "\n".join(found)


def test_prefixes_that_only_begin_alike_share_nothing() -> None:
    assert words(source("new", "logs/a"), known("other", "logs/b")) == []


PREFIXES = st.lists(st.text("ab/", max_size=4), min_size=1, max_size=3, unique=True)


def reader(key: str, sources: list[S3Source]) -> str:
    """Whose an object is, by Panther's rule."""
    fits = [(len(prefix), each.name) for each in sources for prefix in each.prefixes if key.startswith(prefix)]
    return max(fits)[1] if fits else ""


@given(PREFIXES, PREFIXES, st.text("ab/", max_size=6))
def test_whatever_a_new_source_takes_or_leaves_is_told(ours: list[str], theirs: list[str], key: str) -> None:
    """An object that changes hands lies under a prefix that is told of, and so does one that stays with the other."""
    new, other = source("new", *ours), known("other", *[each for each in theirs if each not in ours] or ["ab/ab"])
    told = overlaps(new, [other])
    before, after = reader(key, [other.source]), reader(key, [other.source, new])
    if before and after == "new":
        assert any(key.startswith(each.ours) and len(each.ours) > len(each.theirs) for each in told)
    if after == "other" and reader(key, [new]):
        assert any(key.startswith(each.theirs) and len(each.theirs) > len(each.ours) for each in told)
    if not told:
        assert "" in (before, reader(key, [new]))


def test_an_overlap_knows_both_sides() -> None:
    other = known("other", "a/b/")
    (found,) = overlaps(source("new", "a/"), [other])
    assert (found.ours, found.theirs, found.other) == ("a/", "a/b/", other)
    assert replace(found, ours="a/b/c/").words != found.words
