"""What the record of changes says of tokens and webhooks."""

from django.utils.translation import gettext_lazy as _

from sheber.spine.audit import verbs

verbs.register("token.made", _("%(actor)s made the API token %(prefix)s…, “%(name)s”, valid until %(expires)s."))
verbs.register("token.revoked", _("%(actor)s revoked the API token %(prefix)s…, “%(name)s”."))
verbs.register("token.ended", _("The API token %(prefix)s… ended with the account of its owner."))
verbs.register("webhook.made", _("%(actor)s added the webhook “%(name)s” to %(url)s."))
verbs.register("webhook.changed", _("%(actor)s changed the webhook “%(name)s”."))
verbs.register("webhook.paused", _("%(actor)s paused the webhook “%(name)s”."))
verbs.register("webhook.resumed", _("%(actor)s resumed the webhook “%(name)s”."))
verbs.register("webhook.secret_replaced", _("%(actor)s replaced the secret of the webhook “%(name)s”."))
verbs.register("webhook.removed", _("%(actor)s removed the webhook “%(name)s”."))
verbs.register("webhook.tried", _("%(actor)s sent a test message to the webhook “%(name)s”."))
verbs.register("webhook.replayed", _("%(actor)s sent messages of the webhook “%(name)s” again: %(count)s."))
verbs.register("webhook.disabled", _("The webhook “%(name)s” was switched off: its receiver did not answer for long."))
