from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "sheber.kit"
    label = "kit"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("exchange")
