"""Figures of the home page: only those that exist, each a count of rows that can be opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sheber.apps.programmes.models import Course, Enrolment, MatrixCell
from sheber.apps.programmes.queries.listing import ListedProgramme, listed_programmes
from sheber.kit import attention, formats
from sheber.spine.competences.models import Competence, EngineerType, Profile
from sheber.spine.evidence.queries import items_total
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


@dataclass(frozen=True)
class Action:
    """The primary action of the home page."""

    label: str
    url: str
    icon: str


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
    """What the home page shows: a fixed number of counts, the notices of the systems, and what this reader most likely came for."""
    open_to_see = access.visible_paths(request.user, "programme.overview")
    edits = access.visible_paths(request.user, "programme.edit")
    own = edits or access.visible_paths(request.user, "programme.view")
    sees_people = bool(access.visible_paths(request.user, "evidence.view"))
    studies = Enrolment.objects.filter(student_id=request.user.pk, is_active=True).exists()
    listed = listed_programmes(open_to_see)
    courses = _count(Course.objects.all(), "version__programme__organisation__path", open_to_see)
    occupations = Profile.objects.filter(kind=Profile.Kind.OCCUPATION).values("occupation").distinct().count()
    students = _count(Enrolment.objects.filter(is_active=True), "version__programme__organisation__path", own)
    waiting, total = attention.notices(request)
    here = "plan" if edits else "prove" if sees_people or studies else "need" if _looks_from_outside(request) else ""
    people_url = navigation.address("students:list") if sees_people else navigation.address("students:me") if studies else ""
    return {
        "figures": _stations(programmes=len(listed), findings=sum(one.findings for one in listed), courses=courses,
                             occupations=occupations, evidence=items_total(), here=here, people_url=people_url),
        "students": students, "cells": _count(MatrixCell.objects.all(), "course__version__programme__organisation__path", open_to_see),
        "competences": Competence.objects.count(), "types": EngineerType.objects.count(), "notices": waiting, "notices_total": total,
        "directs": bool(edits), "people_url": navigation.address("students:list") if sees_people else "",
        "action": _action([one for one in listed if access.covered(one.version.organisation_path, edits)], studies=studies,
                          sees_people=sees_people, sees_programmes=bool(open_to_see)),
    }


def _looks_from_outside(request: HttpRequest) -> bool:
    """Whether the reader sees figures of the whole nation and no inside of one house: an enterprise, a ministry."""
    return access.NATIONAL in access.visible_paths(request.user, "gap.view")


def _action(directed: list[ListedProgramme], *, studies: bool, sees_people: bool, sees_programmes: bool) -> Action:
    """The one thing a reader most likely came for: the gap of a programme they direct, their own page, their students, or all gaps."""
    if directed:
        first = max(directed, key=lambda one: (one.findings, one.version.students)).version
        return Action(_("Gap of %(code)s") % {"code": first.code}, reverse("programmes:gap", args=[first.code, first.version]),
                      "o-arrows-right-left")
    if studies and (url := navigation.address("students:me")):
        return Action(_("Your distance to the goal"), url, "o-user")
    if sees_people and (url := navigation.address("students:list")):
        return Action(_("Students"), url, "o-users")
    if not sees_programmes:                             # no role, or none any more: a button to a page that is shut helps nobody
        return Action(_("Your account and roles"), reverse("people:account"), "o-identification")
    return Action(_("Programmes and their gaps"), navigation.address("programmes:list"), "o-academic-cap")


def _stations(*, programmes: int, findings: int, courses: int, occupations: int, evidence: int, here: str,
              people_url: str) -> list[StationFigure]:
    names = navigation.station_names()
    n = formats.number
    programmes_url = navigation.address("programmes:list")
    return [
        StationFigure("need", names["need"], occupations, ngettext("occupation", "occupations", occupations),
                      _("with a demand profile. Industrial tasks come next."), navigation.address("competences:occupations"),
                      here == "need"),
        StationFigure("plan", names["plan"], programmes, ngettext("programme", "programmes", programmes),
                      _("%(courses)s; %(findings)s") % {
                          "courses": ngettext("%(n)s course", "%(n)s courses", courses) % {"n": n(courses)},
                          "findings": ngettext("%(n)s finding open in their checks", "%(n)s findings open in their checks", findings) % {
                              "n": n(findings)}}, programmes_url,
                      here == "plan"),
        StationFigure("train", names["train"], None, "", _("Teams, laboratories and machines will be counted here."), ""),
        StationFigure("prove", names["prove"], evidence, ngettext("evidence item", "evidence items", evidence),
                      _("each opens at the work that shows it"), people_url, here == "prove"),
        StationFigure("place", names["place"], None, "", _("Graduates and their first jobs will be counted here."), ""),
    ]
