"""Putting into the trash, putting back, and the end of it."""

from .forgetting import destroy, purge, scope_moved
from .places import begun_after, last_seen
from .putting import KEPT_FOR, Bag, going_with, putting
from .restoring import Restored, restore

__all__ = ["KEPT_FOR", "Bag", "Restored", "begun_after", "destroy", "going_with", "last_seen", "purge", "putting", "restore", "scope_moved"]
