"""Addresses below ``organisations/``."""

from django.urls import path

from .views import editing, listing, tree

app_name = "organisations"
urlpatterns = [
    path("", tree.tree, name="tree"),
    path("all/", listing.listing, name="list"),
    path("<str:code>/below/new/", editing.add, name="add"),
    path("<str:code>/below/", tree.below, name="below"),
    path("<str:code>/edit/", editing.edit, name="edit"),
    path("<str:code>/move/", editing.move, name="move"),
    path("<str:code>/close/", editing.close, name="close"),
    path("<str:code>/delete/", editing.delete, name="delete"),
    path("<str:code>/open/", editing.reopen, name="reopen"),
    path("<str:code>/", tree.detail, name="organisation"),
]
