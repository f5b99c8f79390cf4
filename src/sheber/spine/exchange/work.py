"""Looking through large files and writing those that were confirmed, and forgetting those that nobody confirmed."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sheber.kit.errors import DomainError
from sheber.spine.jobs.registry import JobRun, handler
from sheber.spine.people.access import PersonAccess

from . import queries, services


@handler("exchange.look", title=_("Look through a file"), max_attempts=5, timeout_s=4 * 3600)
def look(run: JobRun) -> dict[str, object]:
    """A dry run: what it writes it takes back, and only what it found stays. Begun anew it is the same again."""
    name, actor, file_id = str(run.params["table"]), run.actor, int(run.params["file"])
    is_case = name == services.CASE
    page = reverse("exchange:case") if is_case else reverse("exchange:table", args=[name])
    if not _may(actor, name):
        return {"sentence": gettext("You may no longer change this table. Nothing was written."), "url": page}
    if is_case:
        run.progress(0, 0)
        is_there = services.kept_case_look(file_id=file_id, actor=actor)
    else:
        found = queries.open_table(PersonAccess(actor), name)
        assert found is not None
        is_there = services.kept_file_look(exchange=found.exchange, file_id=file_id, actor=actor, view=found.view, edit=found.edit,
                                           progress=run.progress)
    if not is_there:
        return {"sentence": gettext("Another file was chosen since."), "url": page}
    url = reverse("exchange:case_tried", args=[file_id]) if is_case else reverse("exchange:tried", args=[name, file_id])
    return {"sentence": gettext("The file was looked through. Nothing has been written."), "url": url}


@handler("exchange.bring_in", title=_("Bring in a table"), max_attempts=5, timeout_s=4 * 3600)
def bring_in(run: JobRun) -> dict[str, object]:
    """All of it in one transaction, which also says that it is done: a run that is begun anew writes nothing twice.

    What the person may see and change is asked anew: roles may have ended since.
    """
    name, actor = str(run.params["table"]), run.actor
    is_case = name == services.CASE
    url = reverse("exchange:case") if is_case else reverse("exchange:table", args=[name])
    if not _may(actor, name):
        return {"sentence": gettext("You may no longer change this table. Nothing was written."), "url": url, "written": 0}
    file_id, plan = int(run.params["file"]), str(run.params["plan"])
    outcome: Any
    try:
        if is_case:
            run.progress(0, 0)
            outcome = services.kept_case_finish(file_id=file_id, plan=plan, actor=actor)
        else:
            found = queries.open_table(PersonAccess(actor), name)
            assert found is not None
            outcome = services.kept_file_finish(exchange=found.exchange, file_id=file_id, plan=plan, actor=actor, view=found.view,
                                                edit=found.edit, progress=run.progress)
    except DomainError as no:
        return {"sentence": str(no.message), "url": url, "written": 0}
    return _told(outcome, url, is_case=is_case, is_blind=not plan)


def _told(outcome: Any, url: str, *, is_case: bool, is_blind: bool) -> dict[str, object]:
    """``is_blind``: nobody was shown before what the file would do."""
    if outcome is None:
        return {"sentence": gettext("The file was written already."), "url": url}
    if outcome.faults and is_blind:
        return {"sentence": gettext("The file cannot be brought in as it is. Nothing was written."), "url": url, "written": 0}
    if not outcome.written and not (is_case and outcome.act == "nothing"):
        return {"sentence": gettext("What is here has changed since you looked at the file. Nothing was written: choose the file again."),
                "url": url, "written": 0}
    if is_case:
        return {"sentence": gettext("%(code)s, version %(version)s, is written as a draft.") % {
            "code": outcome.code, "version": outcome.version}, "written": outcome.items,
            "url": reverse("competences:framework", args=[outcome.code, outcome.version])}
    count = len(outcome.added) + len(outcome.changed)
    return {"sentence": ngettext("%(n)s row is written.", "%(n)s rows are written.", count) % {"n": count}, "url": url, "written": count}


def _may(actor: Any, name: str) -> bool:
    return actor is not None and actor.is_active and queries.may_bring_in(PersonAccess(actor), name)


@handler("exchange.tidy", title=_("Forget files that were tried and not brought in"), every=dt.timedelta(hours=1), exclusive=True)
def tidy(_run: JobRun) -> dict[str, object]:
    """Files kept for a confirmation longer than their hour; again is the same as once."""
    return {"files": services.kept_prune()}
