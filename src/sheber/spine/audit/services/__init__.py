"""Writing to the chain, and proving that nobody else did."""

from .recording import Entry, record, record_many
from .verifying import Break, Verification, verify

__all__ = ["Break", "Entry", "Verification", "record", "record_many", "verify"]
