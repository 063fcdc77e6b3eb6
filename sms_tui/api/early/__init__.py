"""Requests sent at the start, before the HTTP library and the event loop are loaded."""
