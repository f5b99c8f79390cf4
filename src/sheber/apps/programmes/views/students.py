"""Lists of students with the distance of each to the engineer type aimed at."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sheber.apps.programmes.queries import students as queries
from sheber.apps.programmes.queries.gap import Freshness
from sheber.apps.programmes.queries.students import StudentRow, StudentSlice
from sheber.kit import formats
from sheber.kit.exports import export, known
from sheber.kit.http import Request, wants_part
from sheber.kit.tables import Column, Filter, Query, Slice, Table
from sheber.spine.competences import profiles
from sheber.spine.people.access import allowed, visible_paths

from .common import tabs, version_or_404

PAGE_SIZE = 25
VERDICTS = ("short", "fine", "unassessed")


def verdict_label(verdict: str) -> str:
    """What a student's distance comes to."""
    return {"short": _("With a gap"), "fine": _("Without a gap"), "unassessed": _("Nothing assessed")}[verdict]


def _columns(*, with_programme: bool) -> list[Column[StudentRow]]:
    columns: list[Column[StudentRow]] = [
        Column("name", _("Student"), lambda row: str(row.who.name)),
        Column("programme", _("Programme"), lambda row: f"{row.who.code} {row.who.programme}"),
        Column("class", pgettext("students who leave in one year", "Class"), lambda row: row.who.class_year, numeric=True),
        Column("goal", _("Goal"), lambda row: str(row.who.goal.title)),
        Column("short", _("Gaps"), lambda row: row.distance.short, numeric=True),
        Column("largest", _("Largest gap"), lambda row: row.distance.largest, sortable=False),
        Column("fine", _("Met or within"), lambda row: row.distance.fine, numeric=True),
        Column("not_assessed", _("Not assessed"), lambda row: row.distance.not_assessed, numeric=True),
        Column("items", _("Evidence"), lambda row: row.distance.items, numeric=True),
    ]
    return columns if with_programme else [column for column in columns if column.name != "programme"]


class StudentTable(Table[StudentRow]):
    """The list, which knows how fresh its figures are."""

    found: StudentSlice

    @property
    def fresh(self) -> Freshness:
        """Of the rows shown."""
        return self.found.freshness if self._shown else Freshness()


def _filters(years: Sequence[int], programmes: Sequence[tuple[str, Any]] | None) -> list[Filter[StudentRow]]:
    found: list[Filter[StudentRow]] = []
    if programmes is not None:
        found.append(Filter("programme", _("Programme"), [
            ("", _("Any programme")), *((code, f"{code} {title}") for code, title in programmes)]))
    found += [
        Filter("class", pgettext("students who leave in one year", "Class"), [("", _("Any class")), *(
            (str(year), str(year)) for year in years)]),
        Filter("goal", _("Goal"), [("", _("Any goal")), *((kind.code, str(kind.title)) for kind in profiles.engineer_types())]),
        Filter("verdict", _("Distance"), [("", _("Any distance")), *((code, verdict_label(code)) for code in VERDICTS)]),
    ]
    return found


def _table(request: Request, *, paths: Sequence[str], years: Sequence[int], programmes: Sequence[tuple[str, Any]] | None = None,
           version_id: int | None = None) -> StudentTable:
    today = timezone.localdate()

    def answer(query: Query) -> Slice[StudentRow]:
        table.found = queries.student_slice(query, paths=paths, on_day=today, version_id=version_id)
        return table.found

    table = StudentTable(_columns(with_programme=version_id is None), answer, request, default="name", filters=_filters(years, programmes),
                         page_size=PAGE_SIZE)
    return table


def _export(kind: Any, table: StudentTable, filename: str) -> HttpResponse:
    headings, rows = table.export()
    # Invented people are never written into a file without the note, so a list of any length carries it while there are some.
    return export(kind, headings, rows, title=_("Students"), filename=filename, synthetic=any(row.who.is_synthetic for row in table),
                  about={_("Measured"): formats.date(timezone.localdate(), "iso")})


def _respond(request: Request, page: str, table: StudentTable, context: dict[str, Any]) -> HttpResponse:
    page = "programmes/_students_table.html" if wants_part(request) else page
    return render(request, page, context | {"table": table, "fresh": table.fresh, "today": timezone.localdate(),
                                            "most": queries.MOST_COMPARED})


@require_GET
def student_list(request: Request) -> HttpResponse:
    """Every student whose evidence the reader may see; ``?format=csv|xlsx`` exports the rows that pass the filters."""
    paths = visible_paths(request.user, "evidence.view")
    programmes, years = queries.list_choices(paths)
    table = _table(request, paths=paths, years=years, programmes=programmes)
    if (kind := known(request.GET.get("format", ""))) is not None:
        return _export(kind, table, "students")
    return _respond(request, "programmes/students_all.html", table, {"too_many": queries.too_many(table.query, paths=paths)})


@require_GET
def version_students(request: Request, code: str, version: str) -> HttpResponse:
    """Students of one version, ``?class=`` year. Who may not see persons sees the sizes of the classes."""
    row = version_or_404(request, code, version)
    sizes = queries.class_sizes(row.id)
    context = {"row": row, "tabs": tabs(row, "students"), "sizes": sizes,
               "may_see_people": allowed(request.user, "evidence.view", row.organisation_path)}
    if not context["may_see_people"]:
        return render(request, "programmes/students.html", context)
    paths = (row.organisation_path,)
    table = _table(request, paths=paths, years=sorted({size.year for size in sizes}), version_id=row.id)
    if (kind := known(request.GET.get("format", ""))) is not None:
        return _export(kind, table, f"students-{row.code}-{row.version}")
    too_many = queries.too_many(table.query, paths=paths, version_id=row.id)
    context["may_recompute"] = True
    return _respond(request, "programmes/students.html", table, context | {"too_many": too_many})
