"""Forgetting what is old."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from sheber.spine.jobs.registry import JobRun, handler

from . import services


@handler("accounts.tidy", title=_("Forget old attempts to sign in and sessions that are over"), every=dt.timedelta(days=1), exclusive=True)
def tidy(_run: JobRun) -> dict[str, object]:
    """Counts of failures, familiar addresses, rows of sessions; again is the same as once."""
    counted, sessions = services.forget_old()
    return {"attempts": counted, "sessions": sessions}


@handler("accounts.watch", title=_("Look whether many attempts to sign in fail"), every=dt.timedelta(minutes=10), exclusive=True)
def watch(_run: JobRun) -> dict[str, object]:
    """Administrators are told once an hour; again is the same as once."""
    return {"failures": services.failures_watch()}
