"""Measurements, each a ratio against a baseline of the same run: these say something on any machine."""
