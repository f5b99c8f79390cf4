from django.apps import AppConfig


class CompetencesConfig(AppConfig):
    name = "sheber.spine.competences"
    label = "competences"
    default_auto_field = "django.db.models.BigAutoField"
