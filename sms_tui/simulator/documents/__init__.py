"""Answers as the service writes them."""
