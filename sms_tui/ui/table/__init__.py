"""The task table: its rows, columns and heading, the cursor and the marks."""
