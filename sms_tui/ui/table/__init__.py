"""The table of tasks: its rows, columns and heading, the cursor and the marks."""
