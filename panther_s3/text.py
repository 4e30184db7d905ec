"""Text that came from outside: cleaned where it is typed, made visible where it is shown."""

from __future__ import annotations

import unicodedata

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def clean_paste(value: str) -> str:
    """Return pasted `value` as one line: no line ends, tabs, zero-width or surrounding blanks.

    Inner blanks stay, since a name may hold them; line ends become one blank each.
    """
    lines = value.translate(_INVISIBLE).replace("\u00a0", " ").replace("\t", " ").splitlines()
    return " ".join(line.strip() for line in lines if line.strip())


def clean_word(value: str) -> str:
    """Return pasted `value` without any white space, which terminals and documents wrap words by."""
    return "".join(clean_paste(value).split())


def clean_arn(value: str) -> str:
    """Return a pasted ARN without any white space; what is none stays as it was typed."""
    word = clean_word(value)
    return word if word.startswith("arn:") else clean_paste(value)


def clean_account_id(value: str) -> str:
    """Return pasted `value` without the blanks and dashes that account IDs are grouped by."""
    return clean_word(value).replace("-", "")


def visible(value: str, *, keep_lines: bool = True) -> str:
    """Return `value` with every control and bidirectional character written out as `\\x1b`.

    Args:
        value: text from AWS, a file or a paste.
        keep_lines: leave line feeds and tabs as they are.
    """
    kept = "\n\t" if keep_lines else ""
    return "".join(
        character if character in kept or not _is_control(character) else _escape(character) for character in value
    )


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
