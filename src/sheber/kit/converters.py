"""Parts of addresses. Importing this module makes ``<key:person_id>`` known."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class KeyConverter(IntConverter):
    """A number that fits a database key; a longer one is no such page instead of an error in the database."""

    regex = "[0-9]{1,18}"


register_converter(KeyConverter, "key")
