"""A database or a disk that is out of order: one line in the log, and a plain answer that says when to come back.

Called where Django asks for the page of an error nobody expected, so it covers middleware as well as views.
"""

import contextlib
import logging
from typing import Final

from django.http import HttpRequest, HttpResponse

from sheber.kit.outages import Outage, outage_of

from . import pages
from .middleware.watch import view_name

log = logging.getLogger("sheber.outages")
_WORDS: Final[dict[Outage, str]] = {"gone": "the database does not answer", "busy": "the database is held by somebody else",
                                    "full": "there is no room to write"}


def answer_to(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """503 or 507 when the error is of that kind, else ``None``."""
    outage = outage_of(error)
    if outage is None:
        return None
    cause = (error and error.__cause__) or error
    told = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or type(cause).__name__
    log.warning("%s: %s (%s)", _WORDS[outage], (str(cause).strip().splitlines() or [""])[0][:300], told, extra={"view": view_name(request)})
    _drop_uploads(request)
    answer = pages.out_of_order(request, outage)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # so that Django does not write a trace as of a fault in the program
    return answer


def _drop_uploads(request: HttpRequest) -> None:
    """A file that was being received when the room ran out takes up none of it any longer."""
    for handler in request.upload_handlers:
        with contextlib.suppress(OSError):              # what it still holds back cannot be written either; its file goes all the same
            handler.upload_interrupted()
