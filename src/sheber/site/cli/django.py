"""``sheber django …``: every management command of Django, with the settings this installation uses."""

import argparse
import os
from typing import Any

from .language import gettext as _
from .setup import settings_wanted


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("django", help=_("Run a management command of Django."), add_help=False)
    parser.add_argument("arguments", nargs="*")


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_wanted())
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["sheber django", *args.arguments])
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    return 0
