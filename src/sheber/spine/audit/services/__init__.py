"""Writing to the chain, and proving that nobody else did."""

from .agreement import ERASED_VERB
from .erasing import Gone, values_erase
from .recording import VIA, Actor, Entry, Target, listen, record, record_many
from .verifying import Break, Verification, verify

__all__ = ["ERASED_VERB", "VIA", "Actor", "Break", "Entry", "Gone", "Target", "Verification", "listen", "record", "record_many",
           "values_erase", "verify"]
