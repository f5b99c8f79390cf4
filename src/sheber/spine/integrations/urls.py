"""Addresses below ``integrations/``."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from .views import tokens, webhooks

app_name = "integrations"
urlpatterns = [
    path("tokens/", tokens.token_list, name="tokens"),
    path("tokens/new/", tokens.token_new, name="token_new"),
    path("tokens/<key:token_id>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("webhooks/", webhooks.webhook_list, name="webhooks"),
    path("webhooks/new/", webhooks.webhook_new, name="webhook_new"),
    path("webhooks/<key:webhook_id>/", webhooks.webhook, name="webhook"),
    path("webhooks/<key:webhook_id>/edit/", webhooks.webhook_edit, name="webhook_edit"),
    path("webhooks/<key:webhook_id>/act/", webhooks.webhook_act, name="webhook_act"),
    path("deliveries/<key:delivery_id>/", webhooks.delivery, name="delivery"),
    path("deliveries/<key:delivery_id>/replay/", webhooks.delivery_replay, name="delivery_replay"),
]
