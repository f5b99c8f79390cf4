"""Addresses below ``organisations/``."""

from django.urls import path

from .views import tree

app_name = "organisations"
urlpatterns = [
    path("", tree.tree, name="tree"),
    path("<str:code>/", tree.detail, name="organisation"),
]
