"""Who asks by a token, and requests that are sent again. Both concern the API alone."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from sheber.kit.http import refused
from sheber.spine.audit.requests import via_scope
from sheber.spine.people.middleware import API_PREFIX

from . import services
from .rules import repeating

TOKEN: Final = "api_token"                                           # noqa: S105 - a name of ours
"""Name of the attribute of a request that holds its :class:`~sheber.spine.integrations.services.ActiveToken`."""
_Next = Callable[[HttpRequest], HttpResponse]


def token_middleware(get_response: _Next) -> _Next:
    """``Authorization: Bearer shb_…`` makes the request that of the token's owner, narrowed to the token; the session is not looked at.

    A request that brings both a session and a token is refused: nobody could say by which of the two it was allowed.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        kind, _space, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not request.path_info.startswith(API_PREFIX):
            return get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            refused(request, "token_and_session")
            return _refused("token_and_session", _("The request brings a session and a token. Send one of them."))
        token = services.token_find(text.strip())
        if token is None:
            refused(request, "bad_token")
            return _refused("bad_token", _("The token is unknown, has ended, or was revoked."))
        request.user = token.owner
        setattr(request, TOKEN, token)
        services.token_seen(token.id)
        with via_scope(f"{token.prefix}…"):
            return get_response(request)

    return middleware


class RepeatedRequestMiddleware:
    """``Idempotency-Key``: a request that is sent again is not done again. Stands after the middleware of access, so that an answer is told
    again only to those who may still have it."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> HttpResponse | None:
        key = request.headers.get("Idempotency-Key")
        if (key is None or request.method not in repeating.METHODS or not request.path_info.startswith(API_PREFIX)
                or not request.user.is_authenticated):
            return None
        return _once(request, view, args, kwargs, key)


def _once(request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any, key: str) -> HttpResponse:
    """The answer kept for the key, else a refusal, else the answer of the view."""
    if repeating.key_fault(key):
        return _problem(422, "bad_idempotency_key", _("An Idempotency-Key is 1 to 200 printable ASCII characters."))
    try:
        print_ = repeating.fingerprint(method=str(request.method), address=request.get_full_path(),
                                       content_type=request.headers.get("Content-Type", ""), body=request.body)
    except RequestDataTooBig:
        return _problem(413, "too_large", _("The request is too large. Nothing was changed."))
    token = getattr(request, TOKEN, None)
    begun = services.request_begin(owner_id=int(request.user.pk or 0), token_id=token.id if token else 0, key=key, fingerprint=print_)
    if begun.answer is not None:
        return begun.answer
    if begun.what == "reused":
        return _problem(422, "idempotency_key_reused", _("This Idempotency-Key was used for another request. Nothing was changed."))
    if begun.what == "in_flight":
        return _in_flight()
    return _worked(request, view, args, kwargs, begun.claim)


def _worked(request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any, claim: str) -> HttpResponse:
    """Run the view and keep its answer in one transaction; what is not kept frees the key."""
    kept = False
    try:
        with transaction.atomic():
            answer = view(request, *args, **kwargs)
            if answer.status_code >= 500:
                transaction.set_rollback(True)
            elif repeating.is_kept(answer.status_code) and not answer.streaming and len(answer.content) <= repeating.LONGEST_ANSWER:
                services.answer_keep(claim=claim, answer=answer)
                kept = True
        return answer
    except services.ClaimLostError:
        kept = True
        return _in_flight()
    except BaseException:
        kept = False
        raise
    finally:
        if not kept:
            services.answer_release(claim=claim)


def _in_flight() -> HttpResponse:
    answer = _problem(409, "request_in_flight", _("The same request is being worked on. Ask again in a moment."))
    answer["Retry-After"] = "1"
    return answer


def _refused(code: str, message: str) -> HttpResponse:
    answer = _problem(401, code, message)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _problem(status: int, code: str, message: str) -> HttpResponse:
    return JsonResponse({"code": code, "message": message, "detail": {}}, status=status, json_dumps_params={"ensure_ascii": False})
