"""``sheber import programme FILE``: a plan file into a draft version, or what it would change."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .check import finding_row, note_sentences, read_file, tell_errors
from .language import LANGUAGES
from .language import gettext as _
from .output import FINE, BadInputError, Column, add_output_options, emit
from .setup import django_setup

if TYPE_CHECKING:
    from sheber.apps.programmes.services import ImportReport
    from sheber.engines.curriculum.plan import Plan

SHOWN: Final = 12


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("import", help=_("Bring a programme in from a file, with a dry run."),
                                   epilog=_("Exit status: 0 done, 2 the file cannot be read or imported; then nothing is written."))
    kinds = parser.add_subparsers(dest="kind", required=True, metavar=_("KIND"))
    programme = kinds.add_parser("programme", help=_("a programme from an .xlsx, .yaml or .csv file, as a draft version"))
    programme.add_argument("file", type=Path, metavar=_("FILE"))
    programme.add_argument("--organisation", metavar=_("CODE"),
                           help=_("code of the faculty or university that runs it; left out, what the file states or who runs it already"))
    programme.add_argument("--dry-run", action="store_true", help=_("tell what would change and write nothing"))
    programme.add_argument("--actor", metavar=_("E-MAIL"), help=_("person to be named in the record of changes"))
    programme.add_argument("--reason", default="", help=_("why, for the record of changes"))
    facts = programme.add_argument_group(_("what the file does not state"))
    facts.add_argument("--code", help=_("code of the programme"))
    facts.add_argument("--version", help=_("version, such as 2026.1"))
    facts.add_argument("--engineer-type", help=_("technician, line_engineer, innovative_engineer or research_engineer"))
    facts.add_argument("--degree", help=_("college, applied_bachelor, bachelor, master_profile, master_scientific or doctor"))
    add_output_options(programme)
    programme.add_argument("--language", choices=LANGUAGES, default=argparse.SUPPRESS,
                           help=_("language of the answer; otherwise SHEBER_LANGUAGE or LANG"))


def run(args: argparse.Namespace) -> int:
    django_setup()
    from sheber.apps.programmes.services import import_programme

    result = read_file(args.file)
    if result.plan is None:
        return tell_errors(args.file.name, result)
    facts = {name: getattr(args, name) for name in ("code", "version", "engineer_type", "degree") if getattr(args, name)}
    organisation = args.organisation or _organisation(result.plan, code=args.code or result.plan.code)
    report = import_programme(plan=result.plan, organisation=organisation, actor=actor_named(args.actor), dry_run=args.dry_run,
                              reason=args.reason, facts=facts)
    notes = note_sentences(result)
    emit(args, columns=[Column("what", _("What")), Column("count", _("Number"), "right"), Column("which", _("Which"))], rows=_rows(report),
         document=_document(report, notes), note="\n".join(["", _summary(report), *notes]))
    return FINE


def _organisation(plan: "Plan", *, code: str) -> str:
    """The faculty or university the file names, else the one organisation that runs a programme of this code."""
    from sheber.apps.programmes import queries

    stated = plan.details.get("faculty") or plan.details.get("university")
    if stated:
        return str(stated)
    running = {row.organisation_code for row in queries.versions_with_code(code)} if code else set()
    if len(running) != 1:
        raise BadInputError(_("The file does not state who runs the programme. Give --organisation CODE."))
    return running.pop()


def actor_named(email: str | None) -> Any:
    if not email:
        return None
    from sheber.spine.people.models import User

    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        raise BadInputError(_("There is no person with the e-mail %(email)s.") % {"email": email})
    return person


def _rows(report: "ImportReport") -> list[dict[str, Any]]:
    difference = report.difference
    listed: list[tuple[str, list[str]]] = [
        (_("courses added"), list(difference.courses_added)),
        (_("courses changed"), [change.code for change in difference.courses_changed]),
        (_("courses removed"), list(difference.courses_removed)),
        (_("cells changed"), [f"{cell.course} {cell.item}: {cell.before or '–'} → {cell.after or '–'}" for cell in difference.cells]),
        (_("facts changed"), list(difference.facts)),
        (_("findings"), [f"{finding.code} {finding.place_text}" for finding in report.findings])]
    return [{"what": what, "count": len(names), "which": ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")}
            for what, names in listed]


def _document(report: "ImportReport", notes: list[str]) -> dict[str, Any]:
    difference = report.difference
    return {
        "programme": report.code, "version": report.version, "version_id": report.version_id,
        "organisation": report.organisation, "dry_run": report.dry_run, "written": report.written, "new_programme": report.is_new_programme,
        "new_version": report.is_new_version,
        "courses_added": list(difference.courses_added), "courses_removed": list(difference.courses_removed),
        "courses_changed": [
            {"code": change.code, "facts": {name: {"before": old, "after": new} for name, (old, new) in change.facts.items()}}
            for change in difference.courses_changed],
        "cells_changed": [{"course": cell.course, "item": cell.item, "before": cell.before, "after": cell.after}
                          for cell in difference.cells],
        "facts_changed": list(difference.facts), "findings": [finding_row(finding) for finding in report.findings], "notes": notes}


def _summary(report: "ImportReport") -> str:
    values = {"code": report.code, "version": report.version}
    if report.dry_run:
        return _("Dry run of %(code)s, version %(version)s: nothing was written.") % values
    if not report.written:
        return _("%(code)s, version %(version)s, is already like the file: nothing was written.") % values
    return _("%(code)s, version %(version)s, was written as a draft.") % values
