"""Decisions on plain values: where files are kept, what a name may be, what a content is."""
