"""When two requests with one ``Idempotency-Key`` are the same request, and which answers are kept."""

import datetime as dt
import re
from hashlib import sha256
from typing import Final

KEPT: Final = dt.timedelta(hours=24)
LEASE: Final = dt.timedelta(minutes=5)
"""A request that has not ended after so long died with its process: the next one with its key may work on it."""
LONGEST_KEY: Final = 200
LONGEST_ANSWER: Final = 4 * 2**20
METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_NOT_KEPT: Final = frozenset({401, 403, 408, 413, 415, 429})
"""Answers of the door and not of the operation: the same request may well pass a minute later."""


def key_fault(key: str) -> bool:
    """A key is 1 to 200 printable ASCII characters without spaces at its ends."""
    return not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable() and key == key.strip())


def is_kept(status: int) -> bool:
    """Whether the answer is the operation's own, and so the same for every repetition."""
    return 200 <= status < 500 and status not in _NOT_KEPT


def fingerprint(*, method: str, address: str, content_type: str, body: bytes) -> str:
    """SHA-256 of what makes a request this request. The boundary of a form with files is left out: each sending draws a new one."""
    kind = content_type.strip()
    found = re.search(r'boundary="?([^";,]+)"?', kind)
    if kind.lower().startswith("multipart/") and found:
        kind, body = kind.replace(found[1], ""), body.replace(found[1].encode("latin-1", "replace"), b"")
    parts = (method.upper().encode(), address.encode(), kind.encode(), body)
    return sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()
