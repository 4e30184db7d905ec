"""Whether a set of policies allows a request: AWS's documented evaluation logic, without AWS."""

from __future__ import annotations

from panther_s3.access.decision import Decision, StatementRef
from panther_s3.access.evaluation import evaluate

__all__ = ["Decision", "StatementRef", "evaluate"]
