from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "sheber.spine.integrations"
    label = "integrations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from sheber.spine.audit import services as audit

        from .services import closings_note, events_note

        autodiscover_modules("events")
        audit.listen(events_note)
        audit.listen(closings_note)
