from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "sheber.apps.programmes"
    label = "programmes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .views import beside, sources

        sources.register()
        beside.register()
