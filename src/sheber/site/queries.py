"""Figures of the home page: only those that exist."""

from typing import Any

from django.http import HttpRequest


def home(request: HttpRequest) -> dict[str, Any]:
    return {}
