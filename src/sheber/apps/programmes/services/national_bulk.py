"""Writing millions of rows in columns: ``executemany`` on SQLite, ``COPY`` on PostgreSQL.

For loading only: nothing here validates, so whoever calls has to keep what the services keep. One writer at a time. Between
:func:`loosen` and :func:`tighten` the large table has no indexes but its primary key; the statements that make them again stand in a
table of the same database, written in the transaction that drops them, so that a load that was killed is finished by the next one.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
from django.db import connection, models, transaction
from django.db.models import JSONField, Max
from django.utils import timezone

REBUILD: Final = "national_rebuild"
"""Table with one column ``statement``; it is there from :func:`loosen` to :func:`tighten`."""
NULL: Final = "\\N"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def next_id(model: type[models.Model]) -> int:
    """The id after the largest."""
    return int(model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def write(model: type[models.Model], size: int, columns: Mapping[str, Any]) -> None:
    """Add ``size`` rows. ``columns`` maps an attribute (``region_id``) to a value for all or a sequence of ``size`` values; columns left
    out take the default of their field, moments that are set when a row is added take this one, and what a field computes is computed.

    Inside a transaction. Values of JSON columns are plain dictionaries or lists (a list that is one value stands in a list of its own).
    """
    if not size:
        return
    fields = model._meta.concrete_fields
    given: dict[str, Sequence[Any]] = {}
    for field in fields:
        if field.attname not in columns:
            given[field.attname] = [_default(field)] * size
        else:
            value = columns[field.attname]
            given[field.attname] = (value.tolist() if isinstance(value, np.ndarray) else value if isinstance(value, list | range)
                                    else [value] * size)
    for field in fields:
        if field.attname not in columns and (compute := getattr(field, "compute", None)) is not None:
            given[field.attname] = [compute(row) for row in _rows(given, size)]
    wrong = [name for name, values in given.items() if len(values) != size]
    if wrong or set(columns) - set(given):
        raise ValueError(f"columns of another length or unknown: {wrong or sorted(set(columns) - set(given))}")
    stored = [_stored(field, given[field.attname]) for field in fields]
    _insert(model._meta.db_table, [str(field.column) for field in fields], zip(*stored, strict=True))


class Blocks:
    """Rows of one table whose last columns are the same within a block: the quick way for the ledger.

    Varying columns are numbers, or text without a tab or a backslash. Constants are what the database stores: text for days and moments,
    0, 1 or ``bool`` for truth. On PostgreSQL rows wait until there are ``WAITING`` of them, so :meth:`flush` ends the work.
    """

    WAITING: Final = 50_000

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self.table, self.columns = table, columns
        self.lines: list[str] = []
        self.rows = 0

    def add(self, varying: Sequence[Sequence[Any]], constant: Sequence[Any]) -> None:
        """One block."""
        size = len(varying[0])
        if connection.vendor == "sqlite":
            _insert(self.table, self.columns, zip(*varying, *(repeat(one, size) for one in constant), strict=True))
            return
        tail = "".join(f"\t{_text(one)}" for one in constant)
        pattern = "\t".join(["{}"] * len(varying)) + tail.replace("{", "{{").replace("}", "}}") + "\n"
        self.lines.append("".join(map(pattern.format, *varying)))
        self.rows += size
        if self.rows >= self.WAITING:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self.lines:
            _copy(self.table, self.columns, self.lines)
            self.lines, self.rows = [], 0


def _default(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add):
        return timezone.now()
    return field.get_default()


def _rows(given: Mapping[str, Sequence[Any]], size: int) -> Iterator[SimpleNamespace]:
    return (SimpleNamespace(**{name: values[n] for name, values in given.items()}) for n in range(size))


def _stored(field: "models.Field[Any, Any]", values: Sequence[Any]) -> Iterable[Any]:
    """Values as the database stores them, each distinct one worked out once."""
    if isinstance(field, JSONField):
        texts = {place: json.dumps(one) for place, one in {id(one): one for one in values}.items()}
        return [texts[id(one)] for one in values]
    if isinstance(field, models.DateField | models.DateTimeField):
        return [stored_moment(one) for one in values]
    return values


def stored_moment(value: Any) -> Any:
    """A day or a moment as text both databases read."""
    if isinstance(value, dt.datetime):
        return str(connection.ops.adapt_datetimefield_value(value)) if connection.vendor == "sqlite" else value.isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value


def _insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    if connection.vendor == "sqlite":
        holes = ", ".join("?" * len(columns))
        names = ", ".join(f'"{name}"' for name in columns)
        with connection.cursor() as cursor:
            cursor.cursor.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({holes})', rows)  # noqa: S608
        return
    _copy(table, columns, ["\t".join(map(_text, row)) + "\n" for row in rows])


def _copy(table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        copy.write("".join(lines))


def _text(value: Any) -> str:
    """A value in the text format of COPY."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.translate(_ESCAPES) if isinstance(value, str) else str(value)


