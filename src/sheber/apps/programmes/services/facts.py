"""Changing what a draft says of the programme as a whole: its facts, its terms, its targets and entry levels."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Course, ProgrammeVersion, Term
from sheber.apps.programmes.queries.facts import LANGUAGE_NAMES
from sheber.engines.curriculum import plan as values
from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.competences.models import Competence, EngineerType
from sheber.spine.organisations import queries as organisations

from .guards import count_save, draft_locked, scope_of

TEXTS: Final = ("qualification", "admission", "practice_note")
LISTS: Final = ("languages", "sectors")
PLAIN: Final = ("degree", "engineer_type_id", "nqf", "eqf", "isced_f", "classifier_group", "years", "credits", "hours_per_credit", "system",
                "term_load_min", "term_load_target", "term_load_max", "task_complexity")
HIGHEST: Final = 5


@transaction.atomic
def facts_update(*, version_id: int, title: Mapping[str, str], facts: Mapping[str, Any], terms: Sequence[values.Term], actor: audit.Actor,
                 edit_version: int, reason: str = "") -> int:
    """Change facts of a draft, its terms and the title of its programme; returns the new ``edit_version``.

    Raises DoesNotExist or DomainError: ``not_draft``, ``stale``, ``unknown_field``, ``bad_facts`` (detail ``fields``),
    ``term_in_use`` when a term that is to go still has courses.
    """
    version = draft_locked(version_id=version_id, edit_version=edit_version)
    for name in facts:
        if name not in {*TEXTS, *LISTS, *PLAIN}:
            text = _("A version has no field “%(name)s” that can be changed here.")
            raise DomainError("unknown_field", text % {"name": name}, field=name)
    programme = version.programme
    before = {"title": dict(programme.title), **{name: _plain(getattr(version, name)) for name in facts}}
    programme.title = LocalisedText.of(title)
    for name, value in facts.items():
        setattr(version, name, LocalisedText.of(value) if name in TEXTS else list(value) if name in LISTS else value)
    _refuse_what_does_not_fit(version, set(facts), before)
    after = {"title": dict(programme.title), **{name: _plain(getattr(version, name)) for name in facts}}
    changed = [name for name in before if before[name] != after[name]]
    told_before, told_after = {name: before[name] for name in changed}, {name: after[name] for name in changed}
    rows = Term.objects.filter(version=version).order_by("number")
    standing = [values.Term(*row) for row in rows.values_list("number", "year", "season")]
    wanted = sorted(terms, key=lambda term: term.number)
    if standing != wanted:
        _terms_replace(version, wanted)
        told_before["terms"], told_after["terms"] = _told_terms(standing), _told_terms(wanted)
    if not told_after:
        return version.edit_version
    if "title" in changed:
        programme.save(update_fields=["title"])
    own = [name for name in changed if name != "title"]
    if own:
        version.save(update_fields=own)
    number = count_save(version)
    audit.record(actor=actor, verb="programme.facts_changed", target=version, before=told_before,
                 after={**told_after, "code": programme.code, "version": version.version}, reason=reason, scope_path=scope_of(version))
    return number


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, list | tuple) else value


def _refuse_what_does_not_fit(version: ProgrammeVersion, asked: set[str], before: Mapping[str, Any]) -> None:
    wrong: dict[str, list[str]] = {}
    fields = {name.removesuffix("_id") for name in asked} - {*LISTS, "engineer_type"}
    try:
        version.clean_fields(exclude={field.name for field in ProgrammeVersion._meta.fields if field.name not in fields})
    except ValidationError as found:
        wrong = found.message_dict
    if not any(version.programme.title.values()):
        wrong["title"] = [_("Write the text in at least one language.")]
    if not EngineerType.objects.filter(pk=version.engineer_type_id).exists():
        wrong["engineer_type"] = [_("This engineer type is not known.")]
    if not version.term_load_min <= version.term_load_target <= version.term_load_max:
        wrong["term_load_target"] = [_("The load of a term needs three numbers in order: least, wanted, most.")]
    for name, known in (("languages", set(LANGUAGE_NAMES)), ("sectors", {one.code for one in organisations.sectors()})):
        if name in asked and (unknown := sorted(set(getattr(version, name)) - known - set(before[name]))):
            wrong[name] = [_("Not known here: %(found)s.") % {"found": ", ".join(unknown[:10])}]
    if wrong:
        raise DomainError("bad_facts", _("The facts were not saved. Correct the fields named."), fields=wrong)


def _terms_replace(version: ProgrammeVersion, wanted: Sequence[values.Term]) -> None:
    numbers = [term.number for term in wanted]
    if len(set(numbers)) < len(numbers) or any(number < 1 for number in numbers):
        raise DomainError("bad_facts", _("The facts were not saved. Correct the fields named."),
                          fields={"terms": [_("Number the terms from 1, each once.")]})
    gone = set(Term.objects.filter(version=version).values_list("number", flat=True)) - set(numbers)
    left = Course.objects.filter(version=version, term__in=gone).order_by("term", "sort").values_list("code", "term")
    if left:
        codes = [code for code, _term in left]
        raise DomainError("term_in_use", _("Term %(term)s still has courses: %(courses)s. Move them to another term first.") % {
            "term": left[0][1], "courses": ", ".join(codes[:10])}, courses=codes)
    Term.objects.filter(version=version).delete()
    Term.objects.bulk_create([Term(version=version, number=term.number, year=term.year, season=term.season) for term in wanted])


def _told_terms(terms: Sequence[values.Term]) -> list[str]:
    return [f"{term.number}: {term.year} {term.season}" for term in terms]


@transaction.atomic
def targets_update(*, version_id: int, overrides: Mapping[str, float | None], entry_levels: Mapping[str, int], actor: audit.Actor,
                   edit_version: int, reason: str = "") -> int:
    """Set the targets that differ from those of the engineer type, and the levels assumed at entry; returns the new ``edit_version``.

    ``overrides`` maps an item to its own target, 0-5, or to ``None``: not asked of this programme. An own target without a reason is
    refused. Raises DoesNotExist or DomainError: ``not_draft``, ``stale``, ``unknown_items``, ``bad_level``, ``reason_missing``.
    """
    version = draft_locked(version_id=version_id, edit_version=edit_version)
    known = set(Competence.objects.filter(framework_id=version.framework_id).values_list("code", flat=True))
    unknown = sorted({*overrides, *entry_levels} - known)
    if unknown:
        raise DomainError("unknown_items", _("The framework has no items %(items)s. Correct the codes in the matrix and the targets.") % {
            "items": ", ".join(unknown[:10])}, items=unknown)
    if any(level is not None and not 0 <= level <= HIGHEST for level in [*overrides.values(), *entry_levels.values()]):
        raise DomainError("bad_level", _("A level lies between 0 and 5."))
    before: dict[str, Any] = {"targets": dict(version.target_overrides), "entry_levels": dict(version.entry_levels)}
    after: dict[str, Any] = {"targets": dict(overrides), "entry_levels": dict(entry_levels)}
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        return version.edit_version
    if "targets" in changed and not reason.strip():
        raise DomainError("reason_missing", _("Say why the targets differ from those of the engineer type."),
                          fields={"reason": [_("Say why the targets differ from those of the engineer type.")]})
    version.target_overrides, version.entry_levels = dict(overrides), dict(entry_levels)
    version.save(update_fields=["target_overrides", "entry_levels"])
    number = count_save(version)
    audit.record(actor=actor, verb="programme.targets_changed", target=version, before={name: before[name] for name in changed},
                 after={**{name: after[name] for name in changed}, "code": version.programme.code, "version": version.version},
                 reason=reason, scope_path=scope_of(version))
    return number
