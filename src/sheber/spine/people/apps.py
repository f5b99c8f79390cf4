from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "sheber.spine.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from sheber.kit import attention

        from .waiting import roles

        autodiscover_modules("access")
        attention.register("roles", roles)
