"""Forms of passwords and of the second step."""
