"""The way to a host and back: one exchange at a time, whole answers or errors."""
