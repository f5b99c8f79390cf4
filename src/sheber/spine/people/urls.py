"""Addresses below ``people/``."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from .views import administration, directory, invitations, signing

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
urlpatterns += [
    path("", directory.people_list, name="list"),
    path("invitations/", invitations.invitation_list, name="invitations"),
    path("invitations/new/", invitations.invite, name="invite"),
    path("invitations/<key:invitation_id>/resend/", invitations.invitation_resend, name="invitation_resend"),
    path("invitations/<key:invitation_id>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("invitation/", invitations.invitation, name="invitation"),
    path("invitation/<str:token>/", invitations.invitation_open, name="invitation_open"),
    path("<key:person_id>/", directory.person, name="person"),
    path("<key:person_id>/edit/", administration.person_edit, name="person_edit"),
    path("<key:person_id>/close/", administration.person_deactivate, name="person_deactivate"),
    path("<key:person_id>/open/", administration.person_reactivate, name="person_reactivate"),
    path("<key:person_id>/roles/new/", administration.role_grant, name="role_grant"),
    path("<key:person_id>/roles/<key:role_id>/days/", administration.role_dates, name="role_dates"),
    path("<key:person_id>/roles/<key:role_id>/end/", administration.role_end, name="role_end"),
]
