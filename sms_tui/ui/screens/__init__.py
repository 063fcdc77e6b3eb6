"""Whole screens and how they lay out their panes; dialogs stand in front of them."""
