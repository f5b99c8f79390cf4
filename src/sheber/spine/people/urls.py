"""Addresses below ``people/``."""

from django.urls import path

from .views import signing

app_name = "people"
urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-in-as/<int:user_id>/", signing.sign_in_as, name="sign_in_as"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("language/", signing.language, name="language"),
    path("theme/", signing.theme, name="theme"),
    path("me/", signing.me, name="me"),
    path("account/", signing.account, name="account"),
]
