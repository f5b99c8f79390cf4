"""How what an import would do is told: each value as a text, old beside new."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sheber.kit.exchange.declaring import Change, Exchange


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
