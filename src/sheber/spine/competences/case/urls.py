"""Addresses of CASE, below ``ims/case/``; the path of each is laid down by the specification."""

from django.urls import path

from . import views

app_name = "case"
urlpatterns = [
    path("<slug:release>/CFDocuments", views.documents, name="documents"),
    path("<slug:release>/CFDocuments/<str:identifier>", views.document, name="document"),
    path("<slug:release>/CFPackages/<str:identifier>", views.package, name="package"),
    path("<slug:release>/CFItems/<str:identifier>", views.item, name="item"),
    path("<slug:release>/CFItemAssociations/<str:identifier>", views.item_associations, name="item_associations"),
    path("<slug:release>/CFAssociations/<str:identifier>", views.association, name="association"),
]
