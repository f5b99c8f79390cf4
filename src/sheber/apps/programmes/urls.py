"""Addresses of the programmes."""

from django.urls import path

from .views import matrix, matrix_export

app_name = "programmes"
urlpatterns = [
    path("<str:code>/<str:version>/matrix/", matrix.matrix, name="matrix"),
    path("<str:code>/<str:version>/matrix/save/", matrix.matrix_save, name="matrix_save"),
    path("<str:code>/<str:version>/matrix/export.<str:kind>", matrix_export.matrix_export, name="matrix_export"),
]
