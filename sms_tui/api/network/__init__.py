"""The way to a host and back: one request at a time, answered by a whole reply or an error."""
