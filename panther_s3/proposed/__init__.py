"""Changes as they are proposed: shown whole, made once approved, with the way back; for every face of the program."""

from __future__ import annotations

from panther_s3.proposed.change import UNCHANGED, Proposal, ProposedChange, counts_of
from panther_s3.proposed.mend import MendChange
from panther_s3.proposed.rules import RulesChange
from panther_s3.proposed.subscription import SubscriptionChange

__all__ = [
    "UNCHANGED",
    "MendChange",
    "Proposal",
    "ProposedChange",
    "RulesChange",
    "SubscriptionChange",
    "counts_of",
]