# ---- the large table without its indexes ----

def is_loose() -> bool:
    """Whether a load has begun and not ended."""
    return REBUILD in connection.introspection.table_names()


def tune() -> None:
    """Settings of this connection for the load only; a killed program loses nothing by them, a power cut may."""
    if connection.in_atomic_block:                      # a test holds the whole build in one transaction
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for pragma in ("synchronous=OFF", "cache_size=-262144", "temp_store=FILE", "threads=2", "foreign_keys=OFF",
                           "wal_autocheckpoint=20000"):
                cursor.execute(f"PRAGMA {pragma}")
        else:
            for setting in ("synchronous_commit = off", "maintenance_work_mem = '512MB'", "work_mem = '64MB'"):
                cursor.execute(f"SET {setting}")


def untune() -> None:
    """The next use of the database opens a connection with the usual settings."""
    if not connection.in_atomic_block:
        connection.close()


def loosen(table: str) -> None:
    """Drop the indexes and references of ``table``, remembering how they were made. Nothing is done when that was done already."""
    if is_loose():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        _references_now(cursor)
        drops, makes = (_sqlite_indexes if connection.vendor == "sqlite" else _postgresql_indexes)(cursor, table)
        cursor.execute(f"CREATE TABLE {REBUILD} (statement text)")
        for statement in drops:
            cursor.execute(statement)
        cursor.executemany(f"INSERT INTO {REBUILD} (statement) VALUES (%s)", [(one,) for one in makes])  # noqa: S608


def _references_now(cursor: Any) -> None:
    """PostgreSQL changes no table whose rows still wait for their references to be looked at."""
    if connection.vendor == "postgresql":
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _sqlite_indexes(cursor: Any, table: str) -> tuple[list[str], list[str]]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL ORDER BY name", [table])
    found = cursor.fetchall()
    return [f'DROP INDEX "{name}"' for name, _sql in found], [sql for _name, sql in found]


def _postgresql_indexes(cursor: Any, table: str) -> tuple[list[str], list[str]]:
    cursor.execute("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('f', 'u') "
                   "ORDER BY contype DESC, conname", [table])
    constraints = cursor.fetchall()
    cursor.execute("SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                   "WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid "
                   "AND k.conrelid = i.indrelid) ORDER BY c.relname", [table])
    indexes = cursor.fetchall()
    drops = [f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"' for name, _sql in reversed(constraints)]
    makes = [f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {sql}' for name, sql in constraints]
    return drops + [f'DROP INDEX "{name}"' for name, _sql in indexes], makes + [sql for _name, sql in indexes]


def tighten(models_written: Sequence[type[models.Model]], *, told: Any = None) -> None:
    """Make the indexes again, one after the other, each forgotten when it is there; set the sequences, gather statistics, and on SQLite
    look for references that lead nowhere (``ValueError``). ``told`` is called with each statement before it runs."""
    with connection.cursor() as cursor:
        statements = f"SELECT statement FROM {REBUILD}" if is_loose() else "SELECT '' WHERE 1 = 0"  # noqa: S608
        cursor.execute(statements)
        for (statement,) in cursor.fetchall():
            if told is not None:
                told(statement)
            with transaction.atomic():
                _references_now(cursor)
                cursor.execute(statement)
                cursor.execute(f"DELETE FROM {REBUILD} WHERE statement = %s", [statement])  # noqa: S608
        if connection.vendor == "postgresql":
            for model in models_written:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', '{model._meta.pk.column}'), "  # noqa: S608
                               f"GREATEST((SELECT MAX({model._meta.pk.column}) FROM {model._meta.db_table}), 1))")
        else:
            for model in models_written:
                cursor.execute(f'PRAGMA foreign_key_check("{model._meta.db_table}")')
                if broken := cursor.fetchone():
                    raise ValueError(f"a reference of {broken[0]} row {broken[1]} to {broken[2]} leads nowhere")
        cursor.execute(f"DROP TABLE IF EXISTS {REBUILD}")
        cursor.execute("ANALYZE")
