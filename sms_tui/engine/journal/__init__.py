"""Every step of every operation on disk, and what the files of all programs tell."""
