"""Figures of the home page: only those that exist, each a count of rows that can be opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sheber.apps.programmes.models import Course, Enrolment, MatrixCell
from sheber.apps.programmes.queries.listing import listed_programmes
from sheber.kit import attention, formats
from sheber.spine.competences.models import Competence, EngineerType, Profile
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.people import access

from . import navigation


@dataclass(frozen=True)
class StationFigure:
    """A station of the loop on the home page. ``value`` is ``None`` while nothing is counted there; ``text`` then says what comes."""

    code: str
    name: str
    value: int | None
    unit: str
    text: str
    url: str
    is_here: bool = False


def below(paths: Iterable[str], lookup: str) -> Q:
    """Rows whose organisation path begins with one of ``paths``; none for no path."""
    found = Q(pk__in=())
    for path in paths:
        if path == access.NATIONAL:
            return Q()
        found |= Q(**{f"{lookup}__startswith": path})
    return found


def _count(rows: QuerySet[Any], lookup: str, paths: tuple[str, ...]) -> int:
    return rows.filter(below(paths, lookup)).count()


def home(request: HttpRequest) -> dict[str, Any]:
    """What the home page shows: a fixed number of counts, and the notices of the systems."""
    open_to_see = access.visible_paths(request.user, "programme.overview")
    own = access.visible_paths(request.user, "programme.edit") or access.visible_paths(request.user, "programme.view")
    listed = listed_programmes(open_to_see)
    courses = _count(Course.objects.all(), "version__programme__organisation__path", open_to_see)
    occupations = Profile.objects.filter(kind=Profile.Kind.OCCUPATION).values("occupation").distinct().count()
    students = _count(Enrolment.objects.filter(is_active=True), "version__programme__organisation__path", own)
    waiting, total = attention.notices(request)
    here = "plan" if access.visible_paths(request.user, "programme.edit") else ""
    return {
        "figures": _stations(programmes=len(listed), findings=sum(one.findings for one in listed), courses=courses,
                             occupations=occupations, evidence=EvidenceItem.objects.count(), here=here),
        "students": students, "cells": _count(MatrixCell.objects.all(), "course__version__programme__organisation__path", open_to_see),
        "competences": Competence.objects.count(), "types": EngineerType.objects.count(), "notices": waiting, "notices_total": total,
        "directs": bool(here),
    }


def _stations(*, programmes: int, findings: int, courses: int, occupations: int, evidence: int, here: str) -> list[StationFigure]:
    names = navigation.station_names()
    n = formats.number
    programmes_url, people_url = navigation.address("programmes:list"), navigation.address("students:list")
    return [
        StationFigure("need", names["need"], occupations, ngettext("occupation", "occupations", occupations),
                      _("with a demand profile. Industrial tasks come next."), navigation.address("competences:frameworks")),
        StationFigure("plan", names["plan"], programmes, ngettext("programme", "programmes", programmes),
                      _("%(courses)s; %(findings)s") % {
                          "courses": ngettext("%(n)s course", "%(n)s courses", courses) % {"n": n(courses)},
                          "findings": ngettext("%(n)s finding open in their checks", "%(n)s findings open in their checks", findings) % {
                              "n": n(findings)}}, programmes_url,
                      here == "plan"),
        StationFigure("train", names["train"], None, "", _("Teams, laboratories and machines will be counted here."), ""),
        StationFigure("prove", names["prove"], evidence, ngettext("evidence item", "evidence items", evidence),
                      _("each opens at the work that shows it"), people_url),
        StationFigure("place", names["place"], None, "", _("Graduates and their first jobs will be counted here."), ""),
    ]
