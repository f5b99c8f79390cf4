"""Organisations over the API."""

from .editing import router

__all__ = ["router"]
