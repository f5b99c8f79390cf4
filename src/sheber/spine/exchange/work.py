"""Writing large files that were confirmed, and forgetting those that nobody confirmed."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sheber.kit.errors import DomainError
from sheber.spine.jobs.registry import JobRun, handler
from sheber.spine.people.access import PersonAccess

from . import queries, services


@handler("exchange.bring_in", title=_("Bring in a table"), max_attempts=5, timeout_s=4 * 3600)
def bring_in(run: JobRun) -> dict[str, object]:
    """All of it in one transaction, which also says that it is done: a run that is begun anew writes nothing twice.

    What the person may see and change is asked anew: roles may have ended since.
    """
    name, actor = str(run.params["table"]), run.actor
    url = reverse("exchange:table", args=[name])
    found = queries.open_table(PersonAccess(actor), name) if actor is not None and actor.is_active else None
    if found is None or not found.edit:
        return {"sentence": gettext("You may no longer change this table. Nothing was written."), "url": url, "written": 0}
    try:
        outcome = services.kept_file_finish(exchange=found.exchange, file_id=int(run.params["file"]), plan=str(run.params["plan"]),
                                            actor=actor, view=found.view, edit=found.edit, progress=run.progress)
    except DomainError as no:
        return {"sentence": str(no.message), "url": url, "written": 0}
    if outcome is None:
        return {"sentence": gettext("The file was written already."), "url": url}
    if not outcome.written:
        return {"sentence": gettext("What is here has changed since you looked at the file. Nothing was written: choose the file again."),
                "url": url, "written": 0}
    count = len(outcome.added) + len(outcome.changed)
    return {"sentence": ngettext("%(n)s row is written.", "%(n)s rows are written.", count) % {"n": count}, "url": url, "written": count}


@handler("exchange.tidy", title=_("Forget files that were tried and not brought in"), every=dt.timedelta(hours=1), exclusive=True)
def tidy(_run: JobRun) -> dict[str, object]:
    """Files kept for a confirmation longer than their hour; again is the same as once."""
    return {"files": services.kept_prune()}
