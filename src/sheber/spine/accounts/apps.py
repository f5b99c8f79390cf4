from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from sheber.spine.people.steps import Way


class AccountsConfig(AppConfig):
    name = "sheber.spine.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from sheber.spine.people.steps import after_session, before_session, sign_in_ways

        from . import signals  # noqa: F401 - listens from now on
        from .waiting import ask_second_step

        autodiscover_modules("access")
        before_session(ask_second_step)
        sign_in_ways(_providers)
        after_session(_signed_out)


def _signed_out(request: HttpRequest, held: "Mapping[str, Any]") -> "HttpResponse | None":
    from .views.leaving import signed_out

    return signed_out(request, held)


def _providers(request: HttpRequest) -> "Sequence[Way]":
    from .views.single import ways  # views are read when the first page is, not at start-up

    return ways(request)
