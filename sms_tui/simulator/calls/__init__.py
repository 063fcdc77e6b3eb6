"""The calls of the service: what each takes, checks and does."""
