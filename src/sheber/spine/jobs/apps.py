from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "sheber.spine.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("work")
