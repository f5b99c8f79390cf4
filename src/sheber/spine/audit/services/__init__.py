"""Writing to the chain, and proving that nobody else did."""

from .agreement import ERASED_VERB
from .checkpoint import Standing, standing, standing_whole, verify_whole
from .erasing import Gone, values_erase
from .recording import VIA, Actor, Entry, Target, listen, record, record_many
from .verifying import Break, Verification, verify

__all__ = ["ERASED_VERB", "VIA", "Actor", "Break", "Entry", "Gone", "Standing", "Target", "Verification", "listen", "record", "record_many",
           "standing", "standing_whole", "values_erase", "verify", "verify_whole"]
