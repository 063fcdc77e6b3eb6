"""The lines around the table: header, views, prompt, running batch, keys."""
