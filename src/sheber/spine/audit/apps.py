from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "sheber.spine.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("verbs")
