"""The board: which tasks are shown, in which order, under which view."""
