"""Taking back what a run changed in AWS: what that means, whether it may be done, and the doing."""

from __future__ import annotations

from panther_s3.undo.model import Prospect, Standing
from panther_s3.undo.planning import Undo

__all__ = ["Prospect", "Standing", "Undo"]
