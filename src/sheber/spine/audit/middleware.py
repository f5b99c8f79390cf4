"""A request id that ties a write to the request that made it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .requests import new_request_id, request_id_scope


def request_id_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give every request an id and say it in the answer.

    It is our own making, for one sent by the caller could forge the trail; or the proxy's, when the edge (see ``spine/operation``)
    has left the header in place, which it does for a trusted proxy and a well-formed id only.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        with request_id_scope(request.headers.get("X-Request-Id") or new_request_id()) as request_id:
            response = get_response(request)
        response.headers["X-Request-Id"] = request_id
        return response

    return middleware
