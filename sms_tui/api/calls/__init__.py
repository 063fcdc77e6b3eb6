"""Reads that may be repeated, and writes that never are."""
