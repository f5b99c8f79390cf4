"""Files from outside, read without trust: zip guard, encodings, located problems. Knows no domain."""
