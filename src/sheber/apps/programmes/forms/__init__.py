"""Forms of the programmes."""

from .importing import ImportForm, ReviseForm

__all__ = ["ImportForm", "ReviseForm"]
