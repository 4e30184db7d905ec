"""Files that the wizard writes for the operator: whole or not at all, and nothing overwritten unasked."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from panther_s3.problems import Problem, ProblemKind

_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}


def write_new_file(path: str | Path, text: str, *, overwrite: bool = False, mode: int = 0o666) -> Path:
    """Write `text` to `path` as UTF-8 and return where it went, absolute and with links followed.

    The text is written beside the target and moved into place once it is on the disk, so that no
    half-written file is ever seen.

    Args:
        path: the file to write; `~` stands for the home folder.
        text: its contents.
        overwrite: replace a file that exists.
        mode: the new file's permissions, less the umask.

    Raises:
        Problem: of kind CONFLICT where the file exists and `overwrite` is False; of another kind
            where it cannot be written. The target is as it was.
    """
    try:
        target = Path(path).expanduser().resolve()
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        beside = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            _write(beside, text, mode)
            _move(beside, target, overwrite=overwrite)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise _problem(Path(path), error) from error
    return target


def _write(path: Path, text: str, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _move(source: Path, target: Path, *, overwrite: bool) -> None:
    """Give `source` the name `target`; a hard link, unlike a rename, fails where that name is taken."""
    if not overwrite:
        try:
            target.hardlink_to(source)
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            if target.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
        else:
            return
    source.replace(target)


def _problem(path: Path, error: Exception) -> Problem:
    """The problem that the failure to write `path` is, with its way out."""
    folder = path.parent
    cause = (error.strerror if isinstance(error, OSError) else None) or str(error)
    match error.errno if isinstance(error, OSError) else None:
        case errno.EEXIST:
            return Problem(
                f"{path} exists",
                cause=cause,
                remedy="Choose another name, or overwrite it.",
                kind=ProblemKind.CONFLICT,
            )
        case errno.ENOENT:
            return Problem(
                f"There is no folder {folder}",
                cause=cause,
                remedy="Make it, or choose another folder.",
                kind=ProblemKind.NOT_FOUND,
                command=("mkdir", "-p", str(folder)),
            )
        case errno.EISDIR:
            title, remedy, kind = f"{path} is a folder", "Add a file's name to it.", ProblemKind.INVALID
        case errno.ENOTDIR:
            title, remedy, kind = f"{folder} is not a folder", "Choose another path.", ProblemKind.INVALID
        case errno.EACCES | errno.EPERM | errno.EROFS:
            title, remedy = f"You may not write to {folder}", "Choose a folder of your own."
            kind = ProblemKind.ACCESS_DENIED
        case errno.ENOSPC | errno.EDQUOT:
            title, remedy = f"No room is left in {folder}", "Make room, or choose another disk."
            kind = ProblemKind.UNEXPECTED
        case _:
            title, remedy, kind = f"{path} cannot be written", "Choose another path.", ProblemKind.INVALID
    return Problem(title, cause=cause, remedy=remedy, kind=kind)
