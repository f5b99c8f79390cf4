"""The outermost: believe headers only from our own proxies, refuse what is too large, and let the sender finish sending."""

import contextlib
import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ..pages import too_large
from ..rules.addresses import REQUEST_ID, Network, client_of, is_in, networks

Respond = Callable[[HttpRequest], HttpResponseBase]
PROXY_HEADERS: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
                        "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_X_REQUEST_ID")
ENVELOPE_BYTES: Final = 64 * 1024
"""What a form adds around a file: names of fields and boundaries."""
DRAIN_BYTES: Final = 256 << 20
DRAIN_S: Final = 20.0
SHELTER: Final = {
    "X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Only where nothing inside has said more, as for what is answered before the other middlewares. No page of ours needs a device."""


def edge_middleware(get_response: Respond) -> Respond:
    """First in the settings."""
    trusted = networks(settings.TRUSTED_PROXIES)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        settle_headers(request.META, trusted)
        response: HttpResponseBase = too_large(request) if _is_too_large(request) else get_response(request)
        if request.method in {"POST", "PUT", "PATCH", "DELETE"}:
            _drain(request)
        _shelter(request, response)
        return response

    return middleware


def settle_headers(meta: dict[str, Any], trusted: tuple[Network, ...]) -> None:
    """``REMOTE_ADDR`` becomes the visitor's; headers that only a proxy may set go when another has sent them."""
    peer = str(meta.get("REMOTE_ADDR", ""))
    if not is_in(peer, trusted):
        for name in PROXY_HEADERS:
            meta.pop(name, None)
        return
    meta["REMOTE_ADDR"] = client_of(peer, str(meta.get("HTTP_X_FORWARDED_FOR", "")), trusted)
    meta.pop("HTTP_X_FORWARDED_HOST", None)              # the proxy passes the name on as Host
    if not REQUEST_ID.fullmatch(str(meta.get("HTTP_X_REQUEST_ID", ""))):
        meta.pop("HTTP_X_REQUEST_ID", None)


def _shelter(request: HttpRequest, response: HttpResponseBase) -> None:
    """What every answer says to the browser; what somebody signed in was shown stays in no cache."""
    for name, value in SHELTER.items():
        response.setdefault(name, value)
    if settings.SESSION_COOKIE_NAME in request.COOKIES or "HTTP_AUTHORIZATION" in request.META:
        response.setdefault("Cache-Control", "private, no-store")


def _is_too_large(request: HttpRequest) -> bool:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return False                                     # Django answers 400 by itself
    return length > settings.MAX_REQUEST_BYTES + ENVELOPE_BYTES


def _drain(request: HttpRequest) -> None:
    """Read what nobody has read, up to a bound: a sender whose connection breaks while sending never sees the answer."""
    stream: Any = getattr(request, "_stream", None)
    if request.META.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        stream = request.META.get("wsgi.input")
    if stream is None:
        return
    left, end = DRAIN_BYTES, time.monotonic() + DRAIN_S
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        while left > 0 and time.monotonic() < end and (block := stream.read(min(1 << 16, left))):
            left -= len(block)


