"""Between the widgets and the terminal: what is painted, when, and in which bytes it gets there."""
