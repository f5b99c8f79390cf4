"""What the tables cannot hold is refused before anything is written, on a dry run too."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Course, Programme, ProgrammeVersion
from sheber.engines.curriculum.plan import Plan
from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText

#: Keys are looked up elsewhere, and an empty list is a list.
_NOT_ASKED = {
    Programme: {"organisation"},
    ProgrammeVersion: {"programme", "replaces", "engineer_type", "framework", "languages", "sectors", "entry_levels", "target_overrides"},
    Course: {"version", "features"},
}


def refuse_what_does_not_fit(programme: Programme, version: ProgrammeVersion, plan: Plan) -> None:
    """Raises ``DomainError("does_not_fit")``; its ``fields`` map what is wrong, ``version`` or ``MAT101 code``, to sentences."""
    wrong = {**_wrong(programme), **_wrong(version)}
    for name, text in (("code", programme.code), ("version", version.version)):
        if "/" in text:
            wrong.setdefault(name, []).append(_("It cannot hold a slash."))
    for course in plan.courses:
        row = Course(code=course.code, title=LocalisedText.of(course.title), ects=course.credits, term=course.term, cycle=course.cycle,
                     delivery=course.delivery, contact_hours=course.contact_hours, lab_hours=course.lab_hours,
                     self_study_hours=course.self_study_hours)
        wrong |= {f"{course.code[:40]} {name}": sentences for name, sentences in _wrong(row).items()}
    if wrong:
        first, sentences = next(iter(wrong.items()))
        raise DomainError("does_not_fit", _("%(field)s: %(sentence)s Nothing was imported.") % {"field": first, "sentence": sentences[0]},
                          fields=wrong)


def _wrong(row: Programme | ProgrammeVersion | Course) -> dict[str, list[str]]:
    try:
        row.clean_fields(exclude=_NOT_ASKED[type(row)])
    except ValidationError as found:
        return found.message_dict
    return {}
