"""``sheber doctor``: looks at everything an installation stands on, with a sentence each and what to do."""

import argparse
from typing import Any

from .language import gettext as _
from .output import write_json
from .setup import django_setup

SIGNS = {"ok": "✓", "warn": "!", "bad": "✗"}


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("doctor", help=_("Look at everything this installation stands on."),
                                   epilog=_("Exit status: 0 all is well, 1 something deserves a look, 2 something is broken."))
    parser.add_argument("--deep", action="store_true", help=_("prove the whole record of changes and read the last backup to its end"))
    parser.add_argument("--outside", action="store_true",
                        help=_("also ask the mail server, the providers of single sign-on, and the pages by their public address"))
    parser.add_argument("--json", action="store_true", help=_("write JSON"))


def run(args: argparse.Namespace) -> int:
    django_setup()
    from sheber.spine.operation.checks import examine, status_of

    found = examine(deep=args.deep, outside=args.outside)
    if args.json:
        write_json([{"check": one.check, "state": one.state, "sentence": one.sentence, "todo": one.todo} for one in found])
    else:
        for one in found:
            print(f"{SIGNS[one.state]} {one.sentence}")
            if one.todo:
                print(f"    {one.todo}")
    return status_of(found)
