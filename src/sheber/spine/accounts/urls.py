"""Addresses below ``account/``."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from .views import leaving, passwords, second, sessions, single

app_name = "accounts"
urlpatterns = [
    path("password/", passwords.password, name="password"),
    path("sessions/end/", passwords.sessions_end, name="sessions_end"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<key:session_id>/end/", sessions.session_end, name="session_end"),
    path("second-step/", second.second, name="second"),
    path("second-step/set-up/", second.second_setup, name="second_setup"),
    path("second-step/codes/", second.second_codes, name="second_codes"),
    path("second-step/off/", second.second_off, name="second_off"),
    path("second-step/check/", second.second_check, name="second_check"),
    path("second-step/of/<key:person_id>/reset/", second.second_reset, name="second_reset"),
    path("single/<slug:provider>/", single.sso, name="sso"),
    path("single/<slug:provider>/back/", single.sso_back, name="sso_back"),
    path("single/<slug:provider>/out/", leaving.sso_out, name="sso_out"),
    path("single/<slug:provider>/confirm/", single.confirm_at, name="confirm_at"),
    path("identities/", single.identities, name="identities"),
    path("identities/<slug:provider>/link/", single.identity_link, name="identity_link"),
    path("identities/<key:identity_id>/unlink/", single.identity_unlink, name="identity_unlink"),
    path("identities/of/<key:person_id>/end/", single.identities_end, name="identities_end"),
    path("forgotten/", passwords.forgotten, name="forgotten"),
    path("reset/<str:uid>/<str:token>/", passwords.reset, name="reset"),
]
