"""Forgetting files that nobody confirmed."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from sheber.spine.jobs.registry import JobRun, handler

from . import services


@handler("exchange.tidy", title=_("Forget files that were tried and not brought in"), every=dt.timedelta(hours=1), exclusive=True)
def tidy(_run: JobRun) -> dict[str, object]:
    """Files kept for a confirmation longer than their hour; again is the same as once."""
    return {"files": services.kept_prune()}
