"""Widgets and dialogs that the steps are built from."""
