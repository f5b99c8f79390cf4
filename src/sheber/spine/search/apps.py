from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "sheber.spine.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate
        from django.utils.module_loading import autodiscover_modules

        from sheber.kit import backups, findable

        from . import queries, services

        autodiscover_modules("search")
        services.follow_writes()
        findable.looked_up_by(queries.ids_found)
        backups.register_rebuild("search", services.rebuild)
        post_migrate.connect(services.after_migrations, sender=self, dispatch_uid="search")
