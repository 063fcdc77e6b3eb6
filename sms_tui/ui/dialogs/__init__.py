"""Questions and lists in front of the main screen, each a screen of its own in a module of its own.

They take plain data and callables and answer with a value; none of them sends, reads or writes anything.
Whoever asks imports them inside the function that asks: the first frame waits for no question.
"""
