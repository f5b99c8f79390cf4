"""Whether this process can do its work: asked by a proxy before it sends people here."""

import os
import time
from collections.abc import Callable, Mapping
from typing import Final

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sheber.kit import backups

from .services import places, restore_note
from .services.maintenance import maintenance_is_on

SURE_FOR_S: Final = 5.0
_migrated: dict[str, float | bool] = {"done": False, "looked": -SURE_FOR_S}


def failures() -> tuple[str, ...]:
    """Names of what is not as it should be, in the order of looking; nothing else is told."""
    if maintenance_is_on():
        return ("maintenance",)
    return tuple(name for name, check in CHECKS.items() if not _holds(check))


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:                                   # whatever is wrong with it, it is not ready
        return False


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def tables_are_of_this_version() -> bool:
    """Looked at until it is so (a process never gets newer), and then no more."""
    now = time.monotonic()
    if not _migrated["done"] and now - float(_migrated["looked"]) >= SURE_FOR_S:
        executor = MigrationExecutor(connection)
        _migrated["done"] = not executor.migration_plan(executor.loader.graph.leaf_nodes()) and not restore_note.unfinished()
        _migrated["looked"] = now
    return bool(_migrated["done"])


def files_can_be_kept() -> bool:
    """The data folder takes files, and each store of files says it is well when it can say so."""
    if not os.access(places.var(), os.W_OK):
        return False
    for store in backups.stores().values():
        check = getattr(store, "check", None)
        if check is not None:
            check()
    return True


CHECKS: Final[Mapping[str, Callable[[], bool]]] = {
    "database": database_answers, "migrations": tables_are_of_this_version, "files": files_can_be_kept}
