"""What became of operations, found out by reading; nothing here sends."""
