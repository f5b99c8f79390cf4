"""The house's own work: forgetting what is old."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from . import services
from .registry import JobRun, handler


@handler("jobs.tidy", title=_("Remove old background work"), every=dt.timedelta(hours=1), exclusive=True)
def tidy(_run: JobRun) -> dict[str, object]:
    """Works after the time they are kept for, workers that are long gone."""
    works, workers = services.forget_old()
    return {"works": works, "workers": workers}
