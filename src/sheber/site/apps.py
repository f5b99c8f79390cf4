from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "sheber.site"
    label = "site"

    def ready(self) -> None:
        from . import finding, waiting

        finding.register()
        waiting.register()
