"""How what an import would do is told: each value as a text, old beside new; and when a file is looked through by background work."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sheber.kit.exchange.declaring import Change, Exchange
from sheber.kit.exchange.files import MAX_FILE_BYTES, Fault
from sheber.kit.exchange.importing import Outcome

MOST: Final = 500
"""Rows of a kind that are told."""
TRY_ROWS: Final = 1000
TRY_BYTES: Final = 64 * 1024
"""Of a workbook, which is packed: about as many rows. More of either is looked through by background work."""
TRY_CASE_BYTES: Final = 256 * 1024
"""Of a CASE package: some two hundred items."""


def is_large(data: bytes, filename: str) -> bool:
    """Whether looking through a table would keep its reader waiting. What is too large to be read at all is refused at once."""
    if len(data) > MAX_FILE_BYTES:
        return False
    return len(data) > TRY_BYTES if filename.lower().endswith(".xlsx") else data.count(b"\n") > TRY_ROWS


def is_large_case(data: bytes) -> bool:
    """The same for a CASE package."""
    return TRY_CASE_BYTES < len(data) <= MAX_FILE_BYTES


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A cell before and after; an empty text is an empty cell."""

    column: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of the file. ``id`` is empty for one that is added; ``name`` is what people know the row by."""

    row: int
    id: str
    name: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a file does or would do, as it is shown; of each kind the first ``MOST`` rows."""

    added: int
    changed: int
    unchanged: int
    plan: str
    written: bool
    moved: bool
    added_rows: tuple[RowChange, ...]
    changed_rows: tuple[RowChange, ...]
    faults: tuple[Fault, ...]

    @property
    def count(self) -> int:
        return self.added + self.changed

    @property
    def conflicts(self) -> int:
        return sum(fault.is_conflict for fault in self.faults)


def tell(exchange: Exchange, outcome: Outcome) -> Told:
    """An outcome in words of the language that is active."""
    return Told(len(outcome.added), len(outcome.changed), outcome.unchanged, outcome.plan, outcome.written, outcome.moved,
                told(exchange, outcome.added[:MOST]), told(exchange, outcome.changed[:MOST]), tuple(outcome.faults))


def as_plain(outcome: Told) -> dict[str, Any]:
    """Plain JSON, without the character that no database keeps."""
    plain: dict[str, Any] = _kept(asdict(outcome))
    return plain


def from_plain(plain: Mapping[str, Any]) -> Told:
    """The opposite of :func:`as_plain`."""
    rows = {name: tuple(RowChange(row["row"], row["id"], row["name"], tuple(FieldChange(**one) for one in row["fields"]))
                        for row in plain[name]) for name in ("added_rows", "changed_rows")}
    return Told(**{**plain, **rows, "faults": tuple(Fault(**one) for one in plain["faults"])})


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list | tuple):
        return [_kept(one) for one in value]
    return {key: _kept(one) for key, one in value.items()} if isinstance(value, dict) else value


def tell_case(outcome: Any) -> dict[str, Any]:
    """A ``CaseOutcome`` as plain JSON, as it is shown."""
    difference = outcome.difference
    plain: dict[str, Any] = _kept({
        "act": outcome.act, "code": outcome.code, "version": outcome.version, "title": outcome.title, "replaces": outcome.replaces,
        "items": outcome.items, "links": outcome.links, "links_here": outcome.links_here, "notes": [str(one) for one in outcome.notes],
        "mark": outcome.mark, "moved": outcome.moved, "written": outcome.written,
        "added": [{"code": item.code, "title": str(item.title)} for item in difference.added],
        "removed": [{"code": item.code, "title": str(item.title)} for item in difference.removed],
        "changes": len(difference.changed),
        "changed": [{"code": one.code, "label": str(one.label), "before": one.before, "after": one.after}
                    for one in difference.changed[:MOST]],
        "faults": [asdict(one) for one in outcome.faults]})
    return plain


def told(exchange: Exchange, changes: Sequence[Change]) -> tuple[RowChange, ...]:
    """Field by field; of a new row the cells that hold something."""
    labels = {column.name: (str(column.label), {code: str(label) for code, label in column.choices}) for column in exchange.columns}
    first = exchange.columns[0].name
    found = []
    for change in changes:
        fields = tuple(FieldChange(name, labels[name][0], _shown(change.old.get(name), labels[name][1]),
                                   _shown(change.new[name], labels[name][1]))
                       for name in change.fields if change.id or change.new[name] not in ("", None))
        found.append(RowChange(change.row, change.id, _shown((change.old or change.new).get(first), {}), fields))
    return tuple(found)


def _shown(value: Any, choices: dict[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    return f"{text} ({choices[text]})" if text in choices else text
