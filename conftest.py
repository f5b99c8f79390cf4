"""What every test of the checkout needs."""

from collections.abc import Iterator

import pytest

pytest_plugins = ["tools.pytest_fixtures"]


@pytest.fixture(autouse=True, scope="session")
def _records_can_be_emptied_between_tests() -> Iterator[None]:
    """Let the flush after a transactional test empty the append-only tables.

    On SQLite the flush is a row of DELETEs, which the triggers of the records refuse, as they should. So the triggers are taken
    down for the flush alone and put back as they were. (PostgreSQL truncates, which row triggers do not see.)
    """
    # From .base and not from .operations, which runs in a circle when imported alone.
    from django.db.backends.sqlite3.base import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            try:
                flush(self, sql_list)
            finally:
                for _name, sql in triggers:
                    cursor.execute(sql, None)

    DatabaseOperations.execute_sql_flush = flush_without_triggers
    yield
    DatabaseOperations.execute_sql_flush = flush
