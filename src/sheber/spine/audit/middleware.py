"""A request id that ties a write to the request that made it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .requests import new_request_id, request_id_scope


def request_id_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give every request an id of our own making (one sent by the caller could forge the trail) and say it in the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with request_id_scope(new_request_id()) as request_id:
            response = get_response(request)
        response.headers["X-Request-Id"] = request_id
        return response

    return middleware
