"""Programmes come in by a page of their own, because a programme is more than one table; students come in as a table."""

from collections.abc import Collection, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheber.apps.programmes.models import Enrolment, ProgrammeVersion
from sheber.apps.programmes.services.enrolments import enrolment_add, enrolment_change
from sheber.kit.access import covered
from sheber.kit.errors import DomainError
from sheber.kit.exchange.declaring import Change, Column, Elsewhere, Exchange, Narrowing, Values, narrow_by, register, register_elsewhere
from sheber.spine.competences.models import EngineerType
from sheber.spine.people import queries as people

AT_ONCE: Final = 900
COLUMNS: Final = (
    Column("student", gettext_lazy("Student"), required=True, clean=str.lower, help=gettext_lazy("E-mail of somebody who studies there.")),
    Column("organisation", gettext_lazy("Organisation"), required=True, help=gettext_lazy("Code of who runs the programme.")),
    Column("programme", gettext_lazy("Programme"), required=True, help=gettext_lazy("Its code.")),
    Column("version", gettext_lazy("Version"), required=True),
    Column("entry_year", gettext_lazy("Year of entry"), "integer", required=True),
    Column("class_year", gettext_lazy("Year of graduation"), "integer", required=True),
    Column("goal", gettext_lazy("Engineer type aimed at"), required=True, help=gettext_lazy("Its code, like line_engineer.")),
    Column("is_active", gettext_lazy("Studies now"), "flag"))
_MUTABLE: Final = frozenset({"entry_year", "class_year", "goal", "is_active"})


def rows(paths: Sequence[str], ids: Collection[str] | None = None) -> Iterator[Values]:
    """Enrolments in the programmes at or below the paths; one query, or one for each 900 ids."""
    below = reduce(or_, (Q(version__programme__organisation__path__startswith=path) for path in paths), Q(pk__in=[]))
    found = Enrolment.objects.filter(below)
    if ids is None:
        yield from _rows(found)
        return
    for part in _parts(ids):
        yield from _rows(found.filter(pk__in=part))


def _rows(found: Any) -> Iterator[Values]:
    columns = ("pk", "student__email", "version__programme__organisation__code", "version__programme__code", "version__version",
               "entry_year", "class_year", "goal_id", "is_active")
    for key, *values in found.order_by("pk").values_list(*columns).iterator(chunk_size=2000):
        yield {"id": str(key), **dict(zip((column.name for column in COLUMNS), values, strict=True))}


def _parts(ids: Collection[str]) -> Iterator[list[int]]:
    keys = sorted(int(one) for one in ids if one.isascii() and one.isdecimal() and len(one) < 19)
    yield from (keys[start:start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def lock(ids: Collection[str]) -> None:
    """The enrolments of the file, by number."""
    for part in _parts(ids):
        list(Enrolment.objects.select_for_update().filter(pk__in=part).order_by("pk").values_list("pk"))


def apply(change: Change, actor: Any, paths: Sequence[str]) -> None:
    """Enrol a student, or change what is said of an enrolment."""
    new = change.new
    version = ProgrammeVersion.objects.filter(
        programme__organisation__code=new["organisation"], programme__code=new["programme"], version=new["version"]).select_related(
            "programme__organisation").first()
    if version is None or not covered(version.programme.organisation.path, paths):
        raise _refused("programme", _("There is no programme with this organisation, code and version that you may change."))
    if not EngineerType.objects.filter(pk=new["goal"]).exists():
        raise _refused("goal", _("There is nothing with this code."))
    for name in ("entry_year", "class_year"):
        if not 1950 <= new[name] <= 2150:
            raise _refused(name, _("Write a year like 2026."))
    if new["class_year"] < new["entry_year"]:
        raise _refused("class_year", _("Nobody graduates before they enter."))
    facts: dict[str, Any] = {"entry_year": new["entry_year"], "class_year": new["class_year"], "goal_id": new["goal"],
                             "is_active": new["is_active"]}
    if change.id:
        if not set(change.fields) <= _MUTABLE:
            raise _refused("student", _("Student and programme of a row cannot be changed. Leave the id empty to enrol anew."))
        enrolment_change(actor=actor, enrolment_id=int(change.id), **facts)
        return
    student = people.by_email(new["student"])
    if student is None or not any(covered(path, paths) for path in people.home_paths(student.id)):
        raise _refused("student", _("There is no student with this e-mail at your organisation."))
    if Enrolment.objects.filter(student_id=student.id, version=version).exists():
        raise _refused("student", _("The student is enrolled in this version already. Export the table and change that row."))
    enrolment_add(actor=actor, student_id=student.id, version_id=version.pk, **facts)


def _refused(column: str, sentence: str) -> DomainError:
    return DomainError("row_refused", sentence, fields={column: [sentence]})


register_elsewhere(Elsewhere(
    gettext_lazy("Programmes"), gettext_lazy("Courses, terms, requisites, matrix and targets of one programme; XLSX, YAML or CSV."),
    "programmes:import", "programme.edit"))
register(Exchange("enrolments", gettext_lazy("Students of programmes"), COLUMNS, "person.view", "programme.edit", rows, apply, lock,
                  gettext_lazy("Who studies in which programme, from which year to which, towards which engineer type.")))


def _studied(code: str) -> Any:
    """Who studies or studied in a programme."""
    if not ProgrammeVersion.objects.filter(programme__code=code).exists():
        return None
    return Enrolment.objects.filter(version__programme__code=code).values("student_id")


narrow_by("evidence", Narrowing("programme", gettext_lazy("Programme"), "code", people=_studied, help=gettext_lazy(
    "Its code; evidence of those who study or studied in it.")))
