"""Items of a framework and what profiles ask of them, as arrays in the order of the items."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Max
from numpy.typing import NDArray

from sheber.kit.localised import LocalisedText

from .models import Competence, EngineerType, Occupation, Profile, ProfileTarget

FloatArray = NDArray[np.float64]
GAP_DEPTH = 2
"""Gaps are measured at the second level of the CDIO Syllabus."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item at the depth at which gaps are measured."""

    id: int
    code: str
    title: LocalisedText
    short_title: LocalisedText
    stage: str
    section: str
    section_title: LocalisedText

    @property
    def name(self) -> LocalisedText:
        """The short title where there is one."""
        return self.short_title if any(self.short_title.values()) else self.title


@dataclass(frozen=True, slots=True)
class EngineerTypeRow:
    code: str
    title: LocalisedText
    sort: int


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """Targets of a published profile; arrays of shape (K,), NaN where the source cannot tell."""

    id: int
    version: str
    status_of_fact: str
    sources: tuple[str, ...]
    attribution: str
    engineer_type: EngineerTypeRow
    soc: str
    title: LocalisedText
    level: FloatArray
    low: FloatArray
    high: FloatArray
    weight: FloatArray
    element_count: FloatArray


@dataclass(frozen=True, slots=True)
class OccupationRow:
    soc: str
    title: LocalisedText
    engineer_type: str
    sector_code: str


def item_rows(framework_id: int, *, depth: int = GAP_DEPTH) -> tuple[ItemRow, ...]:
    """Items at one depth, in the order of the framework. One query."""
    columns = ("id", "code", "title", "short_title", "stage", "parent__code", "parent__title")
    found = Competence.objects.filter(framework_id=framework_id, depth=depth).order_by("sort")
    return tuple(ItemRow(*row) for row in found.values_list(*columns))


def engineer_types() -> tuple[EngineerTypeRow, ...]:
    """The engineer types in their order. One query."""
    return tuple(EngineerTypeRow(*row) for row in EngineerType.objects.order_by("sort").values_list("code", "title", "sort"))


def occupations() -> tuple[OccupationRow, ...]:
    """Every occupation that has a profile, by type and code. One query."""
    found = Occupation.objects.order_by("engineer_type__sort", "soc")
    return tuple(OccupationRow(*row) for row in found.values_list("soc", "title", "engineer_type_id", "sector_code"))


def profiles_in_force() -> str:
    """A mark that changes whenever a profile comes into force or leaves it, for figures that are kept. One query."""
    found = Profile.objects.filter(status="published").aggregate(count=Count("id"), newest=Max("id"))
    return f"{found['count']}.{found['newest'] or 0}"


def type_profile(engineer_type: str, items: Sequence[ItemRow]) -> ProfileRow | None:
    """The profile in force of an engineer type, ``None`` when there is none. Two queries."""
    found = Profile.objects.filter(kind=Profile.Kind.ENGINEER_TYPE, engineer_type_id=engineer_type, status="published")
    rows = _rows(list(found.select_related("engineer_type", "occupation").order_by("-version")[:1]), items)
    return rows[0] if rows else None


def type_profiles(items: Sequence[ItemRow]) -> dict[str, ProfileRow]:
    """The profile in force of every engineer type, by code, in the order of the types. Two queries."""
    found = Profile.objects.filter(kind=Profile.Kind.ENGINEER_TYPE, status="published").select_related("engineer_type", "occupation")
    newest = {profile.engineer_type_id: profile for profile in found.order_by("engineer_type__sort", "version")}
    return {row.engineer_type.code: row for row in _rows(list(newest.values()), items)}


def occupation_profiles(items: Sequence[ItemRow], *, engineer_type: str | None = None) -> tuple[ProfileRow, ...]:
    """Profiles in force of all occupations, or those of one type. Two queries."""
    found = Profile.objects.filter(kind=Profile.Kind.OCCUPATION, status="published")
    if engineer_type is not None:
        found = found.filter(engineer_type_id=engineer_type)
    return _rows(list(found.select_related("engineer_type", "occupation").order_by("occupation_id")), items)


def _rows(profiles: list[Profile], items: Sequence[ItemRow]) -> tuple[ProfileRow, ...]:
    place = {item.id: k for k, item in enumerate(items)}
    position = {profile.pk: n for n, profile in enumerate(profiles)}
    table = np.full((5, len(profiles), len(items)), np.nan)
    table[3] = 0.0
    columns = ("profile_id", "competence_id", "level", "level_low", "level_high", "weight", "element_count")
    for profile_id, competence_id, *values in ProfileTarget.objects.filter(profile__in=position).values_list(*columns):
        if (k := place.get(competence_id)) is not None:
            table[:, position[profile_id], k] = [np.nan if value is None else float(value) for value in values]
    rows = []
    for n, profile in enumerate(profiles):
        kind = profile.engineer_type
        title = profile.occupation.title if profile.occupation else kind.title
        rows.append(ProfileRow(profile.pk, profile.version, profile.status_of_fact, tuple(profile.sources), profile.attribution,
                               EngineerTypeRow(kind.code, kind.title, kind.sort), profile.occupation_id or "", title,
                               *(table[column, n] for column in range(5))))
    return tuple(rows)
