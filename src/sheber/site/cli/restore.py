"""``sheber restore FILE``: make the database what an archive holds, all of it or nothing."""

import argparse
import sys
from pathlib import Path
from typing import Any

from .backup import progress
from .language import gettext as _
from .language import ngettext
from .output import FINE, BadInputError, write_json
from .setup import django_setup


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("restore", help=_("Make the database what a backup holds, all of it or nothing."),
                                   epilog=_("Exit status: 0 restored, 2 refused; after a refusal the database is as it was."))
    parser.add_argument("file", metavar=_("FILE"), nargs="?", help=_("archive written by “sheber backup”"))
    parser.add_argument("--replace", action="store_true",
                        help=_("replace a database that holds something; you are asked to type its name"))
    parser.add_argument("--give-up", action="store_true",
                        help=_("after a restore that did not end: leave the database as it was, and open the pages"))
    parser.add_argument("--json", action="store_true", help=_("write JSON"))


def run(args: argparse.Namespace) -> int:
    django_setup()
    from sheber.spine.operation.services import places, restore_note, restoring

    if args.give_up:
        print(_("The database is as it was.") if restore_note.give_up() else _("There is no restore that did not end."))
        return FINE
    if not args.file:
        raise BadInputError(_("Name the archive: sheber restore FILE."))
    if args.replace:
        _confirm(places.database_name())
    if note := places.read_note(places.RESTORE):
        sentence = (_("A restore of %(file)s did not end; its rows are in the database, and only the last steps are missing.")
                    if restore_note.unfinished() else
                    _("A restore of %(file)s did not end; the database is as it was, and this one begins anew."))
        print(sentence % {"file": note.get("archive", "?")}, file=sys.stderr)
    try:
        done = restoring.restore(Path(args.file), replace=args.replace, progress=progress())
    except OSError as no:
        raise BadInputError(_("The backup was not restored: %(why)s.") % {"why": no.strerror or no}) from no
    if args.json:
        write_json({"tables": done.tables, "rows": done.rows, "files": done.files, "version": done.version, "migrated": done.migrated,
                    "audit": {"checked": done.audit_checked, "head": done.audit_head}, "kept": done.kept and str(done.kept),
                    "redone": done.redone, "gone_on": done.gone_on})
        return FINE
    print(ngettext("Restored %(rows)s row of %(tables)s tables and %(files)s files, made by version %(version)s.",
                   "Restored %(rows)s rows of %(tables)s tables and %(files)s files, made by version %(version)s.", done.rows)
          % {"rows": done.rows, "tables": done.tables, "files": done.files, "version": done.version})
    if done.migrated:
        print(ngettext("%(n)s migration was made to bring it up to this version.",
                       "%(n)s migrations were made to bring it up to this version.", done.migrated) % {"n": done.migrated})
    print(ngettext("The record of changes is whole: %(n)s entry checked.", "The record of changes is whole: %(n)s entries checked.",
                   done.audit_checked) % {"n": done.audit_checked})
    print(f"#{done.audit_checked} {done.audit_head}")
    if done.redone:
        print(ngettext("%(n)s person who was erased after this backup was made is erased again.",
                       "%(n)s people who were erased after this backup was made are erased again.", done.redone) % {"n": done.redone})
    if done.kept:
        print(_("The database as it was before: %(path)s. Remove it when you are content.") % {"path": done.kept})
    return FINE


def _confirm(name: str) -> None:
    """Type the name of the database; in a pipe the first line is read, so that a script can say it."""
    if sys.stdin.isatty():
        print(_("Everything in the database %(name)s is replaced. Type its name to go on:") % {"name": name}, end=" ", flush=True)
    if sys.stdin.readline().strip() != name:
        raise BadInputError(_("That is not the name of the database (%(name)s). Nothing was changed.") % {"name": name})
