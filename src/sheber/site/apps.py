from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "sheber.site"
    label = "site"

    def ready(self) -> None:
        from . import finding, places, waiting

        finding.register()
        places.register()
        waiting.register()
