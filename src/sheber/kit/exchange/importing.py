"""A file into the database: looked at first, then all of it or nothing."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError

from .declaring import ID, STATE, Change, Exchange, Values
from .files import Fault, FileError, nul_sentence, read_rows
from .values import UnfitError, canonical, read, row_state
from .writing import id_label, state_label

MAX_FAULTS: Final = 200
TOLD_EVERY: Final = 20
"""Rows between two words on how far it is."""
READ_EVERY: Final = 500
Progress = Callable[[int, int], None]


@dataclass
class Outcome:
    """What an import does, or would do. With any fault nothing is written.

    ``plan`` stands for all that is added and changed; ``moved``: it is not what was expected, because the rows here have changed.
    """

    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    written: bool = False
    plan: str = ""
    moved: bool = False


@dataclass
class ReadIn:
    """Number and texts of each row of a file, or why it cannot be read."""

    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    fault: Fault | None = None


def read_in(exchange: Exchange, data: bytes, filename: str, progress: Progress | None = None) -> ReadIn:
    """The rows of a file. Asks nothing of the database, so that it can be done before a transaction begins."""
    found = ReadIn()
    try:
        for number, texts in read_rows(data, filename, exchange.columns):
            if progress is not None and len(found.rows) % READ_EVERY == 0:
                progress(len(found.rows), 0)
            found.rows.append((number, texts))
    except FileError as broken:
        found.fault = broken.fault
    return found


def run_import(exchange: Exchange, data: bytes, filename: str, *, actor: Any, view: Sequence[str], edit: Sequence[str],
               dry: bool, expected: str = "", progress: Progress | None = None, given: ReadIn | None = None) -> Outcome:
    """Read, compare with what stands, write through the system's own services.

    A dry run writes too, and takes all of it back: what it says is what would happen. ``view`` and ``edit`` are the paths below
    which the actor may see and change rows. ``expected`` is the ``plan`` of a dry run: nothing is written when another one comes out.
    ``progress`` is told rows done and all rows, 0 while the file is read; what it raises ends the import, and nothing is written.
    ``given`` is what :func:`read_in` found, when the file was read before.
    """
    outcome, given = Outcome(), given or read_in(exchange, data, filename, progress)
    if given.fault is not None:
        outcome.faults.append(given.fault)
        return outcome
    ids = {texts[ID] for _number, texts in given.rows if texts.get(ID)}
    with transaction.atomic():
        if exchange.lock is not None:
            exchange.lock(ids)
        _compare(exchange, given.rows, {str(row[ID]): row for row in exchange.rows(view, ids)}, outcome)
        outcome.plan = _plan(outcome)
        outcome.moved = bool(expected) and not outcome.faults and outcome.plan != expected
        if not outcome.faults and not outcome.moved:
            _write(exchange, actor, edit, outcome, progress)
        outcome.written = not dry and not outcome.faults and not outcome.moved
        if not outcome.written:
            transaction.set_rollback(True)
    return outcome


def _plan(outcome: Outcome) -> str:
    """64 hexadecimal digits."""
    held = [(change.row, change.id, change.old, change.new) for change in (*outcome.added, *outcome.changed)]
    return hashlib.sha256(json.dumps(held, default=str).encode("utf-8", "surrogatepass")).hexdigest()


def _compare(exchange: Exchange, lines: Sequence[tuple[int, Mapping[str, str]]], standing: Mapping[str, Values],
             outcome: Outcome) -> None:
    seen: dict[str, int] = {}
    for number, texts in lines:
        if len(outcome.faults) >= MAX_FAULTS:
            return
        values, wrong = _values(exchange, number, texts)
        outcome.faults += wrong
        key = texts.get(ID, "").strip()
        if key and key in seen:
            said = _("The id stands in row %(row)s too. Delete one of them.") % {"row": seen[key]}
            outcome.faults.append(Fault(number, id_label(), said))
        elif key and key not in standing:
            outcome.faults.append(Fault(number, id_label(), _("There is no row with this id. Leave the id empty to add a new row.")))
        elif not wrong:
            _sort(exchange, Change(number, key, standing.get(key, {}), values, ()), texts.get(STATE, "").strip(), outcome)
        if key:
            seen[key] = number


def _values(exchange: Exchange, number: int, texts: Mapping[str, str]) -> tuple[Values, list[Fault]]:
    values, wrong = {}, []
    for name, label in ((ID, id_label()), (STATE, state_label())):
        if "\0" in texts.get(name, ""):
            wrong.append(Fault(number, label, nul_sentence()))
    for column in exchange.columns:
        text = texts.get(column.name, "")
        try:
            if "\0" in text:
                raise UnfitError(nul_sentence())
            values[column.name] = read(column, text)
        except UnfitError as unfit:
            wrong.append(Fault(number, str(column.label), str(unfit)))
    return values, wrong


def _sort(exchange: Exchange, change: Change, state: str, outcome: Outcome) -> None:
    """New, changed, unchanged, or changed by somebody else since the file was written."""
    old = {column.name: canonical(column, change.old.get(column.name)) for column in exchange.columns} if change.id else {}
    fields = tuple(name for name, value in change.new.items() if not old or old[name] != value)
    found = Change(change.row, change.id, old, change.new, fields)
    if not change.id:
        outcome.added.append(found)
    elif not fields:
        outcome.unchanged += 1
    elif state and state != row_state(exchange.columns, change.old):
        outcome.faults.append(Fault(change.row, state_label(), _conflict(exchange, found), is_conflict=True))
    else:
        outcome.changed.append(found)


def _conflict(exchange: Exchange, change: Change) -> str:
    """The file cannot say what it was made from, so each difference is named: what stands here, and what the file holds."""
    labels = {column.name: str(column.label) for column in exchange.columns}
    told = "; ".join(_("%(column)s: here “%(here)s”, in the file “%(file)s”") % {
        "column": labels[name], "here": str(change.old[name] or "")[:60], "file": str(change.new[name] or "")[:60]}
        for name in change.fields[:5])
    return _("Somebody changed this row after the file was made. Export it again and repeat your change there. Differences: %(told)s.") % {
        "told": told}


def _write(exchange: Exchange, actor: Any, edit: Sequence[str], outcome: Outcome, progress: Progress | None) -> None:
    labels = {column.name: str(column.label) for column in exchange.columns}
    changes = sorted([*outcome.added, *outcome.changed], key=lambda one: one.row)
    for done, change in enumerate(changes):
        if progress is not None and done % TOLD_EVERY == 0:
            progress(done, len(changes))
        try:
            with transaction.atomic():
                exchange.apply(change, actor, edit)
        except DomainError as refused:
            fields = refused.detail.get("fields") or {}
            name = next(iter(fields), "")
            outcome.faults.append(Fault(change.row, labels.get(name) or labels.get(f"{name}_en", ""),
                                        " ".join(map(str, fields[name])) if name else refused.message))
        except ValidationError as refused:
            outcome.faults.append(Fault(change.row, _named(refused, labels), " ".join(refused.messages)))
        if len(outcome.faults) >= MAX_FAULTS:
            return


def _named(refused: ValidationError, labels: Mapping[str, str]) -> str:
    names = list(getattr(refused, "error_dict", {}))
    return next((labels[name] for name in names if name in labels), "")
