"""Starting a programme from nothing: a programme and its first draft, with terms and no courses."""

from collections.abc import Mapping
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Programme, ProgrammeVersion, Term
from sheber.apps.programmes.rules.completing import DEFAULT_HOURS_PER_CREDIT, DEGREE_LEVEL, SYLLABUS
from sheber.apps.programmes.rules.reading.problems import Place, Problems
from sheber.apps.programmes.rules.reading.values import read_code
from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.competences.models import EngineerType, Framework
from sheber.spine.organisations.models import Organisation
from sheber.spine.trash import services as trash

from .importing import FRAMEWORK
from .limits import TAKEN_WORDS, fits_an_address

CREDITS_PER_YEAR: Final = 60
SEASONS: Final[Mapping[str, tuple[str, ...]]] = {"semester": ("autumn", "spring"), "quarter": ("autumn", "winter", "spring")}
#: Part of the load wanted in a term that may be missing or too much, as 27 and 33 are of 30.
SLACK: Final = 0.1
#: Kinds of organisations that run programmes.
HOUSES: Final = frozenset({"university", "college", "faculty", "department"})


@transaction.atomic
def programme_start(*, code: str, title: Mapping[str, str], organisation: str, engineer_type: str, degree: str, version: str, years: int,
                    system: str, actor: audit.Actor, reason: str = "") -> ProgrammeVersion:
    """A new programme with an empty draft: terms of all years, levels by the degree, 60 credits a year in equal terms.

    Raises DomainError: ``unknown_organisation``, ``no_framework``, ``programme_exists``, ``bad_programme`` (detail ``fields``).
    """
    owner = Organisation.objects.filter(code=organisation).first()
    if owner is None:
        raise DomainError("unknown_organisation", _("There is no organisation with the code %(code)s.") % {"code": organisation},
                          fields={"organisation": [_("There is no organisation with the code %(code)s.") % {"code": organisation}]})
    framework = Framework.objects.filter(code=FRAMEWORK, version=SYLLABUS, status="published").first()
    if framework is None:
        raise DomainError("no_framework", _("CDIO Syllabus %(version)s is not published here. Load the reference facts first.") % {
            "version": SYLLABUS}, version=SYLLABUS)
    if owner.kind not in HOUSES or not owner.is_active:
        raise DomainError("bad_programme", _("The programme was not started. Correct the fields named."),
                          fields={"organisation": [_("No programme can be started at this organisation.")]})
    code, version = _code(code) or code, _code(version) or version
    if Programme.objects.filter(code=code, organisation=owner).exists():
        sentence = _("There is already a programme %(code)s here. Open it and begin a new version.") % {"code": code}
        raise DomainError("programme_exists", sentence, fields={"code": [sentence]})
    programme = Programme(code=code, organisation=owner, title=LocalisedText.of(title))
    seasons = SEASONS.get(system, SEASONS["semester"])
    load = CREDITS_PER_YEAR / len(seasons)
    level = DEGREE_LEVEL.get(degree, 0)
    draft = ProgrammeVersion(
        programme=programme, version=version, engineer_type_id=engineer_type, framework=framework, degree=degree, nqf=level, eqf=level,
        years=years, credits=CREDITS_PER_YEAR * years, hours_per_credit=DEFAULT_HOURS_PER_CREDIT, system=system,
        term_load_min=round(load * (1 - SLACK), 1), term_load_target=load, term_load_max=round(load * (1 + SLACK), 1),
        edit_version=trash.begun_after("programmes.version", f"{code} {version}", first=1))
    _refuse_what_does_not_fit(programme, draft)
    programme.save()
    draft.programme = programme
    draft.save()
    Term.objects.bulk_create([Term(version=draft, number=place + 1, year=place // len(seasons) + 1, season=seasons[place % len(seasons)])
                              for place in range(years * len(seasons))])
    audit.record(actor=actor, verb="programme.started", target=draft, after={
        "code": code, "version": version, "title": dict(programme.title), "organisation": owner.code, "engineer_type": engineer_type,
        "degree": degree, "years": years, "credits": draft.credits, "system": system}, reason=reason, scope_path=owner.path)
    return draft


def _code(text: str) -> str:
    """A code with look-alike letters put right; empty when it is none."""
    return read_code(text, Place(), Problems())


def _refuse_what_does_not_fit(programme: Programme, draft: ProgrammeVersion) -> None:
    wrong: dict[str, list[str]] = {}
    for row, skipped in ((programme, {"organisation"}),
                         (draft, {"programme", "replaces", "engineer_type", "framework", "languages", "sectors", "entry_levels",
                                  "target_overrides"})):
        try:
            row.clean_fields(exclude=skipped)
        except ValidationError as found:
            wrong |= found.message_dict
    for name, text in (("code", programme.code), ("version", draft.version)):
        if not _code(text) or not fits_an_address(text) or text in TAKEN_WORDS:
            wrong.setdefault(name, []).append(_("Use letters, digits, points and hyphens, such as 6B07201."))
    if not EngineerType.objects.filter(pk=draft.engineer_type_id).exists():
        wrong["engineer_type"] = [_("This engineer type is not known.")]
    if wrong:
        raise DomainError("bad_programme", _("The programme was not started. Correct the fields named."), fields=wrong)
