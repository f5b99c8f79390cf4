from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "sheber.spine.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("exchange")       # every system states what goes out and comes in
        autodiscover_modules("access")
