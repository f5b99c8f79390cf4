"""Keeping the index: after each write, and as a whole."""

from .following import follow_writes
from .indexing import refresh
from .rebuilding import Difference, Progress, after_migrations, compare, falls_behind, is_of_this_version, rebuild

__all__ = ["Difference", "Progress", "after_migrations", "compare", "falls_behind", "follow_writes", "is_of_this_version", "rebuild",
           "refresh"]
