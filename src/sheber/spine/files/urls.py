"""Addresses below ``files/``."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from . import views

app_name = "files"
urlpatterns = [
    path("", views.listing, name="list"),
    path("to/<str:kind>/<str:thing>/", views.attach, name="attach"),
    path("<key:file_id>/", views.download, name="download"),
    path("<key:file_id>/remove/", views.remove, name="remove"),
    path("<key:file_id>/bring-back/", views.bring_back, name="bring_back"),
]
