"""Reads, which may be repeated, and writes, which never are."""
