"""Triggers that make the database itself refuse what the product never does: changing or deleting a row that is a record.

Called by migrations. A migration that rebuilds such a table on SQLite (which drops its triggers) has to call
:func:`install` again; ``tests`` of the audit look for the triggers of every table after all migrations.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_POSTGRESQL_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION sheber_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def refuse(schema_editor: BaseDatabaseSchemaEditor, *, name: str, table: str, event: str, sentence: str, when: str = "") -> None:
    """Create trigger ``name``: ``event`` (UPDATE, DELETE or INSERT) on ``table`` fails with ``sentence`` as an ``IntegrityError``.

    ``when`` is a condition on ``OLD`` and ``NEW`` that both databases understand; on PostgreSQL it must not hold a subquery.
    """
    vendor = schema_editor.connection.vendor
    condition = f"WHEN ({when})" if when else ""
    if vendor == "sqlite":
        schema_editor.execute(f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" {condition} '
                              f"BEGIN SELECT RAISE(ABORT, '{table}: {sentence}'); END", params=None)
    elif vendor == "postgresql":
        schema_editor.execute(_POSTGRESQL_FUNCTION, params=None)
        schema_editor.execute(f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW {condition} '
                              f"EXECUTE FUNCTION sheber_refuse('{sentence}')", params=None)
    else:
        raise NotImplementedError(f"no triggers are written for {vendor}")


def permit(schema_editor: BaseDatabaseSchemaEditor, *, name: str, table: str) -> None:
    """Drop trigger ``name``."""
    schema_editor.execute(f'DROP TRIGGER "{name}"' + ("" if schema_editor.connection.vendor == "sqlite" else f' ON "{table}"'), params=None)


def install(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Rows of ``table`` may be added and read, nothing else."""
    for event in ("UPDATE", "DELETE"):
        refuse(schema_editor, name=f"{table}_no_{event.lower()}", table=table, event=event, sentence="rows are only ever added")


def remove(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Undo :func:`install`."""
    for event in ("UPDATE", "DELETE"):
        permit(schema_editor, name=f"{table}_no_{event.lower()}", table=table)


def triggers_of(connection: BaseDatabaseWrapper, table: str) -> set[str]:
    """Names of the triggers that stand on ``table``."""
    query = {"sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
             "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query, [table])
        return {name for (name,) in cursor.fetchall()}
