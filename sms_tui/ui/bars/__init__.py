"""The lines around the table: header, views, what is typed, a batch, the keys."""
