"""Organisations over the API."""

from .reading import router

__all__ = ["router"]
