"""Probes for a proxy and figures for a monitoring server. They touch no session."""

import hmac
from collections.abc import Callable, Mapping
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from . import health, metrics
from .rules.addresses import is_loopback


@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return _plain(HttpResponse("ok\n", content_type="text/plain"))


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """200 when people may be sent here, 503 with the names of what is missing otherwise."""
    missing = health.failures()
    return _plain(JsonResponse({"status": "not ready" if missing else "ready", "failed": list(missing)}, status=503 if missing else 200))


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """From this machine, or with the token; 403 for everybody else."""
    if not _may_see(request):
        return _plain(HttpResponse("forbidden\n", content_type="text/plain", status=403))
    return _plain(HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST))


PROBES: Final[Mapping[str, Callable[[HttpRequest], HttpResponse]]] = {"/health/live": live, "/health/ready": ready, "/metrics": figures}
"""By path: answered before hosts, redirects and sessions are looked at."""


def _may_see(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    sent = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(sent.encode("utf-8", "replace"), f"Bearer {token}".encode()):
        return True
    # A proxy on this machine comes from loopback too. What it passes on says for whom, and REMOTE_ADDR is the visitor's then; a
    # proxy that says only half of it is not believed.
    passed_on = any(name in request.META for name in ("HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA"))
    return is_loopback(str(request.META.get("REMOTE_ADDR", ""))) and not passed_on


def _plain(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
