"""Pages of passwords."""
