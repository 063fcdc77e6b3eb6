"""Questions and lists in front of the main screen, each a screen of its own in a module of its own.

They take plain data and callables and answer with a value; none of them sends, reads or writes anything.
Import a dialog inside the function that opens it, so that the first frame does not wait for it.
"""
