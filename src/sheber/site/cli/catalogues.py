"""``sheber catalogues``: compiled translations (never committed) out of the .po files, without GNU gettext."""

import argparse
from pathlib import Path
from typing import Any

from .language import CATALOGUES
from .language import gettext as _
from .output import BadInputError, Column, add_output_options, emit


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("catalogues", help=_("Compile and check the translations."))
    parser.add_argument("action", choices=("compile",), help=_("compile: write .mo files beside the .po files"))
    parser.add_argument("--quiet", action="store_true", help=_("print nothing"))
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    rows = compile_catalogues(CATALOGUES)
    columns = (Column("file", _("Catalogue")), Column("messages", _("Messages"), "right"), Column("translated", _("Translated"), "right"))
    if not args.quiet:
        emit(args, columns=columns, rows=rows)
    return 0


def compile_catalogues(root: Path) -> list[dict[str, object]]:
    """Write a .mo beside every .po under ``root``; fuzzy entries are left out, as msgfmt does."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    rows: list[dict[str, object]] = []
    for source in sorted(root.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as stream:
            try:
                catalogue = read_po(stream, locale=source.parts[-3], abort_invalid=True)
            except PoFileError as error:
                raise BadInputError(f"{source}: {error}") from error
        target = source.with_suffix(".mo")
        beside = target.with_suffix(".mo.new")
        with beside.open("wb") as stream:
            write_mo(stream, catalogue)
        beside.replace(target)                    # a running server never sees half a catalogue
        messages = [message for message in catalogue if message.id]
        translated = sum(bool(message.string) and all(message.string if isinstance(message.string, (list, tuple)) else [message.string])
                         for message in messages)
        rows.append({"file": str(source.relative_to(root)), "messages": len(messages), "translated": translated})
    return rows
