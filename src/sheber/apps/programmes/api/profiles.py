"""Profiles of students who agree that enterprises see them."""

import datetime as dt
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from sheber.apps.programmes.queries import profiles as queries
from sheber.apps.programmes.queries.students import Enrolled
from sheber.kit import tables
from sheber.kit.api import Out, Page, Paging, Texts, Word, page
from sheber.kit.http import Request

from .common import LEVEL

router = Router(tags=["students"])
Sort = Literal["name", "-name", "programme", "-programme", "class", "-class", "goal", "-goal"]


class ShownProfileOut(Out):
    """What enterprises see of a student in the list."""

    person_id: int
    name: Texts
    programme: str = Field(description="Code of the programme.")
    programme_title: Texts
    organisation: Texts = Field(description="Where they study.")
    class_year: int = Field(description="Year in which the class leaves.")
    is_active: bool = Field(description="Studies now.")
    goal: str = Field(description="Engineer type aimed at.")
    is_synthetic: bool = Field(description="Made for the demonstration.")


class ShownProfilePage(Page[ShownProfileOut]):
    """A part of those who agree."""


class ShownItemOut(Out):
    """A competence of which something was shown."""

    code: str = Field(examples=["4.3"])
    name: Texts
    attained: float = Field(description=LEVEL)
    counted: int = Field(description="Items of evidence that count.")


class ShownProfileDetailOut(ShownProfileOut):
    """One profile: no works, no assessors, no e-mail address."""

    measured_on: dt.date
    items: list[ShownItemOut]


class ProfileFilters(Schema):
    """Empty means any."""

    text: Word = Field("", description="Part of the name, in any language.")
    class_year: int | None = Field(None, ge=1900, le=2200, description="Year in which the class leaves.")
    goal: Word = Field("", description="Code of an engineer type.")
    sort: Sort = Field("name", description="A minus before the name turns the order.")


@router.get("/profiles", response={200: ShownProfilePage}, url_name="students_profiles", operation_id="profile_list")
def profile_list(request: Request, filters: Query[ProfileFilters], paging: Query[Paging]) -> Any:
    """Students who agree today that enterprises see them. Whoever takes it back is in the next answer no longer."""
    wanted = {"class": str(filters.class_year or ""), "goal": filters.goal}
    query = tables.Query(sort=filters.sort.removeprefix("-"), descending=filters.sort.startswith("-"), words=filters.text, filters=wanted,
                         offset=paging.offset, limit=paging.limit)
    found = queries.profile_slice(query, on_day=timezone.localdate())
    return page([_profile(row.who) for row in found.rows], found.total, paging)


@router.get("/profiles/{key:person_id}", response={200: ShownProfileDetailOut}, url_name="students_profile", operation_id="profile_detail")
def profile_detail(request: Request, person_id: int) -> Any:
    """One profile: of a student who agrees, and always one's own."""
    shown = queries.profile_of(person_id, on_day=timezone.localdate())
    if shown is None:
        raise LookupError(_("This person does not study here."))
    return {**_profile(shown.who), "measured_on": shown.measured_on, "items": shown.items}


def _profile(who: Enrolled) -> dict[str, Any]:
    return {"person_id": who.student_id, "name": who.name, "programme": who.code, "programme_title": who.programme,
            "organisation": who.organisation_name, "class_year": who.class_year, "is_active": who.is_active, "goal": who.goal.code,
            "is_synthetic": who.is_synthetic}
