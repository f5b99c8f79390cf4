"""Addresses below ``notices/``."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from .views import centre, choosing, letters

app_name = "notices"
urlpatterns = [
    path("", centre.notice_list, name="list"),
    path("all/read/", centre.mark_all, name="mark_all"),
    path("<key:notice_id>/open/", centre.open_notice, name="open"),
    path("<key:notice_id>/mark/", centre.mark, name="mark"),
    path("settings/", choosing.settings_page, name="settings"),
    path("unsubscribe/<str:token>/", choosing.unsubscribe, name="unsubscribe"),
    path("letters/", letters.letter_list, name="letters"),
    path("letters/retry/", letters.letters_retry, name="letters_retry"),
    path("letters/<key:letter_id>/", letters.letter_act, name="letter_act"),
]
