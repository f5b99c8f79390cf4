"""Who was erased, kept in a file beside the database: a backup is older than an erasure and would bring the person back.

The file holds numbers and moments, nothing that names anybody. It lies in the data folder as ``erasures.json``, and belongs beside
the backups, because whoever loses the whole machine restores on another one.
"""

import json
import os
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from ..models import Erasure
from ..queries import journal

NAME: Final = "erasures.json"


def path() -> Path:
    """Where the journal lies."""
    return Path(settings.VAR) / NAME


def read() -> list[dict[str, Any]]:
    """The journal as it was kept; nothing when there is none. Raises ``ValueError``: the file is damaged."""
    try:
        found = json.loads(path().read_text("utf-8"))
    except FileNotFoundError:
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) and {"person", "made", "erased"} <= one.keys() for one in found):
        raise ValueError(f"{path()} is no journal of erasures")
    return found


def keep() -> None:
    """Add to the file whom the database knows as erased. A database without these tables knows nobody."""
    try:
        with transaction.atomic():
            here = journal() if Erasure._meta.db_table in connection.introspection.table_names() else []
    except DatabaseError:
        here = []
    known = {(int(one["person"]), str(one["made"])): one for one in (*read(), *here)}
    if not known:
        return
    path().parent.mkdir(parents=True, exist_ok=True)
    fresh = path().with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps([known[key] for key in sorted(known)], indent=1))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path())
