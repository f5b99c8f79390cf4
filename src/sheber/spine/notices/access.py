"""One's own notices are one's own; letters that wait are for operators of the whole installation."""
