from django.apps import AppConfig


class TrashConfig(AppConfig):
    name = "sheber.spine.trash"
    label = "trash"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("trash")          # every system states what of it can be deleted and put back
