"""One line of the log and a few figures for each request, a refused one with its reason. Neither holds names, addresses of pages or
anything typed."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final

from django.db import connection
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.functional import LazyObject

from sheber.spine.audit.requests import current_request_id

from .. import metrics
from .edge import Respond

log = logging.getLogger("sheber.requests")
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REASONS: Final = {400: "unreadable", 401: "not_signed_in", 403: "not_allowed", 404: "not_found", 405: "method", 413: "too_large",
                  415: "content_type", 429: "too_often"}
"""Why, where nobody has said it more exactly."""


class Queries:
    """How many queries a request made, and how long they took together."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - begun


def watch_middleware(get_response: Respond) -> Respond:
    """Right after the request has its id."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        begun, queries = time.perf_counter(), Queries()
        with connection.execute_wrapper(queries):
            # TRACE, PROPFIND …: a page that checks no method would draw itself for them.
            response = get_response(request) if request.method in METHODS else HttpResponseNotAllowed(sorted(METHODS))
        seconds = time.perf_counter() - begun
        view, method = view_name(request), request.method if request.method in METHODS else "other"
        reason = getattr(request, "refusal", "") or REASONS.get(response.status_code)
        if reason is not None:
            metrics.count_refused(reason)
        metrics.count_request(view, str(method), response.status_code, seconds, queries.count, queries.seconds)
        log.info("request", extra={
            "request_id": current_request_id(), "user": user_id(request), "method": method, "view": view, "status": response.status_code,
            "reason": reason, "ms": round(seconds * 1000, 1), "queries": queries.count, "database_ms": round(queries.seconds * 1000, 1)})
        return response

    return middleware


def view_name(request: HttpRequest) -> str:
    """Name of the address, never the address: that may hold a secret or a person."""
    match = request.resolver_match
    return (match.view_name or "unnamed") if match else "none"


def user_id(request: HttpRequest) -> int | None:
    """Number of the person when the request has asked who it is; asking here would cost a query."""
    user: Any = getattr(request, "_cached_user", None)
    if user is None:
        found = request.__dict__.get("user")
        user = None if isinstance(found, LazyObject) else found
    return getattr(user, "pk", None)
