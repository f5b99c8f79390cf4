"""Addresses below ``evidence/``."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from . import views


class RowConverter(IntConverter):
    """A number that fits a database key; a longer one is no such page instead of an error in the database."""

    regex = "[0-9]{1,18}"


register_converter(RowConverter, "row")

app_name = "evidence"
urlpatterns = [path("<row:item_id>/", views.item, name="item")]
