"""Probes and figures are answered here, before sessions and hosts; everything else too while the house is closed."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import get_resolver

from ..pages import closed
from ..services.maintenance import retry_after_s
from ..views import PROBES
from .edge import Respond


def closed_middleware(get_response: Respond) -> Respond:
    """After the watcher and before everything that asks for a host, a session or the database."""

    static = f"/{settings.STATIC_URL.lstrip('/')}"          # the sentence is shown in our look

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if (probe := PROBES.get(request.path_info)) is not None:
            request.resolver_match = get_resolver().resolve(request.path_info)  # its name, for the log and the figures
            answer: HttpResponseBase = probe(request)
            return answer
        if (seconds := retry_after_s()) and not request.path_info.startswith(static):
            return closed(request, seconds)
        return get_response(request)

    return middleware
