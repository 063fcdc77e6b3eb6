"""Every step of every operation on disk, and what the journals of all programs tell."""
