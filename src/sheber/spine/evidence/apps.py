from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "sheber.spine.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("sources")
