"""Addresses below ``privacy/``."""

from django.urls import path

from .views import deciding, own

app_name = "privacy"
urlpatterns = [
    path("", own.overview, name="overview"),
    path("download/", own.download, name="download"),
    path("erasure/", own.erasure, name="erasure"),
    path("erasure/withdraw/", own.erasure_withdraw, name="erasure_withdraw"),
    path("consents/", own.consents, name="consents"),
    path("consents/counts/", deciding.consent_counts, name="consent_counts"),
    path("requests/", deciding.request_list, name="requests"),
    path("requests/<key:request_id>/", deciding.decide, name="decide"),
    path("people/<key:person_id>/erase/", deciding.erase, name="erase"),
]
