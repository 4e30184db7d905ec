"""Rules of the drop-off alarm: how long Panther waits for events before it raises one."""

from __future__ import annotations

PERIODS = {"minutes": 1, "hours": 60, "days": 24 * 60}
"""The alarm's periods, and how many minutes each is."""
SHORTEST, LONGEST = 15, 30 * 24 * 60
"""The bounds in minutes (terraform-provider-panther, `panther_log_source_alarm`)."""


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
