from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "sheber.site"
    label = "site"
