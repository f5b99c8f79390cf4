"""What enterprises see of a student who agrees to it: name, study, and the competences shown; no works, no assessors, no address.

Whoever does not agree, or took it back, is in none of these answers.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from sheber.apps.programmes.models import Enrolment
from sheber.kit.among import among
from sheber.kit.consent import purpose
from sheber.kit.findable import ids_found
from sheber.kit.tables import Query, Slice
from sheber.spine.privacy.queries import consenting

from .student_page import StudentItem, student_report
from .students import Distance, Enrolled, distances_of, enrolled, filtered, ordered

PROFILE: Final = purpose("profile.enterprises", version=2, title=_("Show my profile to enterprises"), text=_(
    "Engineers and HR specialists of enterprises may find me by my name and see my university, programme and class, the type of engineer "
    "I aim at, and the levels of the competences I have shown. They do not see my works, who assessed them, or my e-mail address."),
    preview="students:profile").code
"""Version 1 did not name the study, and nothing acted on it."""


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A line of the list."""

    who: Enrolled
    distance: Distance


@dataclass(frozen=True, slots=True)
class Shown:
    """A profile: the study, and the items of which anything was shown, the highest level first."""

    who: Enrolled
    items: tuple[StudentItem, ...]
    measured_on: dt.date


def profiles_shown() -> "QuerySet[Enrolment]":
    """Enrolments of students who agree."""
    return Enrolment.objects.filter(student__in=consenting(PROFILE))


def shows_profile(person_id: int) -> bool:
    """Whether the person agrees."""
    return consenting(PROFILE).filter(person=person_id).exists()


def profile_slice(query: Query, *, on_day: dt.date) -> Slice[ProfileRow]:
    """The page a table asks for; a fixed number of queries. Filters: ``class`` (year), ``goal`` (engineer type)."""
    everybody = profiles_shown()
    # The address is not among what was agreed to, so it finds nobody either.
    named = among("student", ids_found("profiles", query.words)) if query.words else Q()
    found = filtered(everybody.filter(named), query, with_words=False)
    end = None if query.limit is None else query.offset + query.limit
    rows = enrolled(ordered(found, query), slice(query.offset, end))
    distances = distances_of(rows, on_day=on_day)
    return Slice([ProfileRow(row, distances[row.id]) for row in rows], found.count(), everybody.count())


def profile_years() -> list[int]:
    """Years of the classes of those who agree. One query."""
    return sorted(profiles_shown().order_by().values_list("class_year", flat=True).distinct())


def profile_of(person_id: int, *, on_day: dt.date) -> Shown | None:
    """The profile, whoever asks for it: who may is decided before. ``None``: the person studies nothing.

    Raises ``LookupError`` when the type aimed at has no profile in force.
    """
    who = next(iter(enrolled(Enrolment.objects.filter(student=person_id).order_by("-is_active", "-entry_year", "-id"), slice(0, 1))), None)
    if who is None:
        return None
    # Works are not among what is shown, so their addresses are asked for nobody.
    report = student_report(who, goal="", on_day=on_day, reader=AnonymousUser())
    items = [item for item in report.items if item.attained is not None]
    items.sort(key=lambda item: -(item.attained or 0.0))
    return Shown(who, tuple(items), on_day)
