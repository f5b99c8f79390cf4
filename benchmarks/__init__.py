"""Benchmarks: each module is run by itself, prints a table and compares with a peer or a plain version in the same run."""
