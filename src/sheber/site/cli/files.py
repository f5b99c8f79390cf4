"""``sheber files check``: whether every content is there and is what its hash says; ``collect``: forget what nothing refers to, now."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from .language import gettext as _
from .language import ngettext
from .output import FINE, FOUND
from .setup import django_setup


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("files", help=_("Look whether every content of the files is there and whole."))
    parser.add_argument("action", choices=("check", "collect"), help=_("check: look; collect: forget what nothing refers to"))
    parser.add_argument("--quick", action="store_true", help=_("compare sizes only, read nothing"))
    parser.add_argument("--json", action="store_true", help=_("answer as JSON"))


def run(args: argparse.Namespace) -> int:
    django_setup()
    from sheber.spine.files import services

    if args.action == "collect":
        found = asdict(services.collect())
        print(json.dumps(found) if args.json else _("Forgotten: %(files)s removed files, %(contents)s contents, %(strays)s strays, "
                                                    "%(drafts)s drafts.") % found)
        return FINE
    checked = services.files_check(read=not args.quick, tell=_tell if sys.stderr.isatty() else None)
    if args.json:
        print(json.dumps({"contents": checked.contents, "bytes": checked.size, "faults": [asdict(one) for one in checked.faults]}))
    else:
        for fault in checked.faults:
            print(_sentence(fault))
        text = ngettext("%(n)s content, %(kb)s kB.", "%(n)s contents, %(kb)s kB.", checked.contents)
        print(text % {"n": checked.contents, "kb": -(-checked.size // 1024)}, _("All is whole.") if checked.is_whole else "")
    return FINE if checked.is_whole else FOUND


def _sentence(fault: Any) -> str:
    if fault.what == "orphaned":
        return _("nothing refers to %(sha256)s; it goes by itself after a day") % {"sha256": fault.sha256}
    sentence = {"missing": _("missing: %(sha256)s, of %(n)s files"), "damaged": _("damaged: %(sha256)s, of %(n)s files")}[fault.what]
    return sentence % {"sha256": fault.sha256, "n": fault.files}


def _tell(done: int, total: int) -> None:
    print(f"\r{done}/{total}", end="\r", file=sys.stderr)
