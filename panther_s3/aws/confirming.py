"""Looking whether AWS has what was put, for as long as it may take to show."""

from __future__ import annotations

from collections.abc import Callable

from panther_s3.problems import Problem

LOOKS, PAUSE_SECONDS = 6, 1.0
"""How often, and how long apart, a document is read until it is the new one: IAM's changes take a while to
show everywhere (IAM user guide, "Changes that I make are not always immediately visible")."""


def confirm(title: str, differs: Callable[[], str], sleep: Callable[[float], None]) -> None:
    """Look until what was put shows; it was sent, whatever comes of this.

    Args:
        title: what was put, such as "trust policy of the role x".
        differs: reads it, and returns how it differs from what was put; "" where it does not.
        sleep: waits between looks.

    Raises:
        Problem: of kind UNEXPECTED, where it cannot be read or does not show.
    """
    difference = ""
    for look in range(LOOKS):
        if look:
            sleep(PAUSE_SECONDS)
        try:
            difference = differs()
        except Problem as problem:
            raise Problem(
                f"The {title} was changed, but could not be read back",
                str(problem),
                "Check again: what AWS has now is judged.",
            ) from problem
        if not difference:
            return
    raise Problem(
        f"AWS does not show the new {title} yet: it took the change, but after {LOOKS} looks gives another",
        difference,
        "Check again in a minute. If it is still the former one, something may be undoing changes here.",
    )
