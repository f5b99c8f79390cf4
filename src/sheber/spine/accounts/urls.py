"""Addresses below ``account/``."""

from django.urls import path

from .views import passwords

app_name = "accounts"
urlpatterns = [
    path("password/", passwords.password, name="password"),
    path("forgotten/", passwords.forgotten, name="forgotten"),
    path("reset/<str:uid>/<str:token>/", passwords.reset, name="reset"),
]
