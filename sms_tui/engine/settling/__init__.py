"""Finds out by reading what became of operations; nothing here sends."""
