"""What is wrong when a database or a disk does not do what it should, told apart from faults of the program.

Read from what the drivers say of themselves (SQLSTATE of PostgreSQL, result codes of SQLite, errno), never from their sentences.
"""

import errno
from collections.abc import Iterator
from typing import Final, Literal

from django.db.utils import InterfaceError, OperationalError

Outage = Literal["gone", "busy", "full"]
"""``gone``: the database does not answer; ``busy``: somebody else holds it for too long; ``full``: there is no room to write."""

_STATES: Final[dict[str, Outage]] = {
    "57P01": "gone", "57P02": "gone", "57P03": "gone", "57P05": "gone",       # shut down, crashed, starting, idle for too long
    "53300": "gone", "58030": "gone", "25006": "gone",                        # too many connections, input or output, read only
    "53100": "full", "40001": "busy", "40P01": "busy", "55P03": "busy", "53200": "busy"}
_CONNECTION: Final = "08"
_NUMBERS: Final[dict[int, Outage]] = {5: "busy", 6: "busy", 8: "gone", 10: "gone", 13: "full", 14: "gone", 15: "busy"}
"""SQLITE_BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL. A damaged file (CORRUPT, NOTADB) is not among them: nobody is told
to come back in a moment then."""
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def outage_of(error: BaseException | None) -> Outage | None:
    """What is out of order, or ``None`` when the error says nothing of the kind."""
    told: Outage | None = None
    for one in _causes(error):
        if isinstance(one, OSError) and one.errno in _NO_ROOM:
            return "full"
        state, number = getattr(one, "sqlstate", None), getattr(one, "sqlite_errorcode", None)
        if isinstance(state, str):
            return "gone" if state.startswith(_CONNECTION) else _STATES.get(state)
        if isinstance(number, int):
            return _NUMBERS.get(number & 0xFF)
        if isinstance(one, OperationalError | InterfaceError):     # a driver without a connection has no state to tell
            told = "gone"
    return told


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was raised from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__
