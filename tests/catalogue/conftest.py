"""Counts what the catalogue finds, for the run's last lines (see `tests/conftest.py`)."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def found(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Count one entry as found, under the name of its kind."""
    return lambda kind: record_property("catalogue", kind)
