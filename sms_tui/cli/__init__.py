"""The command line: reads arguments, builds and connects everything, returns an exit code."""
