"""What the tables cannot hold is refused before anything is written, on a dry run too."""

from typing import Final

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

#: Words that stand in an address where the code of a programme would.
TAKEN_WORDS: Final = frozenset({"new", "import"})


def fits_an_address(text: str) -> bool:
    """Codes and versions are parts of addresses: a slash would end the part, and browsers take ``.`` and ``..`` away."""
    return "/" not in text and text not in {".", ".."}


def _unaddressable(text: str) -> str:
    return _("“%(found)s” cannot be a code. Use letters, digits, points and hyphens.") % {"found": text}


def refuse_what_does_not_fit(programme: Programme, version: ProgrammeVersion, plan: Plan) -> None:
    """Raises ``DomainError("does_not_fit")``; its ``fields`` map what is wrong, ``version`` or ``MAT101 code``, to sentences."""
    wrong = {**_wrong(programme), **_wrong(version)}
    for name, text in (("code", programme.code), ("version", version.version)):
        if not fits_an_address(text) or (name == "code" and text in TAKEN_WORDS):
            wrong.setdefault(name, []).append(_unaddressable(text))
    for course in plan.courses:
        if not fits_an_address(course.code):
            wrong[f"{course.code[:40]} code"] = [_unaddressable(course.code)]
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
