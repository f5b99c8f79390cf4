"""People over the API."""

from .me import router

__all__ = ["router"]
