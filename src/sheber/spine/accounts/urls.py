"""Addresses below ``account/``."""

from django.urls import path

from .views import passwords

app_name = "accounts"
urlpatterns = [
    path("password/", passwords.password, name="password"),
    path("sessions/end/", passwords.sessions_end, name="sessions_end"),
    path("forgotten/", passwords.forgotten, name="forgotten"),
    path("reset/<str:uid>/<str:token>/", passwords.reset, name="reset"),
]
