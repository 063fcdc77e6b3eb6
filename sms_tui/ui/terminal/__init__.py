"""Between the widgets and the terminal: what is painted, when, and with which bytes."""
