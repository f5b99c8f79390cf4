from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "sheber.spine.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("notices")
