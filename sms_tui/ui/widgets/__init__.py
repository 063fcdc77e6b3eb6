"""Widgets and lines that know nothing of tasks."""
