"""The command line: arguments in, everything built and connected, an exit code out."""
