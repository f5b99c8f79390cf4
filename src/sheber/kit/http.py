"""The request as our middlewares leave it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from .access import Access

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    class Request(HttpRequest):
        """A request that knows whether htmx sent it and what its person may do."""

        htmx: HtmxDetails
        access: Access
else:
    Request = HttpRequest


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; a boosted link and a history miss want the whole page."""
    details: HtmxDetails | None = getattr(request, "htmx", None)
    return details is not None and bool(details) and not details.boosted and not details.history_restore_request
