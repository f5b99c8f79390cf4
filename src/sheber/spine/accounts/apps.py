from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.http import HttpRequest

if TYPE_CHECKING:
    from sheber.spine.people.steps import Way


class AccountsConfig(AppConfig):
    name = "sheber.spine.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from sheber.spine.people.steps import before_session, sign_in_ways

        from . import signals  # noqa: F401 - listens from now on
        from .waiting import ask_second_step

        autodiscover_modules("access")
        before_session(ask_second_step)
        sign_in_ways(_providers)


def _providers(request: HttpRequest) -> "Sequence[Way]":
    from .views.single import ways  # views are read when the first page is, not at start-up

    return ways(request)
