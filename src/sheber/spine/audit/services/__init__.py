"""Writing to the chain, and proving that nobody else did."""

from .recording import Actor, Entry, Target, record, record_many
from .verifying import Break, Verification, verify

__all__ = ["Actor", "Break", "Entry", "Target", "Verification", "record", "record_many", "verify"]
