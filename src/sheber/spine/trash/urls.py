"""Addresses below ``trash/``."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from . import views

app_name = "trash"
urlpatterns = [
    path("", views.deletion_list, name="list"),
    path("<key:deletion_id>/", views.deletion, name="deletion"),
    path("<key:deletion_id>/restore/", views.restore, name="restore"),
    path("<key:deletion_id>/destroy/", views.destroy, name="destroy"),
]
