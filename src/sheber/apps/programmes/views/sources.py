"""Where evidence from courses can be opened: the assessment it came from."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from sheber.apps.programmes.queries.assessments import SOURCE_KIND, AssessmentRow, assessments
from sheber.spine.evidence import sources
from sheber.spine.people.access import allowed


def resolve(ids: Collection[str]) -> dict[str, sources.Source]:
    """Assessments by id as text. One query."""
    return {str(key): sources.Source(title=f"{row.title}, {row.course}", url=reverse("students:assessment", args=[key]),
                                     visible_to=_reader_of(row))
            for key, row in assessments([int(one) for one in ids if one.isdecimal()]).items()}


def _reader_of(row: AssessmentRow) -> Any:
    """Those who see evidence at the faculty, whoever assessed, and its students: their page shows the own row only."""
    def may_open(user: Any) -> bool:
        return user.pk == row.assessor_id or allowed(user, "evidence.view", row.organisation_path) or allowed(
            user, "programme.view", row.organisation_path)

    return may_open


def register() -> None:
    sources.register(SOURCE_KIND, resolve)
