"""Addresses below ``exchange/``."""

from django.urls import path

from . import views

app_name = "exchange"
urlpatterns = [
    path("", views.listing, name="list"),
    path("case/", views.case, name="case"),
    path("<slug:name>/", views.table, name="table"),
    path("<slug:name>/export.<slug:kind>", views.export, name="export"),
    path("<slug:name>/template.<slug:kind>", views.template, name="template"),
]
