"""What the forms of a draft are filled with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sheber.apps.programmes.models import Assessment, LearningOutcome, MatrixCell, ProgrammeVersion, Requisite, Term
from sheber.engines.curriculum import plan as values
from sheber.kit.localised import LocalisedText
from sheber.spine.competences.profiles import ItemRow, item_rows

from .versions import profile_targets

FACTS: Final = ("degree", "engineer_type_id", "qualification", "nqf", "eqf", "isced_f", "classifier_group", "languages", "years", "credits",
                "hours_per_credit", "system", "term_load_min", "term_load_target", "term_load_max", "admission", "practice_note", "sectors",
                "task_complexity")


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """Facts by the names of the table's columns, terms in order."""

    edit_version: int
    title: LocalisedText
    facts: Mapping[str, Any]
    terms: tuple[values.Term, ...]


@dataclass(frozen=True, slots=True)
class TargetRow:
    """An item with the level its engineer type requires, the programme's own where it differs, and the level assumed at entry."""

    item: ItemRow
    default: float | None
    is_own: bool
    own: float | None
    entry: int | None


@dataclass(frozen=True, slots=True)
class VersionTargets:
    """``kept_*`` are those of items that no row shows; a save leaves them as they are."""

    edit_version: int
    rows: tuple[TargetRow, ...]
    kept_overrides: Mapping[str, float | None]
    kept_entry: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Going:
    """What goes with a course: its cells, outcomes and requisites, and the courses whose requisites name it."""

    cells: int
    outcomes: int
    requisites: int
    needed_by: tuple[str, ...]
    assessments: int


def version_facts_of(version_id: int) -> VersionFacts:
    """Two queries. Raises DoesNotExist."""
    edit_version, title, *found = ProgrammeVersion.objects.values_list("edit_version", "programme__title", *FACTS).get(pk=version_id)
    terms = Term.objects.filter(version_id=version_id).order_by("number").values_list("number", "year", "season")
    return VersionFacts(edit_version, LocalisedText.of(title), dict(zip(FACTS, found, strict=True)),
                        tuple(values.Term(*row) for row in terms))


def version_targets_of(version_id: int) -> VersionTargets:
    """Three queries. Raises DoesNotExist."""
    edit_version, framework_id, kind, overrides, entry = ProgrammeVersion.objects.values_list(
        "edit_version", "framework_id", "engineer_type_id", "target_overrides", "entry_levels").get(pk=version_id)
    profile = profile_targets(kind, framework_id)
    items = item_rows(framework_id)
    shown = {item.code for item in items}
    return VersionTargets(
        edit_version, tuple(TargetRow(item, profile.get(item.code), item.code in overrides, overrides.get(item.code), entry.get(item.code))
                            for item in items),
        {item: level for item, level in overrides.items() if item not in shown},
        {item: level for item, level in entry.items() if item not in shown})


def going_with(version_id: int, code: str) -> Going:
    """What a removal of a course takes with it. Five queries."""
    of = {"course__version_id": version_id, "course__code": code}
    others = Requisite.objects.filter(course__version_id=version_id).exclude(course__code=code).order_by("course__sort", "course__code")
    needed_by = dict.fromkeys(course for course, options in others.values_list("course__code", "options") if code in options)
    return Going(MatrixCell.objects.filter(**of).count(), LearningOutcome.objects.filter(**of).count(),
                 Requisite.objects.filter(**of).count(), tuple(needed_by), Assessment.objects.filter(**of).count())
