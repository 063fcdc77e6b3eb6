"""Whole screens and how they lay out their panes; dialogs open in front of them."""
