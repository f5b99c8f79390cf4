"""Putting into the trash, putting back, and the end of it."""

from .forgetting import destroy, purge, scope_moved
from .putting import KEPT_FOR, Bag, going_with, putting
from .restoring import Restored, restore

__all__ = ["KEPT_FOR", "Bag", "Restored", "destroy", "going_with", "purge", "putting", "restore", "scope_moved"]
