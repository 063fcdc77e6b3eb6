"""What is said on the screen and in which language; no widgets."""
