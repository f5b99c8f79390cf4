"""Asking for a file, writing it, taking it, removing it."""

from .asking import export_ask
from .making import export_make
from .removing import export_remove, exports_forget, exports_forget_old
from .taking import export_take

__all__ = ["export_ask", "export_make", "export_remove", "export_take", "exports_forget", "exports_forget_old"]
