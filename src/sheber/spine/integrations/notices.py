"""What owners of webhooks are told."""

from django.utils.translation import gettext_lazy as _

from sheber.spine.notices import types

types.register("webhook.disabled", title=_("A webhook was switched off"),
               explanation=_("When messages of a webhook of yours fail for days."),
               sentence=_("“%(name)s” could not be reached for days and was switched off. Mend the receiver, switch it on again, and "
                          "have the messages it missed sent again."), letters="at_once")
