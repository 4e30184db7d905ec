"""Panther's public API: REST and GraphQL."""
