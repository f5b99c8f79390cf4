from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "sheber.kit"
    label = "kit"
