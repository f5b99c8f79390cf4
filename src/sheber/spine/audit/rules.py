"""The hash of an entry, and the encoder that makes values safe to hash and to store. No database here; seals: ``sealing.py``."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from math import isfinite
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise

GENESIS: Final = "0" * 64
"""What the first entry names as the hash before it."""

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def json_safe(value: Any) -> Any:  # noqa: PLR0911 - one line for each kind of value
    """Turn a value into plain JSON that reads back the same from SQLite and from PostgreSQL.

    A whole float becomes an integer (``jsonb`` would write 1e20 as one), a :class:`~decimal.Decimal` becomes text (its digits
    count), a moment becomes UTC ISO text with microseconds. NUL and lone surrogates, which PostgreSQL refuses, become U+FFFD.

    Raises
    ------
    TypeError
        The value has no JSON form here: pass its key or its fields instead.
    ValueError
        Not a number, or infinite.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return json_safe(value.value)
    if isinstance(value, (str, Promise)):
        return str(value).encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not isfinite(value):
            raise ValueError("a number in the audit trail is finite")
        return int(value) if value.is_integer() else float(value)
    if isinstance(value, dt.datetime):
        return iso_utc(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID, PurePath)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(json_safe(key)): json_safe(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted((json_safe(item) for item in value), key=_encode)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [json_safe(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no form in the audit trail")


def iso_utc(at: dt.datetime) -> str:
    """``2026-11-24T05:57:49.123456+00:00``: always UTC, always six digits."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def entry_hash(*, sequence: int, at: str, actor_id: int | None, verb: str, target_kind: str, target_id: str, scope_path: str,
               before: Any, after: Any, reason: Any, request_id: str, previous_hash: str, sealed: Sequence[str] = ()) -> str:
    """SHA-256 of the canonical JSON of an entry (sorted keys, UTF-8, no spaces), in hexadecimal.

    ``sealed`` are the places of values that stand in ``before``, ``after`` and ``reason`` as commitments (:func:`masked`); without
    any, the text is that of entries written before there were seals.
    """
    told = {"sequence": sequence, "at": at, "actor": actor_id, "verb": verb, "target_kind": target_kind, "target_id": target_id,
            "scope_path": scope_path, "before": before, "after": after, "reason": reason, "request_id": request_id,
            "previous_hash": previous_hash}
    if sealed:
        told["sealed"] = sorted(sealed)
    return sha256(_encode(told).encode("utf-8", "surrogatepass")).hexdigest()
