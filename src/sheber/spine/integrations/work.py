"""Sending what waits, and forgetting what is old."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from sheber.spine.jobs.registry import JobRun, handler

from . import services


@handler("integrations.deliver", title=_("Send messages of webhooks"), every=dt.timedelta(minutes=1), exclusive=True)
def deliver(_run: JobRun) -> dict[str, object]:
    """Messages whose time has come. One that was being sent when the worker died is sent again: receivers know its id."""
    sent = services.deliver_due()
    return {"delivered": sent.delivered, "failed": sent.failed}


@handler("integrations.tidy", title=_("Forget kept answers of the API and old messages of webhooks"),
         every=dt.timedelta(hours=6), exclusive=True)
def tidy(_run: JobRun) -> dict[str, object]:
    """Answers kept for repeats longer than a day, messages that ended long ago; again is the same as once."""
    return {"answers": services.answers_prune(), "deliveries": services.deliveries_prune()}
