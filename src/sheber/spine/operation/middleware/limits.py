"""429 for whoever asks more often than a person does."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .. import limits, metrics, pages
from ..rules.addresses import group_of
from ..rules.limits import ADDRESS_SHARE, class_of, rate_of
from .edge import Respond
from .watch import view_name


class LimitsMiddleware:
    """After the person is known and before access is looked at. Only classes that cost something are counted."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any) -> HttpResponseBase | None:
        allowed = settings.RATE_LIMITS
        if not allowed:
            return None
        kind = class_of(method=request.method or "GET", path=request.path_info, view=view_name(request),
                        is_export=bool(request.GET.get("export")),
                        is_upload=bool(getattr(request, "_files", None)))   # read by now, if it is a form
        if kind is None or kind not in allowed:
            return None
        wait = limits.take(f"{kind}:a{group_of(request.META.get('REMOTE_ADDR', ''))}", rate_of(allowed[kind], share=ADDRESS_SHARE))
        if not wait and request.user.is_authenticated:
            wait = limits.take(f"{kind}:p{request.user.pk}", rate_of(allowed[kind]))
        if not wait:
            return None
        metrics.count_limited(kind)
        return pages.too_many(request, wait)
