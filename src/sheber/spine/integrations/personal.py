"""What integrations keeps about a person. Secrets are never handed out: whoever has one acts as the person."""

from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import Leaving, at_erasure, holding, table

from .models import ApiToken, Delivery, KeptAnswer, Webhook

_TOKEN = ("name", "prefix", "scopes", "organisation__code", "created_at", "expires_at", "last_used_at", "revoked_at")
_HOOK = ("name", "url", "events", "organisation__code", "state", "created_at")

holding("integrations.tokens", title=_("Your tokens"), why=_("To let your programs in. Of the token itself only a hash is kept."),
        kept=_("As long as your account exists; tokens that are over stay with their dates."), fields=("integrations.ApiToken.owner",),
        export=table("name", "prefix", "scopes", "organisation", "created_at", "expires_at", "last_used_at", "revoked_at",
                     source=lambda person: ApiToken.objects.filter(owner_id=person).order_by("pk").values_list(*_TOKEN)))
holding("integrations.webhooks", title=_("Your webhooks"), why=_("To tell your programs what has happened."),
        kept=_("Until you remove them."), fields=("integrations.Webhook.owner",),
        export=table("name", "url", "events", "organisation", "state", "created_at",
                     source=lambda person: Webhook.objects.filter(owner_id=person).order_by("pk").values_list(*_HOOK)))
holding("integrations.answers", title=_("Answers kept for repeated requests"),
        why=_("So that a program that sends a request twice changes nothing twice. The answers themselves are sealed."),
        kept=_("24 hours."), fields=("integrations.KeptAnswer.owner",),
        export=table("claimed_at", "status", source=lambda person: KeptAnswer.objects.filter(
            owner_id=person).order_by("pk").values_list("claimed_at", "status")))


def _deliveries(leaving: Leaving) -> int:
    """Messages to webhooks of others that tell of the person; whoever received them was told of the erasure, as of any event."""
    kind = '"kind":"people.user"'
    found = [key for key, payload in Delivery.objects.values_list("pk", "payload").iterator() if leaving.is_named_in(payload)
             or (kind in payload and f'"id":"{leaving.person_id}"' in payload)]
    return int(Delivery.objects.filter(pk__in=found).delete()[0])


at_erasure("integrations.ApiToken", "deleted", "a way in", by=("owner",))
at_erasure("integrations.KeptAnswer", "deleted", "an answer for the person", by=("owner",))
at_erasure("integrations.Webhook", "deleted", "nobody is left whose right to read it would use", by=("owner",))
at_erasure("integrations.Delivery", "deleted", "it was sent, and told of the person", run=_deliveries)
