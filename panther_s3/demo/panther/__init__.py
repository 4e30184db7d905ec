"""The demo's own Panther: its public API as a real HTTP server, and its ingestion behind it."""

from __future__ import annotations

from panther_s3.demo.panther.deployment import DemoPanther
from panther_s3.demo.panther.faults import Faults

__all__ = ["DemoPanther", "Faults"]
