"""Buckets of tokens that all web processes share.

Taking a token is one statement that the database makes whole, so no two processes take the same. On SQLite the buckets lie in
a file of their own, ``limits.sqlite3`` in the data folder: a long write to the data never holds up a request that only counts.
On PostgreSQL they lie in a table without a log, shared by all machines, and the database's clock counts.
"""

import logging
import random
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connection

from .rules.limits import Rate, refilled, wait_s

log = logging.getLogger("sheber.limits")
_here = threading.local()
SWEEP_SHARE: Final = 0.001
OLD_S: Final = 3600
_TABLE: Final = "CREATE TABLE IF NOT EXISTS bucket (key TEXT PRIMARY KEY, tokens REAL NOT NULL, at REAL NOT NULL) WITHOUT ROWID"
_TAKE_SQLITE: Final = (
    "INSERT INTO bucket (key, tokens, at) VALUES (:key, :capacity - 1, :now) ON CONFLICT (key) DO UPDATE SET "
    "tokens = MIN(:capacity, tokens + MAX(0, :now - at) * :rate) - 1, at = :now "
    "WHERE MIN(:capacity, tokens + MAX(0, :now - at) * :rate) >= 1 RETURNING tokens")
_TAKE_POSTGRESQL: Final = (
    "INSERT INTO operation_bucket AS b (key, tokens, at) VALUES (%(key)s, %(capacity)s - 1, EXTRACT(EPOCH FROM clock_timestamp())) "
    "ON CONFLICT (key) DO UPDATE SET "
    "tokens = LEAST(%(capacity)s, b.tokens + GREATEST(0, excluded.at - b.at) * %(rate)s) - 1, at = excluded.at "
    "WHERE LEAST(%(capacity)s, b.tokens + GREATEST(0, excluded.at - b.at) * %(rate)s) >= 1 RETURNING tokens")


def take(key: str, rate: Rate) -> int:
    """Take a token out of the bucket ``key``. Returns 0, or the seconds to wait when it is empty.

    When the buckets cannot be reached the request goes through: a full disk must not close the house.
    """
    try:
        return _take_in_database(key, rate) if connection.vendor == "postgresql" else _take_in_file(key, rate)
    except (sqlite3.Error, DatabaseError, OSError) as no:
        log.warning("rate limits cannot be kept: %s", type(no).__name__)
        return 0


def _take_in_file(key: str, rate: Rate) -> int:
    store = _file()
    now = time.time()
    if store.execute(_TAKE_SQLITE, {"key": key, "capacity": rate.capacity, "rate": rate.per_second, "now": now}).fetchone():
        if random.random() < SWEEP_SHARE:  # noqa: S311 - when to sweep, no secret
            store.execute("DELETE FROM bucket WHERE at < ? OR at > ?", [now - OLD_S, now + OLD_S])
        return 0
    store.execute("UPDATE bucket SET at = ? WHERE key = ? AND at > ?", [now, key, now])    # the clock was set back: count from here
    found = store.execute("SELECT tokens, at FROM bucket WHERE key = ?", [key]).fetchone()
    return wait_s(refilled(found[0], now - found[1], rate), rate) if found else 1


def _take_in_database(key: str, rate: Rate) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_POSTGRESQL, {"key": key, "capacity": rate.capacity, "rate": rate.per_second})
        if cursor.fetchone():
            if random.random() < SWEEP_SHARE:  # noqa: S311 - when to sweep, no secret
                cursor.execute("DELETE FROM operation_bucket WHERE at < EXTRACT(EPOCH FROM clock_timestamp()) - %s", [OLD_S])
            return 0
        cursor.execute("UPDATE operation_bucket SET at = EXTRACT(EPOCH FROM clock_timestamp()) "
                       "WHERE key = %s AND at > EXTRACT(EPOCH FROM clock_timestamp())", [key])    # the clock was set back
        cursor.execute("SELECT tokens, EXTRACT(EPOCH FROM clock_timestamp()) - at FROM operation_bucket WHERE key = %s", [key])
        found = cursor.fetchone()
    return wait_s(refilled(float(found[0]), float(found[1]), rate), rate) if found else 1


def _write_ahead(store: sqlite3.Connection) -> None:
    """Readers and one writer at a time. SQLite does not wait its timeout for this: of many that begin at once, some are refused."""
    for _again in range(100):
        try:
            store.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            time.sleep(0.01)
        else:
            return
    store.execute("PRAGMA journal_mode=WAL")


def _file() -> sqlite3.Connection:
    """The file of the buckets; a connection for each thread, as SQLite wants it."""
    path = Path(settings.VAR) / "limits.sqlite3"
    kept: tuple[Path, Any] | None = getattr(_here, "store", None)
    if kept is None or kept[0] != path:
        store = sqlite3.connect(path, timeout=1, isolation_level=None)
        _write_ahead(store)
        store.execute("PRAGMA synchronous=OFF")          # after a power cut the buckets are full again, which harms nobody
        store.execute(_TABLE)
        _here.store = kept = (path, store)
    found: sqlite3.Connection = kept[1]
    return found
