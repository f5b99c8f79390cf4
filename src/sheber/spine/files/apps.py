from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "sheber.spine.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from sheber.kit import backups

        from .backup import BackedUp

        autodiscover_modules("attachments")     # every system states what files can be attached to
        backups.register_store("files", BackedUp())
