"""The page of one student, and the way to one's own."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sheber.apps.programmes.queries import student_page as queries
from sheber.apps.programmes.queries.ledgers import Seen, entries_of
from sheber.apps.programmes.queries.student_page import StudentItem, StudentReport
from sheber.kit.exports import Format, export, known
from sheber.kit.http import Request
from sheber.kit.localised import LocalisedText
from sheber.spine.people import queries as people
from sheber.spine.people.access import allowed
from sheber.spine.people.queries import PersonRow

ENTRIES = 8


@require_GET
def me(request: Request) -> HttpResponse:
    """One's own page: a student's distance, anybody else's account."""
    person_id: Any = request.user.pk
    if queries.enrolments_of(person_id):
        return redirect("students:student", person_id)
    return redirect("people:account")


@require_GET
def student(request: Request, person_id: int) -> HttpResponse:
    """``?goal=`` engineer type, ``programme=`` id of the enrolment, ``item=`` narrows the ledger, ``page=`` of the ledger.

    ``format=csv|xlsx`` exports the ledger. A person who studies nothing has a ledger too.
    """
    person = people.person(person_id)
    if person is None:
        raise Http404(_("There is no such person."))
    studies = queries.enrolments_of(person_id)
    wanted = request.GET.get("programme", "")
    who = next((one for one in studies if str(one.id) == wanted), studies[0] if studies else None)
    report: StudentReport | None = None
    if who is not None:
        try:
            report = queries.student_report(who, goal=request.GET.get("goal", ""), on_day=timezone.localdate(), reader=request.user)
        except LookupError as no:
            raise Http404(_("There is no engineer type named %(name)s.") % {"name": no}) from no
    ledger = report.ledger if report else queries.ledger_of(person_id, request.user)
    if (kind := known(request.GET.get("format", ""))) is not None:
        return _export(kind, person, ledger)
    item = request.GET.get("item", "")
    shown = tuple(one for one in ledger if one.code == item) if item else ledger
    entries = Paginator(entries_of(shown), ENTRIES).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "person": person, "studies": studies, "who": who, "report": report, "entries": entries, "item": item, "counted": _counted(ledger),
        "shown_items": len(shown), "total": len(ledger), "is_own": person_id == request.user.pk, "roles": people.roles_of(person_id),
        "groups": _groups(report), "goal": request.GET.get("goal", ""),
        "may_list": bool(who) and allowed(request.user, "evidence.view", _path(person_id)),
        "exports": [(one.upper(), f"?format={one}") for one in ("xlsx", "csv")], "keep": _kept(request),
        "codes": sorted({one.code for one in ledger}, key=_natural),
    }
    return render(request, "programmes/student.html", context)


def _groups(report: StudentReport | None) -> list[tuple[str, list[StudentItem]]]:
    """Items under their section."""
    groups: dict[str, list[StudentItem]] = {}
    for item in report.items if report else ():
        groups.setdefault(f"{item.section} {item.section_title}", []).append(item)
    return list(groups.items())


def _counted(ledger: tuple[Seen, ...]) -> int:
    return sum(not one.is_superseded for one in ledger)


def _path(person_id: int) -> str:
    return next(iter(people.home_paths(person_id)), "")


def _kept(request: Request) -> str:
    """What stays in the address when the ledger turns a page: goal, programme and item."""
    given = request.GET.copy()
    for name in ("page", "format"):
        given.pop(name, None)
    return given.urlencode()


def _natural(code: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdecimal() else 0, part) for part in code.split(".")]


def _export(kind: Format, person: PersonRow, ledger: tuple[Seen, ...]) -> HttpResponse:
    headings = [_("Date"), _("Item"), _("Level"), _("Setting"), _("Source"), _("Assessor"), _("Counts"), _("Reason of the correction"),
                _("Record")]
    rows = ([one.observed_on, one.code, one.level, one.setting, one.title, str(one.assessor or LocalisedText()) or one.assessor_rule,
             _("no, superseded") if one.is_superseded else _("yes"), one.reason, one.id] for one in ledger)
    return export(kind, headings, rows, title=_("Evidence of %(name)s") % {"name": person.name}, filename=f"evidence-{person.id}",
                  synthetic=person.is_synthetic, about={_("Measured"): timezone.localdate().isoformat()})
