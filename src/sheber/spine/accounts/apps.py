from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sheber.spine.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from sheber.spine.people.steps import before_session

        from . import signals  # noqa: F401 - listens from now on
        from .waiting import ask_second_step

        autodiscover_modules("access")
        before_session(ask_second_step)
