"""Writing files that were asked for, and removing those whose time is over."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sheber.kit import formats
from sheber.spine.jobs.registry import JobRun, handler

from . import services


@handler("exports.make", title=_("Write an export"), max_attempts=5, timeout_s=8 * 3600, tells=True)
def make(run: JobRun) -> dict[str, object]:
    """Into a file without a name, which becomes a content when it is whole; a run that is begun anew begins with an empty one."""
    rows = services.export_make(export_id=int(run.params["export"]), run=run)
    if rows is None:
        return {"sentence": gettext("Whoever asked for the file has removed it.")}
    sentence = ngettext("The file has %(n)s row.", "The file has %(n)s rows.", rows) % {"n": formats.number(rows)}
    return {"sentence": sentence, "rows": rows, "url": reverse("exports:content", args=[run.params["export"]])}


@handler("exports.tidy", title=_("Remove exports whose time is over"), every=dt.timedelta(hours=1), exclusive=True)
def tidy(_run: JobRun) -> dict[str, object]:
    """Again is the same as once."""
    return {"exports": services.exports_forget_old()}
