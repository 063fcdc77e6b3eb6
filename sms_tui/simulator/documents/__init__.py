"""Answers in the form in which the service writes them."""
