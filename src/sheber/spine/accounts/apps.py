from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sheber.spine.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("access")
