"""Addresses below ``jobs/``."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from . import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("<key:job_id>/", views.job, name="job"),
    path("<key:job_id>/progress/", views.progress, name="progress"),
    path("<key:job_id>/cancel/", views.cancel, name="cancel"),
    path("<key:job_id>/retry/", views.retry, name="retry"),
]
