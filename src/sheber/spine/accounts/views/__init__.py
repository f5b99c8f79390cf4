"""Pages of passwords, of the second step and of sessions."""
