"""``sheber curriculum FILE``: metrics of a plan file. No database; a CSV file needs no Django either."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .language import current_language, ngettext
from .language import gettext as _
from .output import FINE, BadInputError, Column, add_output_options, emit

if TYPE_CHECKING:
    from sheber.engines.curriculum import CurriculumMetrics
    from sheber.engines.curriculum.plan import Plan

MOST_BYTES = 20_000_000
SHOWN_FAULTS = 3


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "curriculum",
        help=_("Metrics of a plan file: blocking, delay, centrality, complexity."),
        description=_("Blocking factor, delay factor, centrality and structural complexity of each course of a plan, and their sums."),
    )
    parser.add_argument("file", metavar=_("FILE"), type=Path, help=_("a plan: CSV of Curricular Analytics, YAML or XLSX"))
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    plan = _plan(args.file)
    from sheber.engines.curriculum import check_satisfiable, plan_edges, plan_metrics
    from sheber.engines.errors import EngineInputError

    try:
        check_satisfiable(plan)
        metrics = plan_metrics(plan)
        unknown = plan_edges(plan).unknown
    except EngineInputError as no:
        raise BadInputError(f"{args.file.name}: {no.reason}") from no
    rows = [_row(plan, metrics, position) for position in range(len(plan.courses))]
    scaled = plan.system == "quarter"
    columns = [
        Column("id", _("ID")),
        Column("name", _("Course")),
        Column("prefix", _("Prefix")),
        Column("number", _("Number")),
        Column("credits", _("Credits"), "right", lambda value: f"{value:g}"),
        Column("blocking_factor", _("Blocking"), "right"),
        Column("delay_factor", _("Delay"), "right"),
        Column("centrality", _("Centrality"), "right"),
        Column("structural_complexity", _("Complexity"), "right"),
    ]
    if scaled:
        columns.append(Column("structural_complexity_unscaled", _("Unscaled"), "right"))
    totals = _totals(plan, metrics)
    path = [plan.courses[position].code for position in metrics.longest_path]
    document = {
        "code": plan.code,
        "name": _english(plan.title),
        "system": plan.system,
        "courses": rows,
        "totals": totals,
        "longest_path": path,
        "unknown_requisites": [{"course": course, "requisite": requisite} for course, requisite in unknown],
    }
    emit(args, columns=columns, rows=rows, document=document, note=_note(totals, path, len(unknown), scaled))
    return FINE


def _plan(path: Path) -> "Plan":
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".yaml", ".yml", ".xlsx"}:
        raise BadInputError(_("%(file)s: the name must end in .csv, .yaml, .yml or .xlsx.") % {"file": path.name})
    if path.stat().st_size > MOST_BYTES:
        raise BadInputError(_("%(file)s: the file is larger than 20 MB.") % {"file": path.name})
    if suffix == ".csv":
        from sheber.engines.curriculum.csv_format import parse

        plan, faults = parse(path.read_bytes())
        if plan is not None:
            return plan
        if current_language() == "en":  # the engine's own sentences, without Django
            raise BadInputError(_faults(path.name, [str(fault) for fault in faults]))
    from sheber.apps.programmes.rules.reading import problem_sentence, read_plan

    result = read_plan(path)
    if result.plan is not None:
        return result.plan
    from .setup import django_setup

    django_setup()
    raise BadInputError(_faults(path.name, [problem_sentence(each) for each in result.errors]))


def _faults(name: str, problems: list[str]) -> str:
    shown = "; ".join(problems[:SHOWN_FAULTS])
    more = len(problems) - SHOWN_FAULTS
    if more > 0:
        shown += ngettext(" (and %(n)s more)", " (and %(n)s more)", more) % {"n": more}
    return f"{name}: {shown}"


def _row(plan: "Plan", metrics: "CurriculumMetrics", position: int) -> dict[str, Any]:
    from sheber.engines.curriculum import course_label

    course = plan.courses[position]
    prefix, number = course_label(plan, course)
    row: dict[str, Any] = {
        "id": course.code,
        "name": _english(course.title),
        "prefix": prefix,
        "number": number,
        "credits": course.credits,
        "term": course.term,
        "blocking_factor": metrics.blocking_factor[position],
        "delay_factor": metrics.delay_factor[position],
        "centrality": metrics.centrality[position],
        "structural_complexity": metrics.structural_complexity[position],
    }
    if plan.system == "quarter":
        row["structural_complexity_unscaled"] = metrics.structural_complexity_unscaled[position]
    return row


def _totals(plan: "Plan", metrics: "CurriculumMetrics") -> dict[str, Any]:
    totals: dict[str, Any] = {
        "courses": len(plan.courses),
        "credits": sum(course.credits for course in plan.courses),
        "blocking_factor": metrics.totals.blocking_factor,
        "delay_factor": metrics.totals.delay_factor,
        "centrality": metrics.totals.centrality,
        "structural_complexity": metrics.totals.structural_complexity,
    }
    if plan.system == "quarter":
        totals["structural_complexity_unscaled"] = metrics.totals.structural_complexity_unscaled
    return totals


def _note(totals: dict[str, Any], path: list[str], unknown: int, scaled: bool) -> str:
    lines = [
        "",
        _("Courses: %(courses)s. Credits: %(credits)s.") % {"courses": totals["courses"], "credits": f"{totals['credits']:g}"},
        _("Totals: blocking %(blocking)s, delay %(delay)s, centrality %(centrality)s, structural complexity %(complexity)s.")
        % {
            "blocking": totals["blocking_factor"],
            "delay": totals["delay_factor"],
            "centrality": totals["centrality"],
            "complexity": totals["structural_complexity"],
        },
    ]
    if scaled:
        lines.append(
            _("Quarter system: the complexity of each course is scaled by 2/3. Unscaled total: %(complexity)s.")
            % {"complexity": totals["structural_complexity_unscaled"]}
        )
    if len(path) > 1:
        lines.append(_("Longest path: %(path)s.") % {"path": " → ".join(path)})
    if unknown:
        lines.append(
            ngettext(
                "%(n)s requisite leads out of the plan and is not counted.",
                "%(n)s requisites lead out of the plan and are not counted.",
                unknown,
            )
            % {"n": unknown}
        )
    return "\n".join(lines)


def _english(title: Any) -> str:
    return next((title[language] for language in ("en", "ru", "kk") if title.get(language)), "")
