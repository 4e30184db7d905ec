"""A source file applied without a question: the flow's steps for every source, stage by stage."""

from __future__ import annotations

from panther_s3.applying.applying import apply_file, prepare
from panther_s3.applying.context import Context, Stopped
from panther_s3.applying.outcome import Outcome, exit_code_of

__all__ = ["Context", "Outcome", "Stopped", "apply_file", "exit_code_of", "prepare"]
