"""Turns answers of the service into domain values and into sentences."""
