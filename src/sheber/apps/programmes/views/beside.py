"""The page of a student, shown beside the account."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sheber.kit.access import access_of
from sheber.kit.beside import Beside, beside_person
from sheber.spine.evidence.queries import ledger_part
from sheber.spine.people import queries as people


def student_page(request: HttpRequest, person_id: int) -> Sequence[Beside]:
    """For those who see the evidence of the person, and for the person; nothing where there is none and nobody studies."""
    may_see = access_of(request).allowed
    if person_id != request.user.pk and not any(may_see("evidence.view", path) for path in people.home_paths(person_id)):
        return ()
    n = ledger_part(person_id, offset=0, limit=0).total
    if not n and not any(role.role == "student" for role in people.roles_of(person_id)):
        return ()
    note = ngettext("%(n)s assessment of a competence", "%(n)s assessments of competences", n) % {"n": n}
    return (Beside(_("Page of the student"), reverse("students:student", args=[person_id]), note),)


def register() -> None:
    """At start-up."""
    beside_person(student_page)
