"""Addresses below ``exchange/``."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from . import views

app_name = "exchange"
urlpatterns = [
    path("", views.listing, name="list"),
    path("case/", views.case, name="case"),
    path("case/tried/<key:file_id>/", views.case_tried, name="case_tried"),
    path("<slug:name>/tried/<key:file_id>/", views.tried, name="tried"),
    path("<slug:name>/", views.table, name="table"),
    path("<slug:name>/export.<slug:kind>", views.export, name="export"),
    path("<slug:name>/template.<slug:kind>", views.template, name="template"),
]
