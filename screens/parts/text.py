"""The one way for outside text to reach a widget: literal, with control characters made visible."""

from __future__ import annotations

from textual.content import Content

from panther_s3.text import visible

MARKS = {"ok": "✓", "fail": "✗", "warn": "!", "unknown": "?", "busy": "…", "info": "·", "skipped": "-"}
"""A state's mark; it always stands beside a word, so that colour and shape are never alone."""


def plain(value: object) -> Content:
    """Return `value` as content that no markup in it can change."""
    return Content(visible(str(value)))


def said(markup: str, **values: object) -> Content:
    """Return our own `markup` with each `$name` replaced by a literal value."""
    return Content.from_markup(
        markup,
        **{name: value if isinstance(value, Content) else visible(str(value)) for name, value in values.items()},
    )


def marked(state: str, value: object) -> Content:
    """Return `value` behind the mark of `state`, in the state's colour."""
    style = {"ok": "$text-success", "fail": "$text-error", "warn": "$text-warning"}.get(state, "$text-muted")
    return Content.assemble((f"{MARKS[state]} ", f"bold {style}"), (visible(str(value)), style))
