"""Decisions on the plain values of a programme; no database, no request."""
