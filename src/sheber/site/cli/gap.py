"""``sheber gap PROGRAMME --against TYPE|SOC``: required, planned and attained by item, and what to change."""

import argparse
from typing import TYPE_CHECKING, Any

from .language import gettext as _
from .language import ngettext
from .output import FINE, FOUND, BadInputError, Column, add_output_options, emit
from .setup import django_setup

if TYPE_CHECKING:
    from sheber.apps.programmes.queries.changes import Proposal
    from sheber.apps.programmes.queries.gap import GapReport, GapRow


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "gap", help=_("Distance between a programme and an engineer type or an occupation."),
        epilog=_("A table shows a lack with a minus, as the pages do: −1.2 is short by 1.2 levels; in JSON and CSV gap is required minus "
                 "attained, 1.2. Exit status: 0 nothing is short, 1 something is short in the plan or in the class, 2 there is no such "
                 "programme or profile."))
    parser.add_argument("programme", metavar=_("PROGRAMME"), help=_("a code such as 6B07201 or 6B07201@2026.1"))
    parser.add_argument("--against", metavar=_("TYPE|SOC"), default="",
                        help=_("an engineer type such as line_engineer, or an occupation such as 17-2131.00; the programme's own type when "
                               "left out"))
    parser.add_argument("--class", dest="class_year", type=int, metavar=_("YEAR"), help=_("the class, by its year of graduation"))
    parser.add_argument("--method", default="", help=_("method of attainment, such as weighted-1.0, latest-1.0 or highest-1.0"))
    parser.add_argument("--changes", action="store_true",
                        help=_("also the changes of the matrix that close most of the planned gap per credit"))
    parser.add_argument("--order", choices=("largest", "syllabus"), default="largest",
                        help=_("largest gap first, or the order of the syllabus"))
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    django_setup()
    from django.utils import timezone

    from sheber.apps.programmes import queries
    from sheber.apps.programmes.queries.changes import proposed_changes
    from sheber.apps.programmes.queries.gap import programme_gap
    from sheber.engines.competence import METHODS

    code, _at, version = args.programme.partition("@")
    row = queries.latest_version(code, version)
    if row is None:
        raise BadInputError(_("There is no programme %(subject)s. Check the code.") % {"subject": args.programme})
    if args.method and args.method not in METHODS:
        raise BadInputError(_("There is no method %(name)s. Use one of: %(known)s.") % {"name": args.method, "known": ", ".join(METHODS)})
    try:
        report = programme_gap(version_id=row.id, against=args.against, class_year=args.class_year, on_day=timezone.localdate(),
                               method=args.method)
    except LookupError:
        raise BadInputError(_("There is no engineer type and no occupation %(name)s. Types: technician, line_engineer, "
                              "innovative_engineer, research_engineer; occupations are SOC codes such as 17-2131.00.") % {
            "name": args.against}) from None
    if args.class_year is not None and args.class_year not in {one.year for one in report.classes}:
        raise BadInputError(_("The programme has no class of %(year)s.") % {"year": args.class_year})
    proposal = None
    if args.changes or args.json:
        proposal = proposed_changes(version_id=row.id, edit_version=row.edit_version, against=args.against)
    rows = sorted(report.rows, key=lambda one: one.worst) if args.order == "largest" else list(report.rows)
    emit(args, columns=_columns(), rows=[_row(one) for one in rows], note=_note(report, proposal if args.changes else None),
         document={"programme": row.code, "version": row.version, **_head(report), "items": [_row(one) for one in rows],
                   "changes": _changes(proposal)})
    return FOUND if report.summary.short or report.summary.planned_short else FINE


def _columns() -> list[Column]:
    def level(value: float) -> str:
        return f"{value:.1f}"

    def difference(value: float) -> str:
        return f"{0.0 - round(value, 1):+.1f}".replace("-", "−")

    return [Column("item", _("Item")), Column("name", _("Outcome")), Column("required", _("Required"), "right", level),
            Column("planned", _("Planned"), "right", level), Column("planned_gap", _("Plan gap"), "right", difference),
            Column("attained", _("Attained"), "right", level), Column("low", _("Low"), "right", level),
            Column("high", _("High"), "right", level), Column("gap", _("Gap"), "right", difference), Column("verdict", _("Verdict")),
            Column("planned_verdict", _("Of the plan"))]


def _row(one: "GapRow") -> dict[str, Any]:
    return {"item": one.code, "name": str(one.name), "required": one.required, "required_low": one.required_low,
            "required_high": one.required_high, "weight": one.weight, "planned": one.planned, "planned_course": one.planned_course,
            "planned_verdict": one.planned_verdict, "planned_gap": _lack(one.planned_difference), "attained": one.attained, "low": one.low,
            "high": one.high, "assessed": one.assessed, "not_assessed": one.not_assessed, "verdict": one.verdict,
            "gap": _lack(one.difference), "noise": one.difference_is_noise, "demand_noise": one.is_noise, "weak": one.is_weak}


def _lack(difference: float | None) -> float | None:
    """Required minus shown: what scripts call the gap; a table shows it as pages do, with a minus when short."""
    return None if difference is None else -difference + 0.0


def _head(report: "GapReport") -> dict[str, Any]:
    against = report.against
    return {"against": {"code": against.code, "title": str(against.title), "engineer_type": against.engineer_type.code,
                        "occupation": against.is_occupation, "profile_version": against.version, "status": against.status_of_fact,
                        "attribution": against.attribution},
            "class": report.class_year, "students": report.students, "evidence_items": report.evidence_items, "method": report.method.key,
            "measured_on": report.measured_on.isoformat(),
            "summary": {name: getattr(report.summary, name) for name in report.summary.__slots__}}


def _changes(proposal: "Proposal | None") -> dict[str, Any] | None:
    if proposal is None:
        return None
    return {"status": proposal.status, "gap_before": proposal.gap_before, "gap_after": proposal.gap_after, "credits": proposal.credits,
            "per_credit": proposal.per_credit, "bound": proposal.bound, "candidates": proposal.candidates,
            "cost_version": proposal.cost_version,
            "changes": [{"course": one.course, "item": one.item, "from": f"{one.from_mode}{one.from_level or ''}",
                         "to": f"{one.to_mode}{one.to_level}", "credits": one.credits, "gap_closed": one.gap_closed, "reason": one.reason}
                        for one in proposal.changes]}


def _note(report: "GapReport", proposal: "Proposal | None") -> str:
    summary = report.summary
    lines = ["", _("Against %(name)s; class %(year)s, n = %(n)s; method %(method)s, %(day)s.") % {
        "name": report.against.title, "year": report.class_year or "–", "n": report.students, "method": report.method.key,
        "day": report.measured_on.isoformat()}]
    lines.append(_("Short in the class: %(short)s; not assessed: %(missing)s; short in the plan: %(planned)s.") % {
        "short": summary.short, "missing": summary.not_assessed, "planned": summary.planned_short})
    if proposal is not None and proposal.changes:
        lines.append(ngettext("%(n)s change closes %(closed)s of the planned gap for %(credits)s credits:",
                              "%(n)s changes close %(closed)s of the planned gap for %(credits)s credits:", len(proposal.changes)) % {
            "n": len(proposal.changes), "credits": f"{proposal.credits:g}",
            "closed": f"{1 - proposal.gap_after / proposal.gap_before:.0%}"})
        lines += [f"  {one.course} × {one.item}: {one.from_mode}{one.from_level or ''} → {one.to_mode}{one.to_level}, +{one.credits:g}"
                  for one in proposal.changes]
    if report.against.attribution:
        lines.append(report.against.attribution)
    return "\n".join(lines)
