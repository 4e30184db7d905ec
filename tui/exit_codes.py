"""What the program's exit codes mean; they are relied on from outside."""

from __future__ import annotations

FAILED = 1
"""Something failed."""
BAD_USAGE = 2
"""Bad usage, an unknown profile or a bad file."""
INTERRUPTED = 130
"""A signal or Ctrl-C ended the run."""
