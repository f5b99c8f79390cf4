"""``sheber backup``: one archive of everything; ``sheber backup verify FILE``: whether it is as it was written."""

import argparse
import sys
from pathlib import Path
from typing import Any

from .language import gettext as _
from .language import ngettext
from .output import FINE, BadInputError, write_json
from .setup import django_setup


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "backup", help=_("Write one archive of everything, or check one."),
        epilog=_("“sheber backup verify FILE” reads an archive to its end and changes nothing. Exit status: 0 written or whole, "
                 "2 not written or damaged."))
    parser.add_argument("words", nargs="*", metavar=_("FILE"),
                        help=_("file or folder to write to (default: the folder “backups” in the data folder); or: verify FILE"))
    parser.add_argument("--keep", type=int, default=0, metavar="N",
                        help=_("afterwards remove all but the N newest backups with names made by this command from the folder"))
    parser.add_argument("--json", action="store_true", help=_("write JSON"))


def run(args: argparse.Namespace) -> int:
    words: list[str] = args.words
    django_setup()
    if words[:1] == ["verify"] and len(words) == 2:
        return _verify(Path(words[1]), args)
    if len(words) > 1 or words[:1] == ["verify"]:
        raise BadInputError(_("Name one file: sheber backup [FILE], or sheber backup verify FILE."))
    if args.keep < 0:
        raise BadInputError(_("--keep takes a number of backups, 1 or more."))
    from sheber.spine.operation.services.backing_up import backup_take

    try:
        taken = backup_take(Path(words[0]) if words else None, keep=args.keep, progress=progress())
    except OSError as no:
        raise BadInputError(_("The backup was not written: %(why)s.") % {"why": no.strerror or no}) from no
    if args.json:
        write_json({"file": str(taken.path), "bytes": taken.size, "sha256": taken.digest, "tables": taken.tables, "rows": taken.rows,
                    "files": taken.files, "audit": {"sequence": taken.audit_sequence, "hash": taken.audit_hash},
                    "removed": [str(path) for path in taken.removed]})
        return FINE
    print(ngettext("%(rows)s row of %(tables)s tables and %(files)s files: %(path)s (%(mb)s MB).",
                   "%(rows)s rows of %(tables)s tables and %(files)s files: %(path)s (%(mb)s MB).", taken.rows)
          % {"rows": taken.rows, "tables": taken.tables, "files": taken.files, "path": taken.path, "mb": f"{taken.size / 2**20:.1f}"})
    print(f"sha256 {taken.digest}")
    print(f"#{taken.audit_sequence} {taken.audit_hash}")
    for path in taken.removed:
        print(_("Removed: %(path)s") % {"path": path})
    return FINE


def _verify(path: Path, args: argparse.Namespace) -> int:
    from sheber.spine.operation.services.backing_up import backup_verify

    manifest = backup_verify(path, progress())
    rows = sum(one["rows"] for one in manifest["tables"])
    if args.json:
        write_json({"file": str(path), "made_at": manifest["made_at"], "version": manifest["version"], "rows": rows,
                    "tables": len(manifest["tables"]), "files": sum(manifest["files"].values()), "audit": manifest["audit"]})
        return FINE
    print(_("%(name)s is whole: made at %(at)s by version %(version)s, %(rows)s rows.")
          % {"name": path.name, "at": str(manifest["made_at"])[:19], "version": manifest["version"], "rows": rows})
    print(f"#{manifest['audit']['sequence']} {manifest['audit']['hash']}")
    return FINE


def progress() -> Any:
    """A line on a terminal that tells what is at work; nothing in a pipe."""
    if not sys.stderr.isatty():
        return None

    def show(what: str, done: int, total: int) -> None:
        share = f"{100 * done // total:3d} %" if total else f"{done:,}".replace(",", "\u202f")
        print(f"\r\033[K  {what[:50]} {share}", end="\n" if total and done >= total else "", file=sys.stderr, flush=True)

    return show
