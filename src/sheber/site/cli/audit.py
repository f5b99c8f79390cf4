"""``sheber audit verify``: prove that the record of changes is as it was written."""

import argparse
import sys
from typing import Any

from .language import gettext as _
from .language import ngettext
from .output import FINE, FOUND, write_json
from .setup import django_setup


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("audit", help=_("Verify that nobody changed the record of changes."),
                                   epilog=_("Exit status: 0 the record is whole, 1 it is not."))
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    verify = actions.add_parser("verify", help=_("recompute the hash of every entry and name the first that is broken"))
    verify.add_argument("--json", action="store_true", help=_("write JSON"))


def run(args: argparse.Namespace) -> int:
    django_setup()
    from sheber.spine.audit.services import verify_whole

    found = verify_whole(progress=_progress if sys.stderr.isatty() else None)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    broken = found.first_broken
    if args.json:
        write_json({"ok": found.ok, "checked": found.checked, "head": found.head, "first_broken": broken and {
            "sequence": broken.sequence, "what": broken.what, "expected": broken.expected, "found": broken.found}})
    elif broken is None:
        print(ngettext("The record of changes is whole: %(n)s entry checked.", "The record of changes is whole: %(n)s entries checked.",
                       found.checked) % {"n": found.checked})
        if found.erased:
            print(ngettext("%(n)s of them lost values by an erasure that the record itself names.",
                           "%(n)s of them lost values by erasures that the record itself names.", found.erased) % {"n": found.erased})
        print(f"#{found.checked} {found.head}")  # to be kept elsewhere: it proves later that the chain was not rebuilt
    else:
        print(_sentence(broken.what) % {"sequence": broken.sequence, "expected": broken.expected, "found": broken.found})
    return FINE if found.ok else FOUND


def _sentence(what: str) -> str:
    return {
        "hash_mismatch": _("Entry %(sequence)s was changed after it was written: its hash is %(found)s, not %(expected)s."),
        "link_broken": _("Entry %(sequence)s does not follow the entry before it: it names the hash %(found)s, not %(expected)s."),
        "missing_number": _("Entry %(sequence)s is missing: entry %(found)s stands in its place."),
        "head_differs": _("The end of the record was cut off or lengthened at entry %(sequence)s: the head says %(expected)s, "
                          "the last entry is %(found)s."),
        "erasure_unnamed": _("Entry %(sequence)s lost values that no entry names as erased: %(found)s; named are: %(expected)s."),
        "erasure_undone": _("Values of entry %(sequence)s were erased and are there again: %(expected)s; gone are only: %(found)s."),
    }[what]


def _progress(checked: int) -> None:
    print(f"\r{checked:,}".replace(",", "\u202f"), end="", file=sys.stderr, flush=True)
