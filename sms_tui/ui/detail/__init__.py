"""The detail of one task."""
