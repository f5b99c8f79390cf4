"""Taking a backup: one archive of every table and every file, as all of it was at one moment."""

import datetime as dt
import os
import platform
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit import backups
from sheber.kit.errors import DomainError

from ..archive.container import BLOCK, FORMAT, ArchiveReader, ArchiveWriter, Progress
from ..archive.tables import CHUNK, LEFT_OUT, Table, applied_nodes, last_number, rows_of, tables_of
from ..archive.values import Checksum, encode
from . import places

OWN_NAME: Final = re.compile(r"sheber-\d{8}-\d{6}\.zip")
SPARE_BYTES: Final = 32 << 20
HEAD_TABLE: Final = "audit_audithead"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was taken: where, how large, how many rows and files it holds, its digest, and where the record of changes ended."""

    path: Path
    size: int
    tables: int
    rows: int
    files: int
    digest: str
    audit_sequence: int
    audit_hash: str
    removed: tuple[Path, ...] = ()


def product_version() -> str:
    """The version of this installation."""
    try:
        return version("sheber")
    except PackageNotFoundError:
        return "0"


def own_name(at: dt.datetime) -> str:
    """``sheber-20261124-093000.zip``, in UTC."""
    return f"sheber-{at.astimezone(dt.UTC):%Y%m%d-%H%M%S}.zip"


def backup_take(path: Path | None = None, *, keep: int = 0, progress: Progress | None = None) -> Backup:
    """Write a backup to ``path`` (a file, or a folder that gets a name with the time; the data folder's ``backups`` when None).

    Everything is read at one moment while people go on working. ``keep``: so many of the backups with names of ours stay in the
    folder, the oldest go. Raises DomainError when the database is not there or the disk is too small, ArchiveError, OSError.
    """
    now = timezone.now()
    target = _target(path, now)
    _clear_drafts(target.parent)
    with moment(connection):
        nodes = applied_nodes(connection)
        if not nodes:
            raise DomainError("backup_no_tables", _("The database %(name)s holds no tables of Sheber: there is nothing to back up.")
                              % {"name": places.database_name()})
        _refuse_small_disk(target.parent)
        tables = tables_of(connection, nodes)
        with ArchiveWriter(target) as archive:
            written = [_write_table(archive, table, progress) for table in tables]
            files = {name: _write_store(archive, name, store, progress) for name, store in sorted(backups.stores().items())}
            sequence, head = _audit_head(tables)
            digest = archive.finish({
                "product": "sheber", "format": FORMAT, "version": product_version(), "made_at": now.isoformat(),
                "database": connection.vendor, "python": platform.python_version(), "migrations": [list(node) for node in nodes],
                "tables": written, "left_out": sorted(LEFT_OUT), "files": files, "audit": {"sequence": sequence, "hash": head}})
    removed = _rotate(target.parent, keep, spare=target) if keep else ()
    taken = Backup(target, target.stat().st_size, len(tables), sum(one["rows"] for one in written), sum(files.values()), digest, sequence,
                   head, removed)
    places.write_note(places.LAST_BACKUP, {"at": now.isoformat(), "file": str(target), "bytes": taken.size, "sha256": digest,
                                           "rows": taken.rows, "audit_sequence": sequence, "audit_hash": head})
    return taken


def backup_verify(path: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Read the whole archive and return its manifest. Raises ArchiveError that names what is damaged."""
    with ArchiveReader(path) as archive:
        archive.check(progress)
        return archive.manifest


@contextmanager
def moment(on: BaseDatabaseWrapper) -> Iterator[None]:
    """All reads of the block see the database as it was at its start; nobody who writes is held up."""
    if on.in_atomic_block:
        yield
    elif on.vendor == "postgresql":
        on.ensure_connection()
        with transaction.atomic(using=on.alias):
            with on.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        on.ensure_connection()
        raw: Any = on.connection
        raw.execute("BEGIN DEFERRED")                   # not ours (IMMEDIATE): it would shut out everybody who writes
        try:
            raw.execute("SELECT 1 FROM sqlite_master").fetchone()
            yield
        finally:
            raw.execute("ROLLBACK")


def _write_table(archive: ArchiveWriter, table: Table, progress: Progress | None) -> dict[str, Any]:
    total = Checksum()
    with archive.member(f"tables/{table.name}.jsonl") as member:
        for row in rows_of(connection, table):
            line = encode(row)
            member.write(line + b"\n")
            total.add(row, line)
            if progress and total.rows % CHUNK == 0:
                progress(table.name, total.rows, 0)
    if progress:
        progress(table.name, total.rows, total.rows)
    return {"name": table.name, "columns": list(table.columns), "rows": total.rows, "checksum": total.hexdigest(),
            "last_number": last_number(connection, table)}


def _write_store(archive: ArchiveWriter, name: str, store: backups.Store, progress: Progress | None) -> int:
    count = 0
    for one in store.stored():
        with store.open(one.key) as content, archive.member(f"files/{name}/{one.key}", packed=False) as member:
            while block := content.read(BLOCK):
                member.write(block)
        count += 1
        if progress:
            progress(name, count, 0)
    return count


def _audit_head(tables: list[Table]) -> tuple[int, str]:
    for table in tables:
        if table.name == HEAD_TABLE:
            for row in table.model._base_manager.values_list("sequence", "entry_hash"):
                return int(row[0]), str(row[1])
    return 0, ""


def _target(path: Path | None, now: dt.datetime) -> Path:
    if path is None:
        places.backups().mkdir(mode=0o700, parents=True, exist_ok=True)
        return places.backups() / own_name(now)
    target = path / own_name(now) if path.is_dir() else path
    if not target.parent.is_dir():
        raise DomainError("backup_no_folder", _("There is no folder %(name)s.") % {"name": str(target.parent)})
    return target.absolute()


def _refuse_small_disk(folder: Path) -> None:
    """Half of the database (text packs well) and all of the files have to fit, with some to spare."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        wanted = int(cursor.fetchone()[0]) // 2 + SPARE_BYTES
    wanted += sum(one.size for store in backups.stores().values() for one in store.stored())
    if (free := shutil.disk_usage(folder).free) < wanted:
        raise DomainError("backup_disk_small", _("The backup may need %(wanted)s MB and %(free)s MB are free in %(folder)s: make room, "
                                                 "or name another folder.")
                          % {"wanted": wanted >> 20, "free": free >> 20, "folder": str(folder)})


def _rotate(folder: Path, keep: int, *, spare: Path) -> tuple[Path, ...]:
    """Remove the oldest backups with names of ours beyond ``keep``."""
    ours = sorted((path for path in folder.iterdir() if OWN_NAME.fullmatch(path.name)), reverse=True)
    old = tuple(path for path in ours[keep:] if path != spare)
    for path in old:
        path.unlink()
    return old


def _clear_drafts(folder: Path) -> None:
    """Remove what backups left that were killed; those whose process lives are somebody's work."""
    for draft in folder.glob(".*.part"):
        number = draft.name.split(".")[-2]
        if number.isdigit() and not alive(int(number)):
            draft.unlink(missing_ok=True)


def alive(process: int) -> bool:
    """Whether a process with this number runs on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OSError):
        return True
    return True
