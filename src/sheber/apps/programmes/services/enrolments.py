"""Who studies in which version of a programme, since when, until when, towards which engineer type."""

from typing import Any

from django.db import transaction

from sheber.apps.programmes.models import Enrolment
from sheber.spine.audit import services as audit

FACTS = ("entry_year", "class_year", "goal_id", "is_active")


@transaction.atomic
def enrolment_add(*, actor: audit.Actor, student_id: int, version_id: int, **facts: Any) -> Enrolment:
    """Enrol a student. ``facts`` are columns of ``FACTS``. Raises ``ValidationError``: enrolled already, a year out of range."""
    enrolment = Enrolment(student_id=student_id, version_id=version_id, **facts)
    enrolment.full_clean()
    enrolment.save(force_insert=True)
    programme = enrolment.version.programme
    audit.record(actor=actor, verb="programme.student_enrolled", target=enrolment, scope_path=programme.organisation.path,
                 after={"code": programme.code, "version": enrolment.version.version, "student": enrolment.student_id, **facts})
    return enrolment


@transaction.atomic
def enrolment_change(*, actor: audit.Actor, enrolment_id: int, **facts: Any) -> Enrolment:
    """Change what is said of an enrolment; saying the same again writes nothing. Raises DoesNotExist, ``ValidationError``."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
    before = {name: getattr(enrolment, name) for name, value in facts.items() if name in FACTS and getattr(enrolment, name) != value}
    if before:
        after = {name: facts[name] for name in before}
        for name, value in after.items():
            setattr(enrolment, name, value)
        enrolment.full_clean()
        enrolment.save(update_fields=list(after))
        programme = enrolment.version.programme
        audit.record(actor=actor, verb="programme.enrolment_changed", target=enrolment, scope_path=programme.organisation.path,
                     before=before, after={**after, "code": programme.code, "version": enrolment.version.version})
    return enrolment
