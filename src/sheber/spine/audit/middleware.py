"""A request id that ties a write to the request that made it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def request_id_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    return middleware
