"""Rows as JSON and back, every column exactly: the format of ``Deletion.snapshot``.

Format 1::

    {"format": 1,
     "tables": [{"model": "programmes.course", "columns": ["id", …], "rows": [[7, …], …]}, …],   # taken, as they were
     "gone": [the same],                                     # rows deleted beside them because they named them
     "links": [["app.model", key, column, was, now], …],     # references that were emptied
     "changed": [["app.model", key, {column: [was, now]}], …]}   # rows changed because they named them
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError

FORMAT: Final = 1
CHUNK: Final = 500
PLAIN: Final = (bool, int, float, str)


@dataclass
class Snapshot:
    """What a deletion took; ``tables`` and ``gone``: model to rows, each column name to its encoded value."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    gone: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    links: list[tuple[str, Any, str, Any, Any]] = field(default_factory=list)
    changed: list[tuple[str, Any, Mapping[str, Sequence[Any]]]] = field(default_factory=list)

    def written(self) -> str:
        """As text."""
        return json.dumps({"format": FORMAT, "tables": _tables(self.tables), "gone": _tables(self.gone), "links": self.links,
                           "changed": self.changed}, ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """By which a snapshot that was changed behind the product's back is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(text: str) -> Snapshot:
    """Raises ``DomainError("too_old")`` for a format of another version."""
    found = json.loads(text)
    if found.get("format") != FORMAT:
        raise too_old()
    return Snapshot({one["model"]: _dicts(one) for one in found["tables"]}, {one["model"]: _dicts(one) for one in found["gone"]},
                    [tuple(one) for one in found["links"]], [tuple(one) for one in found["changed"]])


def too_old() -> DomainError:
    return DomainError("too_old", _("It was deleted by another version of the product and no longer fits. Ask your operator."))


def _tables(tables: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{"model": model, "columns": list(rows[0]), "rows": [list(row.values()) for row in rows]} for model, rows in tables.items()]


def _dicts(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def columns(model: type[models.Model]) -> list[Any]:
    """Fields with a column of their own that a row is written with; what the database works out itself is left out."""
    return [one for one in model._meta.local_concrete_fields if not getattr(one, "generated", False)]


def encoded(row: models.Model) -> dict[str, Any]:
    """Column to value as JSON has it."""
    return {one.attname: encode(one, getattr(row, one.attname)) for one in columns(type(row))}


def encode(one: Any, value: Any) -> Any:
    """A JSON column as it is, numbers and texts too; dates, decimals and the like by the words of their field, to the microsecond."""
    if value is None or isinstance(one, models.JSONField):
        return value
    target = one.target_field if one.is_relation else one
    if isinstance(value, PLAIN):
        return value
    holder = target.model()
    setattr(holder, target.attname, value)
    return target.value_to_string(holder)


def decode(one: Any, value: Any) -> Any:
    """The opposite of :func:`encode`."""
    if value is None or isinstance(one, models.JSONField):
        return value
    return (one.target_field if one.is_relation else one).to_python(value)


def model_of(label: str) -> type[models.Model]:
    """Raises ``DomainError("too_old")`` for a table that is no longer there."""
    try:
        return apps.get_model(label)
    except LookupError as no:
        raise too_old() from no


def standing(model: type[models.Model], keys: Iterable[Any], *, lock: bool = False) -> list[models.Model]:
    """The rows with these keys, whole, in order; locked until the transaction ends."""
    wanted, found = sorted(keys), []
    for start in range(0, len(wanted), CHUNK):
        rows = model._base_manager.filter(pk__in=wanted[start:start + CHUNK]).order_by("pk")
        found += list(rows.select_for_update() if lock else rows)
    return found


def insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Add rows with their keys, column by column as they stand: nothing is worked out anew."""
    fields = columns(model)
    size = max(1, min(CHUNK, connection.ops.bulk_batch_size([one.attname for one in fields], list(rows)) or CHUNK))
    for start in range(0, len(rows), size):
        model._base_manager._insert(rows[start:start + size], fields=fields, using=connection.alias, raw=True)  # type: ignore[attr-defined]
