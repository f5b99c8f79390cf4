"""A file into the database: looked at first, then all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError

from .declaring import ID, STATE, Change, Exchange, Values
from .files import Fault, FileError, read_rows
from .values import UnfitError, canonical, read, row_state

MAX_FAULTS: Final = 200


@dataclass
class Outcome:
    """What an import does, or would do. With any fault nothing is written."""

    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    written: bool = False


def run_import(exchange: Exchange, data: bytes, filename: str, *, actor: Any, view: Sequence[str], edit: Sequence[str],
               dry: bool) -> Outcome:
    """Read, compare with what stands, write through the system's own services.

    A dry run writes too, and takes all of it back: what it says is what would happen. ``view`` and ``edit`` are the paths below
    which the actor may see and change rows.
    """
    outcome = Outcome()
    with transaction.atomic():
        if exchange.lock is not None:
            exchange.lock()
        try:
            _compare(exchange, data, filename, view, outcome)
        except FileError as broken:
            outcome.faults.append(broken.fault)
        if not outcome.faults:
            _write(exchange, actor, edit, outcome)
        outcome.written = not dry and not outcome.faults
        if not outcome.written:
            transaction.set_rollback(True)
    return outcome


def _compare(exchange: Exchange, data: bytes, filename: str, view: Sequence[str], outcome: Outcome) -> None:
    standing = {str(row[ID]): row for row in exchange.rows(view)}
    seen: dict[str, int] = {}
    for number, texts in read_rows(data, filename, exchange.columns):
        if len(outcome.faults) >= MAX_FAULTS:
            return
        values, wrong = _values(exchange, number, texts)
        outcome.faults += wrong
        key = texts.get(ID, "").strip()
        if key and key in seen:
            outcome.faults.append(Fault(number, ID, _("The id stands in row %(row)s too. Delete one of them.") % {"row": seen[key]}))
        elif key and key not in standing:
            outcome.faults.append(Fault(number, ID, _("There is no row with this id. Leave the id empty to add a new row.")))
        elif not wrong:
            _sort(exchange, Change(number, key, standing.get(key, {}), values, ()), texts.get(STATE, "").strip(), outcome)
        if key:
            seen[key] = number


def _values(exchange: Exchange, number: int, texts: Mapping[str, str]) -> tuple[Values, list[Fault]]:
    values, wrong = {}, []
    for column in exchange.columns:
        try:
            values[column.name] = read(column, texts.get(column.name, ""))
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
        sentence = _("Somebody changed this row after the file was made. Export it again and repeat your change there.")
        outcome.faults.append(Fault(change.row, ID, sentence))
    else:
        outcome.changed.append(found)


def _write(exchange: Exchange, actor: Any, edit: Sequence[str], outcome: Outcome) -> None:
    labels = {column.name: str(column.label) for column in exchange.columns}
    for change in sorted([*outcome.added, *outcome.changed], key=lambda one: one.row):
        try:
            with transaction.atomic():
                exchange.apply(change, actor, edit)
        except DomainError as refused:
            fields = refused.detail.get("fields") or {}
            outcome.faults.append(Fault(change.row, labels.get(next(iter(fields), ""), ""), refused.message))
        except ValidationError as refused:
            outcome.faults.append(Fault(change.row, "", " ".join(refused.messages)))
        if len(outcome.faults) >= MAX_FAULTS:
            return
