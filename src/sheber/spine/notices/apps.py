from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "sheber.spine.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from sheber.spine.jobs.registry import when_ended

        autodiscover_modules("notices")
        when_ended(_work_ended)


def _work_ended(job_id: int) -> None:
    from .services.works import work_ended  # services are read when the first work has ended, not at start-up

    work_ended(job_id)
