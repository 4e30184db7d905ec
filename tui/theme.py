"""The wizard's two themes; every style sheet speaks in their variables only."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="panther-dark",
    primary="#7AA2F7",
    secondary="#5B7FC7",
    accent="#E8B45A",
    foreground="#D5DBE7",
    background="#12161F",
    surface="#1A202C",
    panel="#232B3A",
    success="#7CC99B",
    warning="#E8B45A",
    error="#F2787B",
    dark=True,
    variables={
        "block-cursor-foreground": "#12161F",
        "footer-key-foreground": "#7AA2F7",
        "border-blurred": "#2E384B",
    },
)
LIGHT = Theme(
    name="panther-light",
    primary="#2B5FC4",
    secondary="#4A6FB5",
    accent="#9A6200",
    foreground="#1B2333",
    background="#F7F8FB",
    surface="#ECEFF5",
    panel="#DFE4EE",
    success="#1E7B4B",
    warning="#8A5A00",
    error="#B3261E",
    dark=False,
    variables={
        "block-cursor-foreground": "#FFFFFF",
        "footer-key-foreground": "#2B5FC4",
        "border-blurred": "#C8D0DF",
    },
)
