"""``sheber catalogues``: translations extracted, compiled and checked, without GNU gettext. Compiled ones are never committed."""

import argparse
import os
from pathlib import Path
from typing import Any

from .language import CATALOGUES
from .language import gettext as _
from .output import FINE, FOUND, BadInputError, Column, add_output_options, emit


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("catalogues", help=_("Extract, compile and check the translations."))
    parser.add_argument("action", choices=("extract", "compile", "check"), help=_(
        "extract: bring the .po files up to date with the sources; compile: write .mo files beside them; "
        "check: report what is not translated or wrongly translated"))
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    return {"extract": _extract, "compile": _compile, "check": _check}[args.action](args)


def _extract(args: argparse.Namespace) -> int:
    from sheber.site.catalogues import LANGUAGES, merge_catalogues

    merged = merge_catalogues(CATALOGUES, LANGUAGES)
    rows = [{"file": str(path.relative_to(CATALOGUES)), **_counts(catalogue)} for path, catalogue in merged.items()]
    emit(args, columns=_columns(), rows=rows)
    return FINE


def _compile(args: argparse.Namespace) -> int:
    emit(args, columns=_columns(), rows=compile_catalogues(CATALOGUES))
    return FINE


def _check(args: argparse.Namespace) -> int:
    from sheber.site.catalogues import LANGUAGES, check_catalogues

    faults = check_catalogues(CATALOGUES, LANGUAGES)
    columns = (Column("file", _("Catalogue")), Column("code", _("Fault")), Column("message", _("Sentence")), Column("detail", _("Found")))
    emit(args, columns=columns, rows=[{"file": f.file, "code": f.code, "message": f.message, "detail": f.detail} for f in faults],
         note="" if faults else _("Every sentence is translated."))
    return FOUND if faults else FINE


def _columns() -> tuple[Column, ...]:
    return (Column("file", _("Catalogue")), Column("messages", _("Messages"), "right"), Column("translated", _("Translated"), "right"))


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
        beside = target.with_suffix(f".mo.new{os.getpid()}")
        with beside.open("wb") as stream:
            write_mo(stream, catalogue)
        beside.replace(target)                    # a running server never sees half a catalogue
        rows.append({"file": str(source.relative_to(root)), **_counts(catalogue)})
    return rows


def _counts(catalogue: Any) -> dict[str, object]:
    messages = [message for message in catalogue if message.id]
    translated = sum(bool(message.string) and all(message.string if isinstance(message.string, (list, tuple)) else [message.string])
                     for message in messages)
    return {"messages": len(messages), "translated": translated}
