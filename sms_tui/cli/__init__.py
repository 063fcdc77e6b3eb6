"""The front door: arguments in, everything built and connected, an exit code out."""
