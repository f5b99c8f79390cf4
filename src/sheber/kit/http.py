"""The request as our middlewares leave it."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from .access import Access

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    class Request(HttpRequest):
        """A request that knows whether htmx sent it and what its person may do."""

        htmx: HtmxDetails
        access: Access
else:
    Request = HttpRequest


LONGEST_ADDRESS = 2000


def stays_here(address: str, *, host: str | None = None, secure: bool = False) -> bool:
    """Whether a browser that is sent to ``address`` stays on this server: a path, or with ``host`` (``secure``: and https) its own address.

    Browsers drop blanks and line breaks and read a backslash as a slash; an address that we wrote holds none of these.
    """
    if len(address) > LONGEST_ADDRESS or any(letter <= " " or letter in "\\\x7f" for letter in address):
        return False
    return url_has_allowed_host_and_scheme(address, allowed_hosts=host and {host}, require_https=secure)


def own_address(request: HttpRequest, path: str) -> str:
    """The whole address of a page, for a letter or for somebody else.

    The name in the request is the sender's: of a host that we know, with any port. Where the operator has said how people reach us
    that counts; on a desk, where ``PUBLIC_URL`` is this very machine, the request does.
    """
    if urlsplit(settings.PUBLIC_URL).hostname in {"127.0.0.1", "localhost", "::1"}:
        return request.build_absolute_uri(path)
    return f"{settings.PUBLIC_URL}{path}"


def refused(request: HttpRequest, reason: str) -> None:
    """Remember why the request is refused, in a word for the log and the figures: never anything typed or of a person."""
    request.refusal = reason  # type: ignore[attr-defined]


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; a boosted link and a history miss want the whole page."""
    details: HtmxDetails | None = getattr(request, "htmx", None)
    return details is not None and bool(details) and not details.boosted and not details.history_restore_request
