"""``sheber reference load``: regions, frameworks, engineer types and occupations, with source and status of each fact."""

import argparse
from typing import Any

from .language import gettext as _
from .output import Column, add_output_options, emit
from .setup import django_setup


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("reference", help=_("Load the frameworks, engineer types and other reference facts."))
    parser.add_argument("action", choices=("load",), help=_("load: add what is not there yet"))
    add_output_options(parser)


def columns() -> tuple[Column, ...]:
    return (Column("what", _("Content")), Column("written", _("Rows written"), "right"), Column("seconds", _("Seconds"), "right"))


def run(args: argparse.Namespace) -> int:
    django_setup()
    from .loading import REFERENCE, load

    emit(args, columns=columns(), rows=load(REFERENCE))
    return 0
