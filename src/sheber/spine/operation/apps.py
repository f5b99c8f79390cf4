from django.apps import AppConfig


class OperationConfig(AppConfig):
    name = "sheber.spine.operation"
    label = "operation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from sheber.kit import quiet

        from .services.maintenance import maintenance_is_on

        autodiscover_modules("access")
        quiet.register(maintenance_is_on)
