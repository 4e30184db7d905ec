"""What the program's exit codes mean; they are relied on from outside."""

from __future__ import annotations

DONE = 0
"""All is done; warnings count as well."""
FAILED = 1
"""Something failed."""
BAD_USAGE = 2
"""Bad usage, an unknown profile or a bad file."""
LEFT_TO_DO = 3
"""Nothing failed, but something could not be determined or is left to be done by hand."""
INTERRUPTED = 130
"""A signal or Ctrl-C ended the run."""
