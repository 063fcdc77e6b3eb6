"""The store: the one copy of the truth, how answers enter it, and how its changes are announced."""
