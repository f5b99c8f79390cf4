"""One's own tokens for everybody; webhooks for those who read the record of changes where the webhook listens."""

from django.http import HttpRequest

from sheber.kit.access import rule

from . import queries

PERMISSION = "audit.view"


def _webhook(_request: HttpRequest, *, webhook_id: int) -> str | None:
    return queries.webhook_path(webhook_id)


def _delivery(_request: HttpRequest, *, delivery_id: int) -> str | None:
    return queries.delivery_path(delivery_id)


for _name in ("tokens", "token_new", "token_revoke"):               # views look whose they are
    rule(f"integrations:{_name}", signed_in=True)
rule("api-v1:integrations_token", signed_in=True, any_token=True)
rule("api-v1:integrations_tokens", signed_in=True)
rule("api-v1:integrations_token_revoke", signed_in=True)
for _name in ("webhooks", "webhook_new"):
    rule(f"integrations:{_name}", permission=PERMISSION)
for _name in ("webhook", "webhook_edit", "webhook_act"):
    rule(f"integrations:{_name}", permission=PERMISSION, scope=_webhook)
for _name in ("delivery", "delivery_replay"):
    rule(f"integrations:{_name}", permission=PERMISSION, scope=_delivery)
for _name in ("webhooks", "events"):
    rule(f"api-v1:integrations_{_name}", permission=PERMISSION)
for _name in ("webhook", "webhook_secret", "webhook_test", "webhook_replay", "webhook_deliveries"):
    rule(f"api-v1:integrations_{_name}", permission=PERMISSION, scope=_webhook)
for _name in ("delivery", "delivery_replay"):
    rule(f"api-v1:integrations_{_name}", permission=PERMISSION, scope=_delivery)
