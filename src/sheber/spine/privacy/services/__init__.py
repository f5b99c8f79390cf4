"""Handing out what is held about a person, erasing them, and remembering what they consent to."""

from .asking import erasure_ask, erasure_keep_end, erasure_refuse, erasure_withdraw
from .collecting import data_collect
from .consenting import consent_set
from .erasing import Erased, erasures_reapply, person_erase

__all__ = ["Erased", "consent_set", "data_collect", "erasure_ask", "erasure_keep_end", "erasure_refuse", "erasure_withdraw",
           "erasures_reapply", "person_erase"]
