"""Decisions on plain values: who is asking, how many requests are left."""
