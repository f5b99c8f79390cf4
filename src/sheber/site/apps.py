from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "sheber.site"
    label = "site"

    def ready(self) -> None:
        from sheber.spine.accounts.services import answering

        from . import finding, places, waiting

        finding.register()
        answering.register()
        places.register()
        waiting.register()
