"""Forms of passwords."""
