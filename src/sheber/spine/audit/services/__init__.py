"""Writing to the chain, and proving that nobody else did."""

from .recording import VIA, Actor, Entry, Target, listen, record, record_many
from .verifying import Break, Verification, verify

__all__ = ["VIA", "Actor", "Break", "Entry", "Target", "Verification", "listen", "record", "record_many", "verify"]
