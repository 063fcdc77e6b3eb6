"""The service at an address: the gateway, the weather, and the ways to run it."""
