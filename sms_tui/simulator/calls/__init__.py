"""The calls of the service: what each accepts, checks and does."""
