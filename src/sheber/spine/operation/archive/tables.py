"""The tables of a database as its migrations left them, read out row by row and written back.

Models are those of the migrations that are applied there, and not of this version: so a backup can be made before an upgrade,
and an archive of an older version is loaded into the tables of that version and then migrated.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps
from django.utils.translation import gettext as _

from .container import ArchiveError
from .values import Checksum, decoder, encode

LEFT_OUT: Final = frozenset({"django_session", "operation_bucket", "accounts_attempts", "audit_auditcheckpoint",
                             "search_entry", "search_place", "search_word", "search_state"})
"""Tables whose rows nobody wants back: sign-ins that are going on, counters of the last minute, where the record of changes was last
found whole (a restored one is verified anew), and the index of the search, which is made anew from the others."""
CHUNK: Final = 2000

Node = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """A table and the columns that are written; a column that the database computes is not."""

    model: type[models.Model]
    fields: tuple[models.Field[Any, Any], ...]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(str(field.column) for field in self.fields)


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: rows, checksum, and the last number its sequence gave (0: none)."""

    rows: int
    checksum: str
    last_number: int = 0


def applied_nodes(connection: BaseDatabaseWrapper) -> list[Node]:
    """Migrations applied to the database, sorted; of those that this version knows."""
    loader = MigrationLoader(connection)
    return sorted(node for node in loader.applied_migrations if node in loader.disk_migrations)


def unknown_nodes(connection: BaseDatabaseWrapper, nodes: Sequence[Node]) -> list[Node]:
    """Those of ``nodes`` that this version does not know: made by a newer one."""
    loader = MigrationLoader(connection)
    return sorted(node for node in nodes if node not in loader.disk_migrations)


def targets(executor: MigrationExecutor, nodes: Sequence[Node]) -> list[Node]:
    """The last of ``nodes``: those that none of the others builds on."""
    known = set(nodes)
    graph = executor.loader.graph
    return sorted(node for node in known if not any(child.key in known for child in graph.node_map[node].children))


def tables_of(connection: BaseDatabaseWrapper, nodes: Sequence[Node]) -> list[Table]:
    """The tables that the migrations ``nodes`` make, by name."""
    executor = MigrationExecutor(connection)
    state = executor.loader.project_state(targets(executor, nodes))
    apps: StateApps = state.apps
    found: dict[str, Table] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and meta.db_table not in LEFT_OUT:
            fields = (field for field in meta.local_concrete_fields if not getattr(field, "generated", False))
            found[meta.db_table] = Table(model, tuple(fields))
    return [found[name] for name in sorted(found)]


def rows_of(connection: BaseDatabaseWrapper, table: Table) -> Iterator[tuple[Any, ...]]:
    """All rows in the order of the key, never more than a few thousand in memory."""
    manager = table.model._base_manager.using(connection.alias)
    names = [field.attname for field in table.fields]
    yield from manager.order_by("pk").values_list(*names).iterator(chunk_size=CHUNK)


def content_of(connection: BaseDatabaseWrapper, table: Table) -> Content:
    """Count and checksum of what the table holds now."""
    total = Checksum()
    for row in rows_of(connection, table):
        total.add(row, encode(row))
    return Content(total.rows, total.hexdigest(), last_number(connection, table))


def last_number(connection: BaseDatabaseWrapper, table: Table) -> int:
    """The last number given out as a key: deleted rows count, so that a number never means two things."""
    if not isinstance(table.model._meta.pk, models.AutoField | models.BigAutoField):
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
            found = cursor.fetchone()
            return int(found[0]) if found else 0
        sequence = _sequence_of(cursor, table)
        if sequence is None:
            return 0
        cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608 - named by the database
        return int(cursor.fetchone()[0])


def set_last_number(connection: BaseDatabaseWrapper, table: Table, number: int) -> None:
    """Later rows get greater keys than ``number`` and than any that is there."""
    key = table.model._meta.pk
    if not isinstance(key, models.AutoField | models.BigAutoField):
        return
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT COALESCE(MAX("{key.column}"), 0) FROM "{table.name}"')  # noqa: S608 - our own names
        number = max(number, int(cursor.fetchone()[0]))
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            if number:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, number])
        elif (sequence := _sequence_of(cursor, table)) is not None:
            cursor.execute("SELECT setval(%s, %s, %s)", [sequence, max(number, 1), number > 0])


def _sequence_of(cursor: Any, table: Table) -> str | None:
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', table.model._meta.pk.column])
    found = cursor.fetchone()
    return found[0] if found else None


def load_rows(connection: BaseDatabaseWrapper, table: Table, lines: Iterator[bytes], columns: Sequence[str],
              tick: Callable[[int], None] | None = None) -> int:
    """Write the rows of ``lines`` into the empty ``table``; returns how many. Raises ArchiveError that names the table and the line."""
    if sorted(columns) != sorted(table.columns):
        raise ArchiveError("backup_other_columns", _("The archive and this version disagree about the columns of %(table)s.")
                           % {"table": table.name}, table=table.name)
    by_column = {str(field.column): field for field in table.fields}
    fields = [by_column[column] for column in columns]
    counted = [0]

    def rows() -> Iterator[tuple[Any, ...]]:
        decoders = [decoder(field) for field in fields]
        for line in lines:
            counted[0] += 1
            try:
                values = json.loads(line)
                if not isinstance(values, list) or len(values) != len(fields):
                    raise ValueError
                yield tuple(field.get_db_prep_save(decode(value), connection)
                            for field, decode, value in zip(fields, decoders, values, strict=True))
            except (ValueError, TypeError, ValidationError, RecursionError) as no:
                raise _bad_row(table, counted[0]) from no
            if tick and counted[0] % CHUNK == 0:
                tick(counted[0])

    names = ", ".join(f'"{column}"' for column in columns)
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                    for row in rows():
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(columns))
                sql = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - columns of our own models
                for part in _parts(rows()):
                    cursor.executemany(sql, part)
    except (DatabaseError, OverflowError) as no:
        raise _bad_row(table, counted[0], str(no).splitlines()[0]) from no
    return counted[0]


def _parts(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    part: list[tuple[Any, ...]] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part


def _bad_row(table: Table, line: int, why: str = "") -> ArchiveError:
    sentence = _("The database does not take row %(line)s of %(table)s. %(why)s") % {"line": line, "table": table.name, "why": why}
    return ArchiveError("backup_bad_row", sentence.strip(), table=table.name, line=line)


@contextmanager
def guards_down(connection: BaseDatabaseWrapper, tables: Sequence[Table]) -> Iterator[None]:
    """Inside a transaction: triggers that refuse and foreign keys wait until the block has ended, and stand again afterwards.

    Triggers of any other kind (those that keep a search index, say) do their work as always. On SQLite foreign keys are switched
    off by the caller, outside of the transaction, and looked at by the caller afterwards.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%%RAISE(%%'", [])
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            yield
            for _name, sql in triggers:
                cursor.execute(sql, None)
            return
        names = [table.name for table in tables]
        cursor.execute("SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                       "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND p.prosrc LIKE '%%RAISE EXCEPTION%%' "
                       "AND c.relnamespace = current_schema()::regnamespace "
                       "AND c.relname = ANY(%s)", [names])
        triggers = cursor.fetchall()
        cursor.execute("SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k "
                       "JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'f' "
                       "AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s)", [names])
        keys = cursor.fetchall()
        for table, name in triggers:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"')
        for table, name, _definition in keys:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        yield
        for table, name, definition in keys:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
        for table, name in triggers:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{name}"')
