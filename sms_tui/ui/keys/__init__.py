"""What is typed: the keys, where they act, and what can be typed after `:`."""
