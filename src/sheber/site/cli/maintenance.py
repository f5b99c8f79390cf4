"""``sheber maintenance on|off|show``: every page answers one sentence (503) while the house is closed."""

import argparse
from typing import Any

from .language import gettext as _
from .output import FINE
from .setup import django_setup


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("maintenance", help=_("Close the pages with a sentence, or open them again."))
    parser.add_argument("action", choices=("on", "off", "show"), help=_("on: close; off: open; show: tell which of the two"))
    parser.add_argument("--minutes", type=int, default=0, help=_("how long it will take; people are asked to come back then"))


def run(args: argparse.Namespace) -> int:
    django_setup()
    from sheber.spine.operation.services.maintenance import maintenance_begin, maintenance_end, maintenance_is_on

    if args.action == "on":
        maintenance_begin(minutes=max(0, args.minutes), why="command")
    elif args.action == "off":
        maintenance_end()
    print(_("The pages are closed for maintenance.") if maintenance_is_on() else _("The pages are open."))
    return FINE
