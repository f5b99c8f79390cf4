"""Decisions about background work, on plain values."""
