"""Addresses below ``people/``."""

from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in-as/<int:user_id>/", views.sign_in_as, name="sign_in_as"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("me/", views.me, name="me"),
    path("account/", views.account, name="account"),
]
