"""Telling people that a role of theirs ends soon."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from sheber.spine.jobs.registry import JobRun, handler

from . import services


@handler("people.roles_ending", title=_("Tell people that a role ends soon"), every=dt.timedelta(hours=6), exclusive=True)
def roles_ending(_run: JobRun) -> dict[str, object]:
    """Two weeks before the last day; each person is told once of each role and day, so again is the same as once."""
    return {"told": services.roles_ending_tell()}
