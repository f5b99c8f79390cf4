"""Every row of every table, to see that nothing else changed: read past the models, as the database has them."""

from typing import Any

from django.apps import apps
from django.db import connection

EXCEPTED = frozenset({"audit", "trash", "sessions", "search"})
"""The records of what was done, and what is worked out from the rest."""
COUNTERS = {"programmes_programmeversion": {"edit_version", "updated_at"}}
"""What counts saves goes on counting: it is how a page opened before is known to be stale."""


def all_rows(besides: frozenset[str] = EXCEPTED) -> dict[str, list[tuple[Any, ...]]]:
    """Table to its rows in order; the columns that count saves are left out."""
    found = {}
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for model in apps.get_models(include_auto_created=True):
            meta = model._meta
            if meta.app_label in besides or meta.proxy or not meta.managed or meta.db_table not in there:
                continue
            columns = [one.column for one in meta.local_concrete_fields if one.column not in COUNTERS.get(meta.db_table, ())]
            quoted = ", ".join(f'"{one}"' for one in columns)
            cursor.execute(f'SELECT {quoted} FROM "{meta.db_table}"')
            found[meta.db_table] = sorted(cursor.fetchall(), key=repr)
    return found
