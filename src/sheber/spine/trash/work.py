"""What was kept long enough goes."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from sheber.spine.jobs.registry import JobRun, handler

from . import services


@handler("trash.purge", title=_("Empty the trash of what is older than thirty days"), every=dt.timedelta(hours=6), exclusive=True)
def purge(_run: JobRun) -> dict[str, object]:
    """Each of them is told in the record of changes."""
    return {"deletions": services.purge()}
