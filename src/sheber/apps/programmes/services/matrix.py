"""Changing cells of the competence matrix, many at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Course, MatrixCell, ProgrammeVersion
from sheber.kit.errors import DomainError
from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.competences.models import Competence

from .guards import count_save, draft_locked, scope_of

Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CellsSet:
    """What a save did. ``inverse`` given to :func:`cells_set` with this ``edit_version`` undoes it."""

    edit_version: int
    changed: int
    inverse: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class _Value:
    mode: str
    level: int
    assessed_by: LocalisedText

    @property
    def mark(self) -> str:
        return f"{self.mode}{self.level}"


@transaction.atomic
def cells_set(*, version_id: int, changes: Sequence[Change], actor: audit.Actor, edit_version: int, reason: str = "") -> CellsSet:
    """Set or clear cells of a draft: all of ``changes`` or none.

    A change is ``{"course": code, "item": code, "mode": "I" | "T" | "U" | None, "level": 1-5 | None}``; without a mode the cell is
    cleared. ``assessed_by`` may be a text in the reader's language or a text in languages; left out, it stays. Of two changes of
    one cell the later counts; what is already so is not written.

    Raises DoesNotExist or DomainError: ``not_draft``, ``stale`` (detail ``yours`` and ``saved``), ``unknown_course``,
    ``unknown_item``, ``bad_cell``.
    """
    version = draft_locked(version_id=version_id, edit_version=edit_version)
    wanted = {(str(change["course"]), str(change["item"])): change for change in changes}
    courses = _courses(version, {course for course, _item in wanted})
    items = _items(version, {item for _course, item in wanted})
    standing = {(cell.course_id, cell.competence_id): cell for cell in MatrixCell.objects.select_for_update().filter(
        course_id__in=courses.values(), competence_id__in=items.values())}
    create, update, delete = [], [], []
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    inverse: list[dict[str, Any]] = []
    for (course, item), change in wanted.items():
        cell = standing.get((courses[course], items[item]))
        old = None if cell is None else _Value(cell.mode, cell.level, LocalisedText.of(cell.assessed_by))
        new = _value(change, old)
        if new == old:
            continue
        name = f"{course}~{item}"
        before[name], after[name] = _told(old, new), _told(new, old)
        inverse.append({"course": course, "item": item, "mode": old and old.mode, "level": old and old.level,
                        "assessed_by": dict(old.assessed_by) if old else {}})
        if new is None:
            delete.append(cell.pk if cell else 0)
        elif cell is None:
            create.append(MatrixCell(course_id=courses[course], competence_id=items[item], mode=new.mode, level=new.level,
                                     assessed_by=new.assessed_by))
        else:
            cell.mode, cell.level, cell.assessed_by = new.mode, new.level, new.assessed_by
            update.append(cell)
    if not inverse:
        return CellsSet(version.edit_version, 0, ())
    MatrixCell.objects.filter(pk__in=delete).delete()
    MatrixCell.objects.bulk_update(update, ["mode", "level", "assessed_by"], batch_size=500)
    MatrixCell.objects.bulk_create(create, batch_size=500)
    number = count_save(version)
    audit.record(actor=actor, verb="programme.cells_changed", target=version, before={"cells": before},
                 after={"cells": after, "count": len(inverse), "code": version.programme.code, "version": version.version},
                 reason=reason, scope_path=scope_of(version))
    return CellsSet(number, len(inverse), tuple(inverse))


def _told(value: _Value | None, other: _Value | None) -> str:
    """The cell as the record keeps it; how it is assessed only when that changed."""
    if value is None:
        return ""
    if other is not None and value.assessed_by == other.assessed_by:
        return value.mark
    text = str(value.assessed_by)
    return f"{value.mark} ({text})" if text else value.mark


def _value(change: Change, old: _Value | None) -> _Value | None:
    mode, level = change.get("mode"), change.get("level")
    if mode is None:
        return None
    if mode not in MatrixCell.Mode.values or isinstance(level, bool) or not isinstance(level, int) or not 1 <= level <= 5:
        raise DomainError("bad_cell", _("A cell needs a mode (I, T or U) and a level from 1 to 5."), course=str(change["course"]),
                          item=str(change["item"]))
    assessed_by = old.assessed_by if old else LocalisedText()
    if "assessed_by" in change:
        said = change["assessed_by"]
        assessed_by = LocalisedText.of(said) if isinstance(said, Mapping) else _in_language(assessed_by, str(said or ""))
    return _Value(str(mode), level, assessed_by)


def _in_language(texts: LocalisedText, said: str) -> LocalisedText:
    """The text in the reader's language changed, the other languages kept; what the reader was shown and left is no change."""
    if said == str(texts):
        return texts
    language = (get_language() or "kk").split("-")[0]
    return LocalisedText.of({**texts, (language if language in LANGUAGES else "kk"): said})


def _courses(version: ProgrammeVersion, codes: set[str]) -> dict[str, int]:
    found = dict(Course.objects.filter(version=version, code__in=codes).values_list("code", "id"))
    for code in codes - set(found):
        raise DomainError("unknown_course", _("There is no course %(course)s in this version.") % {"course": code}, course=code)
    return found


def _items(version: ProgrammeVersion, codes: set[str]) -> dict[str, int]:
    found = dict(Competence.objects.filter(framework_id=version.framework_id, code__in=codes).values_list("code", "id"))
    for code in codes - set(found):
        raise DomainError("unknown_item", _("There is no item %(item)s in the framework of this version.") % {"item": code}, item=code)
    return found
