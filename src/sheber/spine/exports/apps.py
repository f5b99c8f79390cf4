from django.apps import AppConfig
from django.http import HttpRequest, HttpResponse


class ExportsConfig(AppConfig):
    name = "sheber.spine.exports"
    label = "exports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sheber.kit.exports import Asked, when_large

        def later(request: HttpRequest, asked: Asked) -> HttpResponse:
            from .views import offer  # pages are read with the addresses, not at start-up

            return offer(request, asked)

        when_large(later)
