"""Students who agree that enterprises see their profile, and one such profile."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sheber.apps.programmes.queries import profiles as queries
from sheber.apps.programmes.queries.profiles import ProfileRow
from sheber.kit import formats
from sheber.kit.exports import export, known
from sheber.kit.http import Request
from sheber.kit.tables import Column, Filter, Query, Slice, Table
from sheber.spine.competences import profiles as competences

PAGE_SIZE = 25


def _columns() -> list[Column[ProfileRow]]:
    return [
        Column("name", _("Student"), lambda row: str(row.who.name)),
        Column("programme", _("Programme"), lambda row: f"{row.who.code} {row.who.programme}"),
        Column("place", _("University"), lambda row: row.who.place, sortable=False),
        Column("class", pgettext("students who leave in one year", "Class"), lambda row: row.who.class_year, numeric=True),
        Column("goal", _("Goal"), lambda row: str(row.who.goal.title)),
        Column("fine", _("Met or within"), lambda row: row.distance.fine, numeric=True, sortable=False),
        Column("required", _("Required"), lambda row: row.distance.required, numeric=True, sortable=False),
    ]


@require_GET
def profile_list(request: Request) -> HttpResponse:
    """Those who agree today; ``?format=csv|xlsx`` exports the rows that pass the filters."""
    today = timezone.localdate()

    def answer(query: Query) -> Slice[ProfileRow]:
        return queries.profile_slice(query, on_day=today)

    filters: list[Filter[ProfileRow]] = [
        Filter("class", pgettext("students who leave in one year", "Class"), [
            ("", _("Any class")), *((str(year), str(year)) for year in queries.profile_years())]),
        Filter("goal", _("Goal"), [("", _("Any goal")), *((kind.code, str(kind.title)) for kind in competences.engineer_types())])]
    table = Table(_columns(), answer, request, default="name", filters=filters, page_size=PAGE_SIZE)
    if (kind := known(request.GET.get("format", ""))) is not None:
        headings, rows = table.export()
        return export(kind, headings, rows, title=_("Profiles of students"), filename="profiles",
                      synthetic=any(row.who.is_synthetic for row in table), about={_("Measured"): formats.date(today, "iso")})
    return render(request, "programmes/profiles.html", {"table": table, "today": today})


@require_GET
def profile(request: Request, person_id: int) -> HttpResponse:
    """One profile; the student sees it too, whether they agree or not."""
    try:
        shown = queries.profile_of(person_id, on_day=timezone.localdate())
    except LookupError as no:
        raise Http404(_("There is no engineer type named %(name)s.") % {"name": no}) from no
    is_own = person_id == request.user.pk
    if shown is None and not is_own:
        raise Http404(_("This person does not study here."))
    return render(request, "programmes/profile.html", {
        "shown": shown, "is_own": is_own, "agrees": not is_own or queries.shows_profile(person_id)})
