"""Assessments of one synthetic class with the items of evidence that come from them, and what the record of changes says of it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

import numpy as np
from django.db import connection
from django.utils import timezone

from sheber.apps.programmes.models import Assessment
from sheber.apps.programmes.queries.assessments import SOURCE_KIND
from sheber.apps.programmes.rules import demo_assessments as words
from sheber.apps.programmes.rules import national as lots
from sheber.spine.audit import services as audit
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.people.models import User

from .national_bulk import Blocks, next_id, stored_moment, write
from .national_people import Class
from .national_templates import Made

VARYING: Final = ("id", "person_id", "competence_id", "level")
CONSTANT: Final = ("setting", "assessor_id", "assessor_rule", "observed_on", "recorded_at", "source_kind", "source_id", "supersedes_id",
                   "reason", "is_synthetic")
LEVELS: Final = tuple(f"{tenths // 10}.{tenths % 10}" for tenths in range(51))


@dataclass(slots=True)
class Ledger:
    """What is written of one university. Entries of the record of changes wait here, by who made them."""

    next_item: int
    next_assessment: int
    now: dt.datetime = field(default_factory=timezone.now)
    entries: dict[int, list[audit.Entry]] = field(default_factory=dict)
    items: int = 0
    corrections: int = 0
    pieces: list[tuple[Any, ...]] = field(default_factory=list)
    blocks: Blocks = field(default_factory=lambda: Blocks(EvidenceItem._meta.db_table, (*VARYING, *CONSTANT)))

    @classmethod
    def opened(cls) -> "Ledger":
        return cls(next_id(EvidenceItem), next_id(Assessment))


def class_write(made: Made, group: Class, teachers: list[int], ledger: Ledger, *, number: int, letter: str, day: dt.date) -> int:
    """Write what one class was assessed in. Returns the number of items. Assessments and entries wait until :func:`ledger_close`."""
    lot = np.random.default_rng([lots.SEED, 5, number, ord(letter), group.entry_year])
    _competences, items_of_cells = np.unique(made.cell_competence, return_inverse=True)
    people = np.arange(group.people.start, group.people.stop, dtype=np.int64)
    before = ledger.items
    for piece in lots.marks(terms=made.template.courses["term"], cell_course=made.cell_course, cell_item=items_of_cells,
                            cell_level=made.cell_level, students=people.size, entry_year=group.entry_year, today=day, lot=lot):
        if piece.student.size:
            _piece_write(made, piece, people, teachers[(piece.course * 7 + ord(letter)) % len(teachers)], ledger)
    return ledger.items - before


def _piece_write(made: Made, piece: lots.Piece, people: lots.IntArray, assessor: int, ledger: Ledger) -> None:
    assessment = ledger.next_assessment
    ledger.next_assessment += 1
    template = made.template
    title = lots.title_of_piece(piece.piece, template.courses["title"][piece.course], template.finals[piece.course])
    ledger.pieces.append((assessment, made.first_course_id + piece.course, template.kinds[piece.course], title, piece.held_on, assessor))
    setting = "workplace" if template.is_placement[piece.course] and piece.piece == "final" else "course"
    tenths = piece.tenths.copy()
    wrong = piece.corrected
    tenths[wrong] = np.where(tenths[wrong] >= 20, tenths[wrong] - 10, tenths[wrong] + 10)
    size, first = int(tenths.size), ledger.next_item
    ids = range(first, first + size)
    persons, competences = people[piece.student].tolist(), made.cell_competence[piece.cell].tolist()
    levels = [LEVELS[one] for one in tenths.tolist()]
    _items_write(ledger, ids, persons, competences, levels, setting, assessor, piece.held_on, str(assessment), None, "")
    tail = f"|{setting}|{piece.held_on}|{SOURCE_KIND}|{assessment}|{assessor}|\n"
    text = "".join(map(("{}|{}|{}|{}" + tail).format, ids, persons, competences, levels))
    entries = ledger.entries.setdefault(assessor, [])
    entries.append(audit.Entry(
        "evidence.recorded_many", ("evidence.evidenceitem", f"{first}-{first + size - 1}"), reason="demonstration",
        scope_path=made.organisation_path, after={"count": size, "first_id": first, "last_id": first + size - 1,
                                                  "digest": sha256(text.encode()).hexdigest(), "people": len(set(persons))}))
    ledger.next_item += size
    ledger.items += size
    for n, place in enumerate(wrong.tolist()):
        reasons = words.CORRECTIONS["kk" if n % 2 else "ru"]
        reason, item, right = reasons[(n + place) % len(reasons)], ledger.next_item, LEVELS[int(piece.tenths[place])]
        _items_write(ledger, range(item, item + 1), [persons[place]], [competences[place]], [right], setting, assessor, piece.held_on,
                     str(assessment), first + place, reason)
        entries.append(audit.Entry(
            "evidence.superseded", ("evidence.evidenceitem", item), reason=reason, scope_path=made.organisation_path,
            before={"id": first + place, "level": Decimal(levels[place]), "observed_on": piece.held_on},
            after={"level": Decimal(right), "observed_on": piece.held_on}))
        ledger.next_item += 1
        ledger.items += 1
        ledger.corrections += 1


def _items_write(ledger: Ledger, ids: range, persons: list[int], competences: list[int], levels: list[str], setting: str, assessor: int,
                 day: dt.date, source: str, supersedes: int | None, reason: str) -> None:
    truth: Any = 1 if connection.vendor == "sqlite" else True
    same = (setting, assessor, "", stored_moment(day), stored_moment(ledger.now), SOURCE_KIND, source, supersedes, reason, truth)
    ledger.blocks.add((ids, persons, competences, levels), same)


def ledger_close(ledger: Ledger) -> int:
    """Write what waits: the last items, the assessments, and the entries of the record of changes, each in the name of who assessed.

    Returns the number of assessments.
    """
    ledger.blocks.flush()
    names = ("id", "course_id", "kind", "title", "held_on", "assessor_id")
    columns = {name: [piece[k] for piece in ledger.pieces] for k, name in enumerate(names)}
    write(Assessment, len(ledger.pieces), {**columns, "is_synthetic": True})
    for actor, entries in _by_actor(ledger):
        audit.record_many(actor=actor, entries=entries)
    return len(ledger.pieces)


def _by_actor(ledger: Ledger) -> Iterator[tuple[User, list[audit.Entry]]]:
    people = User.objects.in_bulk(list(ledger.entries))
    for pk, entries in ledger.entries.items():
        yield people[pk], entries
