"""Rules of the drop-off alarm: how long Panther waits for events before it raises one."""

from __future__ import annotations

PERIODS = {"minutes": 1, "hours": 60, "days": 24 * 60}
"""The alarm's periods, and how many minutes each is."""
SHORTEST, LONGEST = 15, 30 * 24 * 60
"""The bounds in minutes (terraform-provider-panther, `panther_log_source_alarm`)."""

BY_HAND = " The last step shows where in Panther's Console to set it."


def alarm_fault(number_text: str, period: str) -> str:
    """Return why the alarm cannot wait `number_text` times `period`, one of PERIODS."""
    if not number_text:
        return "Enter a number, such as 24."
    if not (number_text.isascii() and number_text.isdigit()):
        return "Enter a whole number, digits alone."
    if period not in PERIODS:
        return f"Choose one of {', '.join(PERIODS)}."
    # nine digits are far beyond the longest wait, and int() has a limit of its own
    minutes = int(number_text) * PERIODS[period] if len(number_text) < 10 else LONGEST + 1
    if minutes < SHORTEST:
        return "Panther waits at least 15 minutes."
    return "Panther waits at most 30 days." if minutes > LONGEST else ""


def alarm_minutes(number_text: str, period: str) -> int:
    """Return how many minutes the alarm waits.

    Raises:
        ValueError: `alarm_fault` refuses the number or period; its text says why.
    """
    if fault := alarm_fault(number_text, period):
        raise ValueError(fault)
    return int(number_text) * PERIODS[period]


def alarm_parts(minutes: int) -> tuple[str, str]:
    """Return `minutes` as number and period, the longest that they are a whole number of; a day is 24 hours."""
    whole = (name for name in reversed(PERIODS) if minutes % PERIODS[name] == 0)
    period = next(name for name in whole if name != "days" or minutes > PERIODS["days"])
    return str(minutes // PERIODS[period]), period


def alarm_words(minutes: int) -> str:
    """Return how long an alarm waits, in words."""
    number, period = alarm_parts(minutes)
    return f"{number} {period.removesuffix('s') if number == '1' else period}"


def alarm_meaning(number_text: str, period: str, *, by_hand: bool = True) -> str:
    """Return in words what an alarm after this time means; "" while it cannot be one.

    Args:
        number_text: the number as typed.
        period: one of PERIODS.
        by_hand: whether it is set in Panther's Console, and not by its API.
    """
    if alarm_fault(number_text, period):
        return ""
    return (
        f"If no event of this source is processed for {number_text} {period}, Panther raises one alert of critical "
        "severity and does not repeat it. It counts events processed, so a parsing failure can set it off "
        "too.\n\nIt reaches you through the alert destinations that take System Errors: see that one does."
        f"{BY_HAND if by_hand else ''}"
    )


NO_ALARM = "No alarm: if the bucket falls silent, Panther will not say so."
