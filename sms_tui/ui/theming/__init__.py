"""Themes: read from files, judged, chosen and worn."""
