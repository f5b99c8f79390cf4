"""Decisions on plain values: tokens, keys of repeated requests, signatures, addresses, waiting times."""
