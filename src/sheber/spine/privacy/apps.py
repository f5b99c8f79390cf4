from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "sheber.spine.privacy"
    label = "privacy"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from sheber.kit import attention, backups

        from . import waiting
        from .services.erasing import erasures_redo
        from .services.journal import keep

        autodiscover_modules("access")
        autodiscover_modules("personal")       # every system states what it holds about a person
        attention.register("privacy", waiting.requests)
        backups.register_journal("erasures", keep=keep, redo=erasures_redo)
