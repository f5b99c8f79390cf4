"""Files that operation keeps in the data folder: backups, and notes about the last one and about a restore that is going on."""

import json
import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from django.conf import settings
from django.db import connection

LAST_BACKUP: Final = "last-backup.json"
RESTORE: Final = "restore.json"


def var() -> Path:
    """The data folder."""
    return Path(settings.VAR)


def backups() -> Path:
    """Where backups go when nothing else is said."""
    return var() / "backups"


def read_note(name: str) -> dict[str, Any] | None:
    """A note, or None when there is none or it cannot be read."""
    try:
        found = json.loads((var() / name).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def write_note(name: str, note: dict[str, Any]) -> None:
    """Keep a note, whole or not at all."""
    path = var() / name
    draft = path.with_name(f".{name}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(note, ensure_ascii=False, indent=1) + "\n", "utf-8")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def drop_note(name: str) -> None:
    (var() / name).unlink(missing_ok=True)


def database_name() -> str:
    """Short name of the database, as an operator knows it: the file, or name and host."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return Path(unquote(str(told["NAME"]))).name
    return f"{told['NAME']}@{told['HOST'] or 'localhost'}"
