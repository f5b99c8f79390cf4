"""Opening the page of a list for a person, without a browser: the same view, the same rule, the same filters as when they open it."""

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from sheber.kit.errors import DomainError
from sheber.kit.exports import TAKER, Taker
from sheber.spine.people.access import PersonAccess
from sheber.spine.people.middleware import API_PREFIX, AccessMiddleware


def visit(*, person: Any, address: str, taker: Taker) -> None:
    """Let ``taker`` have the file at the address, as the person may see it now, in the language in force.

    Raises ``DomainError``: ``export_unknown`` (no list there), ``export_not_allowed``.
    """
    request = _request(person, address)
    taken: list[bool] = []

    def take(asked: Any) -> HttpResponse:
        answer = taker(asked)
        taken.append(True)
        return answer

    setattr(request, TAKER, take)
    try:
        match = resolve(request.path_info)
        request.resolver_match = match
        if request.path_info.startswith(API_PREFIX):
            raise Resolver404
        refused = AccessMiddleware(lambda _request: HttpResponse()).process_view(request, match.func, match.args, match.kwargs)
        if refused is not None:
            raise PermissionDenied
        match.func(request, *match.args, **match.kwargs)
    except PermissionDenied as no:
        raise DomainError("export_not_allowed", _("You may no longer see this list. Nothing was written.")) from no
    except Http404 as no:
        raise _unknown() from no
    if not taken:
        raise _unknown()


def _unknown() -> DomainError:
    return DomainError("export_unknown", _("There is no list to export at this address."))


def _request(person: Any, address: str) -> Any:
    path, _mark, query = address.partition("?")
    here = urlsplit(settings.PUBLIC_URL)
    request: Any = WSGIRequest({
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": unquote(path).encode().decode("latin-1"), "QUERY_STRING": query,
        "SERVER_NAME": here.hostname or "localhost", "SERVER_PORT": str(here.port or 80), "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": here.scheme or "http", "wsgi.input": io.BytesIO()})
    request.user, request.access, request.session = person, PersonAccess(person), {}
    request.htmx, request.LANGUAGE_CODE = HtmxDetails(request), get_language()
    return request


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read inside is the database at one moment, in however many parts; nobody who writes waits for it."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
        return
    here: Any = connection
    usual = here.transaction_mode
    here.transaction_mode = "DEFERRED"                             # the usual mode would keep every writer out for minutes
    with ExitStack() as stack:
        try:
            stack.enter_context(transaction.atomic())
        finally:
            here.transaction_mode = usual
        yield
