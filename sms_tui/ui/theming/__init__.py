"""Themes: read from files, checked, chosen and applied."""
