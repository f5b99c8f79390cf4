"""Figures of large programmes, so that their pages need not compute them."""

import datetime as dt

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sheber.spine.jobs.registry import JobRun, handler

from .services.figures import KIND, figures_keep


@handler(KIND, title=_("Compute the figures of large programmes"), every=dt.timedelta(minutes=10), exclusive=True)
def figures(run: JobRun) -> dict[str, object]:
    """Everybody whose ledger has moved on, or whose figures are of another day; again is the same as once."""
    version, people = run.params.get("version"), 0
    for done, total, computed in figures_keep(None if version is None else [int(version)]):
        people = computed
        run.progress(done, total)
    return {"people": people, "sentence": ngettext("Figures of %(n)s student computed.", "Figures of %(n)s students computed.", people) % {
        "n": people}}
