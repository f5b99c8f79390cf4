"""``sheber check FILE|PROGRAMME``: errors of a plan, each with its place, its reason and a way out."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .language import gettext as _
from .language import ngettext
from .output import BAD_INPUT, FINE, FOUND, BadInputError, Column, add_output_options, complain, emit
from .setup import django_setup

if TYPE_CHECKING:
    from sheber.apps.programmes.rules.findings import Finding
    from sheber.apps.programmes.rules.reading import ReadResult
    from sheber.engines.curriculum.plan import Plan

SUFFIXES: Final = frozenset({".yaml", ".yml", ".xlsx", ".csv"})
SHOWN_PROBLEMS: Final = 20


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "check", help=_("Errors of a plan file or a programme, each with its place and reason."),
        epilog=_("A file needs no database. Exit status: 0 no findings, 1 findings, 2 the file or the programme cannot be read."))
    parser.add_argument("subject", metavar=_("FILE|PROGRAMME"),
                        help=_("a .yaml, .xlsx or .csv file, or a code such as 6B07201 or 6B07201@2026.1"))
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    django_setup()
    from sheber.apps.programmes.rules.checks import check_plan

    notes: list[str] = []
    if is_file(args.subject):
        result = read_file(Path(args.subject))
        if result.plan is None:
            return tell_errors(Path(args.subject).name, result)
        plan, notes = result.plan, note_sentences(result)
    else:
        plan = _stored(args.subject)
    rows = [finding_row(finding) for finding in check_plan(plan)]
    columns = [Column("severity", _("Severity"), show=_severity),
               Column("code", _("Code")), Column("place", _("Place")), Column("reason", _("Reason")),
               Column("repair", _("Repair"))]
    document = {"programme": plan.code, "version": plan.version, "findings": rows, "count": len(rows), "notes": notes}
    emit(args, columns=columns, rows=rows, document=document, note=_summary(len(rows), notes))
    return FOUND if rows else FINE


def is_file(subject: str) -> bool:
    """A path that is there, or a name that ends like a file of ours."""
    return Path(subject).suffix.lower() in SUFFIXES or Path(subject).is_file()


def read_file(path: Path) -> "ReadResult":
    from sheber.apps.programmes.rules.reading import read_plan

    if path.is_dir():
        raise BadInputError(_("%(file)s is a folder. Give a file.") % {"file": path})
    return read_plan(path, path.name)


def tell_errors(name: str, result: "ReadResult") -> int:
    """Every error of a file that cannot be read, a line each on stderr."""
    from sheber.apps.programmes.rules.reading import problem_sentence

    for problem in result.errors[:SHOWN_PROBLEMS]:
        complain(f"{name}: {problem_sentence(problem)}")
    more = len(result.errors) - SHOWN_PROBLEMS
    if more > 0:
        complain(ngettext("%(n)s more problem.", "%(n)s more problems.", more) % {"n": more})
    return BAD_INPUT


def note_sentences(result: "ReadResult") -> list[str]:
    """What was put right or passed over while reading."""
    from sheber.apps.programmes.rules.reading import problem_sentence

    return [problem_sentence(problem) for problem in result.notes]


def finding_row(finding: "Finding") -> dict[str, Any]:
    from sheber.apps.programmes.rules.sentences import finding_reason, finding_repair

    return {"code": finding.code, "severity": finding.severity, "place": finding.place_text, "reason": finding_reason(finding),
            "repair": finding_repair(finding), "course": finding.course, "item": finding.item, "term": finding.term}


def _stored(subject: str) -> "Plan":
    from sheber.apps.programmes import queries

    code, _at, version = subject.partition("@")
    row = queries.latest_version(code, version)
    if row is None:
        raise BadInputError(_("There is no file and no programme %(subject)s. Check the name.") % {"subject": subject})
    return queries.version_plan(row.id)


def _severity(value: Any) -> str:
    return {"error": _("error"), "warning": _("warning"), "note": _("note")}[value]


def _summary(count: int, notes: list[str]) -> str:
    text = ngettext("%(n)s finding.", "%(n)s findings.", count) % {"n": count} if count else _("No findings.")
    return "\n".join(["", text, *notes])
