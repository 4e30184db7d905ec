"""Mending a failed check: the one policy document whose edit mends it, before and after, to approve."""

from __future__ import annotations

from panther_s3.mending.diffs import as_diff
from panther_s3.mending.model import Mend, MendKind
from panther_s3.mending.planning import mend_of

__all__ = ["Mend", "MendKind", "as_diff", "mend_of"]
