"""The same flow as plain prompts: for screen readers, terminals that cannot redraw, serial consoles, and logs."""
