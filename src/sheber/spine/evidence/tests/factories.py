"""Evidence for tests, written without the service so that a test states only what it is about."""

import datetime as dt
from typing import Any

from sheber.spine.competences.models import Competence
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.people.models import User


def make_evidence(*, person: User, competence: Competence, level: float | None = 3, observed_on: dt.date = dt.date(2026, 5, 20),
                  setting: str = "course", **fields: Any) -> EvidenceItem:
    """An item assessed by a rule, unless ``assessor`` is given."""
    if "assessor" not in fields:
        fields.setdefault("assessor_rule", "tests.rule")
    if fields.get("supersedes"):
        fields.setdefault("reason", "corrected")
    fields.setdefault("source_kind", "tests.thing")
    fields.setdefault("source_id", "1")
    item = EvidenceItem.objects.create(
        person=person, competence=competence, level=level, observed_on=observed_on, setting=setting, **fields)
    item.refresh_from_db()
    return item
