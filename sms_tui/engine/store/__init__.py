"""The one copy of the truth, how answers get into it, and what is told of its changes."""
