"""The program: its commands, its app and its themes."""

from __future__ import annotations
