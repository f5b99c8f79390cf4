"""The worker: takes work, runs it, and shows that it is alive."""

from .loop import JobWorker
from .timing import Timing

__all__ = ["JobWorker", "Timing"]
