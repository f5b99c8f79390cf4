"""Addresses below ``evidence/``."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from . import views

app_name = "evidence"
urlpatterns = [path("<key:item_id>/", views.item, name="item")]
