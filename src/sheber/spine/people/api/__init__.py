"""People over the API."""

from .administration import router

__all__ = ["router"]
