from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "sheber.spine.privacy"
    label = "privacy"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from . import rules  # noqa: F401 - states the purposes of consents

        autodiscover_modules("access")
        autodiscover_modules("personal")       # every system states what it holds about a person
