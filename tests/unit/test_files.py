"""Files are written whole or not at all, and nothing is overwritten unasked."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from panther_s3.files import write_new_file
from panther_s3.problems import Problem, ProblemKind

AS_ROOT = os.geteuid() == 0


def test_a_new_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "source.yml"

    assert write_new_file(path, "größe\n") == path.resolve()
    assert path.read_bytes() == "größe\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "source.yml"
    path.write_text("old")

    with pytest.raises(Problem) as raised:
        write_new_file(path, "new")

    assert raised.value.kind is ProblemKind.CONFLICT
    assert str(path) in raised.value.title
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_replaced_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "source.yml"
    path.write_text("old")

    write_new_file(path, "new", overwrite=True)

    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_overwriting_a_link_writes_to_what_it_points_to(tmp_path: Path) -> None:
    target, link = tmp_path / "target.yml", tmp_path / "link.yml"
    target.write_text("old")
    link.symlink_to(target)

    write_new_file(link, "new", overwrite=True)

    assert link.is_symlink()
    assert target.read_text() == "new"


def test_the_umask_and_mode_decide_who_may_read(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        ordinary = write_new_file(tmp_path / "ordinary", "")
        private = write_new_file(tmp_path / "private", "", mode=0o600)
    finally:
        os.umask(before)

    assert ordinary.stat().st_mode & 0o777 == 0o644
    assert private.stat().st_mode & 0o777 == 0o600


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    assert write_new_file("~/source.yml", "x") == (tmp_path / "source.yml").resolve()


@pytest.mark.parametrize(
    ("place", "kind", "words"),
    [
        (lambda folder: folder / "none" / "source.yml", ProblemKind.NOT_FOUND, "There is no folder"),
        (lambda folder: folder, ProblemKind.INVALID, "is a folder"),
        (lambda folder: folder / "file" / "source.yml", ProblemKind.INVALID, "is not a folder"),
        (lambda folder: folder / ("x" * 300), ProblemKind.INVALID, "cannot be written"),
        (lambda folder: folder / "nul\0byte", ProblemKind.INVALID, "cannot be written"),
        (lambda folder: Path("~no-such-user-here/x"), ProblemKind.INVALID, "cannot be written"),
    ],
)
def test_what_stands_in_the_way_is_told(
    tmp_path: Path, place: Callable[[Path], Path], kind: ProblemKind, words: str
) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Problem) as raised:
        write_new_file(place(tmp_path), "text")

    assert raised.value.kind is kind
    assert words in raised.value.title
    assert raised.value.cause
    assert raised.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_missing_folder_comes_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        write_new_file(tmp_path / "a b" / "source.yml", "text")

    assert raised.value.command == ("mkdir", "-p", str(tmp_path / "a b"))


@pytest.mark.skipif(AS_ROOT, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(Problem) as raised:
            write_new_file(tmp_path / "source.yml", "text")
    finally:
        tmp_path.chmod(0o700)

    assert raised.value.kind is ProblemKind.ACCESS_DENIED


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "No room is left"), (errno.EACCES, "You may not write"), (errno.EIO, "cannot be written")],
)
def test_a_failing_disk_simulated_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def failing(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(Problem, match=words) as raised:
        write_new_file(tmp_path / "source.yml", "text")

    assert raised.value.cause == os.strerror(number)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("there", [True, False])
def test_a_disk_without_hard_links_simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    def refusing(self: Path, target: Path) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(Path, "hardlink_to", refusing)
    path = tmp_path / "source.yml"
    if there:
        path.write_text("old")
        with pytest.raises(Problem, match="exists"):
            write_new_file(path, "new")
    else:
        write_new_file(path, "new")

    assert path.read_text() == ("old" if there else "new")
    assert list(tmp_path.iterdir()) == [path]
