"""Addresses below ``exports/``."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from . import views

app_name = "exports"
urlpatterns = [
    path("", views.export_list, name="list"),
    path("start/", views.start, name="start"),
    path("<key:export_id>/file/", views.content, name="content"),
    path("<key:export_id>/remove/", views.remove, name="remove"),
]
