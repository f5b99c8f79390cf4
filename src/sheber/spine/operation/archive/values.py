"""Values of a row as JSON that both databases give and take alike, and a checksum that does not depend on the database.

A row is a JSON array in the order of the manifest's columns. Moments are UTC ISO text, decimals and UUIDs are text, bytes are
base64; a JSON column is written as it is. SQLite and PostgreSQL keep JSON numbers differently (``jsonb`` turns 1e20 into an
integer), so the checksum of a row is taken over numbers in one spelling.
"""

import base64
import datetime as dt
import json
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.utils.duration import duration_string

EXACT: Final = 2 ** 53
"""Whole numbers below it are the same as integer and as float."""
MODULUS: Final = 2 ** 256


def encode(values: Sequence[Any]) -> bytes:
    """One row as a line of JSON without its end."""
    return json.dumps([_plain(value) for value in values], ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def decoder(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """How a value of ``field`` is read out of JSON, as the model would hold it."""
    if isinstance(field, models.JSONField):
        # A null in a column that takes no NULL is JSON's own null.
        return _as_it_is if field.null else lambda value: models.Value(None, models.JSONField()) if value is None else value
    if isinstance(field, models.FloatField):
        return lambda value: None if value is None else float(value)
    return lambda value: None if value is None else field.to_python(value)


class Checksum:
    """Of the rows of a table, whatever their order: the sum of the SHA-256 of each row, modulo 2²⁵⁶."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, values: Sequence[Any], line: bytes) -> None:
        """Count one row in; ``line`` is what :func:`encode` made of ``values``."""
        if any(isinstance(value, dict | list) for value in values):
            line = encode([canonical(value) if isinstance(value, dict | list) else value for value in values])
        self._sum = (self._sum + int.from_bytes(sha256(line).digest())) % MODULUS
        self.rows += 1

    def hexdigest(self) -> str:
        """64 hexadecimal digits."""
        return f"{self._sum:064x}"


def canonical(value: Any) -> Any:  # noqa: PLR0911 - one return for each kind of value
    """JSON whose numbers have one spelling: integers where they are whole and small enough, floats otherwise."""
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [canonical(item) for item in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    if isinstance(value, int) and abs(value) >= EXACT:
        try:
            return float(value)
        except OverflowError:
            return str(value)
    return value


def _as_it_is(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one return for each kind of value
    if value is None or isinstance(value, bool | int | str | dict | list):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dt.datetime):
        return (value if value.tzinfo is None else value.astimezone(dt.UTC)).isoformat(timespec="microseconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, dt.timedelta):
        return duration_string(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    raise TypeError(f"a backup has no form for {type(value).__name__}")
