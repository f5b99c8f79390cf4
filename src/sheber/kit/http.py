"""The request as our middlewares leave it."""

from typing import TYPE_CHECKING

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


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; a boosted link and a history miss want the whole page."""
    details: HtmxDetails | None = getattr(request, "htmx", None)
    return details is not None and bool(details) and not details.boosted and not details.history_restore_request
