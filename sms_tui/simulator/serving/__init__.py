"""Serves the simulated service at an address: gateway, disturbances, and the ways to run it."""
