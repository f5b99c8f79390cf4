"""``sheber case``: a framework out as a CASE package, a package in as a draft, or what is wrong with a package."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .imports import actor_named
from .language import LANGUAGES
from .language import gettext as _
from .output import BAD_INPUT, FINE, FOUND, BadInputError, Column, add_output_options, emit
from .setup import django_setup

if TYPE_CHECKING:
    from sheber.kit.exchange.files import Fault
    from sheber.spine.competences.case.bringing import CaseOutcome

MAX_BYTES: Final = 200 * 1024 * 1024
SHOWN: Final = 12


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("case", help=_("Frameworks of competences in the shape of CASE: out, in, checked."), epilog=_(
        "Exit status: 0 done, 1 the package has faults (check), 2 it cannot be read or imported; then nothing is written."))
    acts = parser.add_subparsers(dest="act", required=True, metavar=_("ACT"))
    export = acts.add_parser("export", help=_("write a framework as a CASE package"))
    export.add_argument("code", metavar=_("CODE"))
    export.add_argument("version", nargs="?", metavar=_("VERSION"), help=_("left out, the version in force"))
    export.add_argument("--case", choices=("1.0", "1.1"), default="1.1", help=_("version of CASE; 1.0 has one language only"))
    export.add_argument("--texts", choices=LANGUAGES, default="en", help=_("language of the plain texts"))
    export.add_argument("--server", default="", metavar=_("ADDRESS"), help=_("address of this installation, for the links in the package"))
    export.add_argument("--output", type=Path, metavar=_("FILE"), help=_("left out, the package is written to the screen"))
    for name, told in (("import", _("bring a package in as a draft")), ("check", _("say what a package holds, and what is wrong with it"))):
        act = acts.add_parser(name, help=told)
        act.add_argument("file", type=Path, metavar=_("FILE"))
        act.add_argument("--code", default="", metavar=_("CODE"), help=_("by which the framework is to be known here"))
        act.add_argument("--version", default="", metavar=_("VERSION"), help=_("left out, what the package says"))
        if name == "import":
            act.add_argument("--dry-run", action="store_true", help=_("tell what would change and write nothing"))
            act.add_argument("--actor", metavar=_("E-MAIL"), help=_("person to be named in the record of changes"))
        add_output_options(act)
    for act in acts.choices.values():
        act.add_argument("--language", choices=LANGUAGES, default=argparse.SUPPRESS,
                         help=_("language of the answer; otherwise SHEBER_LANGUAGE or LANG"))


def run(args: argparse.Namespace) -> int:
    django_setup()
    return {"export": _export, "import": _import, "check": _check}[args.act](args)


def _export(args: argparse.Namespace) -> int:
    from sheber.spine.competences import queries
    from sheber.spine.competences.case.queries import package

    row = queries.framework(args.code, args.version)
    if row is None:
        raise BadInputError(_("There is no framework %(code)s %(version)s.") % {"code": args.code, "version": args.version or ""})
    text = json.dumps(package(row.id, version=args.case, server=args.server.rstrip("/"), language=args.texts), ensure_ascii=False, indent=1)
    if args.output is None:
        sys.stdout.write(text + "\n")
    else:
        args.output.write_text(text + "\n", encoding="utf-8")
    return FINE


def _check(args: argparse.Namespace) -> int:
    from sheber.spine.competences.case.reading import read_package

    found = read_package(_read(args.file), code=args.code, version=args.version)
    if found.faults:
        _tell(args, found.faults)
        return FOUND
    assert found.plan is not None
    rows = [{"what": _("framework"), "which": f"{found.plan.code} {found.plan.version}"},
            {"what": _("title"), "which": str(found.plan.title)},
            {"what": _("competences"), "which": str(len(found.plan.items))}, {"what": _("links"), "which": str(len(found.plan.links))}]
    document = {"code": found.plan.code, "version": found.plan.version, "title": dict(found.plan.title), "items": len(found.plan.items),
                "links": len(found.plan.links), "notes": found.notes}
    emit(args, columns=[Column("what", _("What")), Column("which", _("Which"))], rows=rows, document=document,
         note="\n".join(["", *found.notes]))
    return FINE


def _import(args: argparse.Namespace) -> int:
    from sheber.spine.competences.case.bringing import package_import

    outcome = package_import(data=_read(args.file), actor=actor_named(args.actor), code=args.code, version=args.version, dry=args.dry_run)
    if outcome.faults:
        _tell(args, outcome.faults)
        return BAD_INPUT
    emit(args, columns=[Column("what", _("What")), Column("count", _("Number"), "right"), Column("which", _("Which"))], rows=_rows(outcome),
         document=_document(outcome, dry=args.dry_run), note="\n".join(["", _summary(outcome, dry=args.dry_run), *outcome.notes]))
    return FINE


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInputError(_("%(file)s is larger than %(n)s MB.") % {"file": path.name, "n": MAX_BYTES // 1024 // 1024})
        return path.read_bytes()
    except OSError as no:
        raise BadInputError(_("%(file)s cannot be read: %(reason)s") % {"file": path.name, "reason": no.strerror}) from no


def _tell(args: argparse.Namespace, faults: "list[Fault]") -> None:
    emit(args, columns=[Column("row", _("Entry"), "right"), Column("column", _("Field")), Column("sentence", _("What, and what to do"))],
         rows=[{"row": one.row or None, "column": one.column, "sentence": one.sentence} for one in faults])


def _rows(outcome: "CaseOutcome") -> list[dict[str, Any]]:
    difference = outcome.difference
    listed = [(_("competences added"), [item.code for item in difference.added]),
              (_("competences removed"), [item.code for item in difference.removed]),
              (_("fields changed"), [f"{one.code} {one.label}".strip() for one in difference.changed])]
    return [{"what": what, "count": len(names), "which": ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")}
            for what, names in listed] + [{"what": _("links"), "count": outcome.links, "which": ""}]


def _document(outcome: "CaseOutcome", *, dry: bool) -> dict[str, Any]:
    difference = outcome.difference
    return {"code": outcome.code, "version": outcome.version, "act": outcome.act, "replaces": outcome.replaces, "dry_run": dry,
            "written": outcome.written, "items": outcome.items, "links": outcome.links, "links_here": outcome.links_here,
            "added": [item.code for item in difference.added], "removed": [item.code for item in difference.removed],
            "changed": [{"code": one.code, "label": str(one.label), "before": one.before, "after": one.after}
                        for one in difference.changed], "notes": outcome.notes}


def _summary(outcome: "CaseOutcome", *, dry: bool) -> str:
    values = {"code": outcome.code, "version": outcome.version}
    if outcome.act == "nothing":
        return _("%(code)s, version %(version)s, is already like the file: nothing was written.") % values
    if dry:
        return _("Dry run of %(code)s, version %(version)s: nothing was written.") % values
    return _("%(code)s, version %(version)s, was written as a draft.") % values
