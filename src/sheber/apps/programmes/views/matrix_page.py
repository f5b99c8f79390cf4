"""What the template of the matrix and its scripts are given."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sheber.apps.programmes.models import Course, MatrixCell
from sheber.apps.programmes.queries.matrix import CellRow, CourseRow, MatrixPage
from sheber.apps.programmes.rules.findings import Finding
from sheber.apps.programmes.rules.matrix import ItemTotal
from sheber.apps.programmes.rules.sentences import finding_reason, finding_repair, finding_title
from sheber.kit import formats

SHOWS = ("", "taught", "findings")
SIGNS = {"error": "✕", "warning": "!", "note": "!"}
Filters = Mapping[str, str]


def packed_cells(page: MatrixPage) -> dict[str, list[Any]]:
    """``{"MET3203~2.3": ["U", 3, "assessed by"]}``: what the scripts hold."""
    return {f"{course.code}~{item}": [cell.mode, cell.level, str(cell.assessed_by)]
            for course in page.courses for item, cell in course.cells.items()}


def finding_values(findings: Sequence[Finding], page: MatrixPage) -> list[dict[str, Any]]:
    """Findings in the reader's language. ``cell`` is the cell they lie in, empty for those of a course, a term or the whole plan."""
    cells = {(course.code, item.code) for course in page.courses for item in page.items}
    return [{"code": finding.code, "severity": finding.severity, "item": finding.item, "label": finding_title(finding.code),
             "cell": f"{finding.course}~{finding.item}" if (finding.course, finding.item) in cells else "",
             "place": f"{finding.course} × {finding.item}" if finding.course and finding.item else finding_title(finding.code),
             "reason": finding_reason(finding), "repair": finding_repair(finding)} for finding in findings]


def packed_totals(totals: Mapping[str, ItemTotal]) -> dict[str, list[int]]:
    """``{"2.3": [introduce, teach, use, planned]}``."""
    return {item: [total.introduce, total.teach, total.utilise, total.planned] for item, total in totals.items()}


def columns(page: MatrixPage) -> list[dict[str, str]]:
    """Headings; a new part of the framework begins with a stronger line."""
    parts = [item.code.split(".")[0] for item in page.items]
    return [{"code": item.code, "title": str(item.title), "name": item.name,
             "css": "sec" if index == 0 or parts[index] != parts[index - 1] else ""} for index, item in enumerate(page.items)]


def groups(page: MatrixPage, findings: Sequence[Mapping[str, Any]], filters: Filters) -> list[dict[str, Any]]:
    """Courses by term, each with its cells in the order of the columns; filtered ones are marked hidden."""
    marks: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        if finding["cell"]:
            marks.setdefault(finding["cell"], []).append(finding)
    sections = [column["css"] for column in columns(page)]
    codes = [item.code for item in page.items]
    found: dict[int | None, dict[str, Any]] = {}
    for course in page.courses:
        group = found.setdefault(course.term, {"value": "" if course.term is None else str(course.term), "credits": 0.0, "courses": []})
        group["credits"] += course.credits
        cells = [_cell(course.cells.get(code), marks.get(f"{course.code}~{code}", ()), css)
                 for code, css in zip(codes, sections, strict=True)]
        row = {"code": course.code, "title": course.title, "cycle": course.cycle, "credits": formats.number(course.credits, 1),
               "cells": cells, "hidden": not _shown(course, cells, filters)}
        group["courses"].append(row)
    for term, group in found.items():
        group["hidden"] = all(course["hidden"] for course in group["courses"])
        group["caption"] = _caption(term, group["credits"])
    return list(found.values())


def _cell(cell: CellRow | None, findings: Sequence[Mapping[str, Any]], css: str) -> dict[str, Any]:
    worst = "error" if any(one["severity"] == "error" for one in findings) else "warning"
    state = {"error": "bad", "warning": "warn"}[worst] if findings else ""
    value = {"mark": cell.mark, "mode": cell.mode, "level": cell.level} if cell else {}
    return {"css": f"{css} {state}".strip(), **value,
            "sign": SIGNS[worst] if findings else "", "words": "; ".join(one["label"] for one in findings)}


def _shown(course: CourseRow, cells: Sequence[Mapping[str, Any]], filters: Filters) -> bool:
    fits = filters["term"] in {"", str(course.term)} and filters["cycle"] in {"", course.cycle}
    if filters["show"] == "taught":
        return fits and any(cell.mode == "T" for cell in course.cells.values())
    return fits and (filters["show"] != "findings" or any(cell["sign"] for cell in cells))


def _credits(amount: float) -> str:
    return ngettext("%(n)s credit", "%(n)s credits", int(amount) if amount == int(amount) else 5) % {"n": formats.number(amount, 1)}


def _caption(term: int | None, amount: float) -> str:
    if term is None:
        return _("In no term · %(credits)s") % {"credits": _credits(amount)}
    return _("Term %(term)s · %(credits)s") % {"term": term, "credits": _credits(amount)}


def summary(page: MatrixPage) -> str:
    """``49 courses, 240 credits``."""
    n = len(page.courses)
    courses = ngettext("%(n)s course", "%(n)s courses", n) % {"n": n}
    return _("%(courses)s, %(credits)s") % {"courses": courses, "credits": _credits(sum(course.credits for course in page.courses))}


def total_rows(page: MatrixPage, totals: Mapping[str, ItemTotal], targets: Mapping[str, float],
               engineer_type: str) -> list[dict[str, Any]]:
    """The five rows under the matrix."""
    sections = [column["css"] for column in columns(page)]
    rows = list(zip((item.code for item in page.items), sections, strict=True))

    def counts(name: str, label: str, figures: Sequence[int]) -> dict[str, Any]:
        states = ["" if figure else "none" for figure in figures]
        cells = [{"text": str(figure) if figure else "–", "state": state, "css": f"{css} {state}".strip()}
                 for figure, state, (_item, css) in zip(figures, states, rows, strict=True)]
        return {"name": name, "label": label, "css": "mx-count", "cells": cells}

    planned, required = [], []
    for item, css in rows:
        total, target = totals[item], targets.get(item)
        fine = total.meets(target)
        level_state = "short" if target is not None and not fine else "" if total.planned else "none"
        planned.append({"text": str(total.planned) if total.planned else "–", "state": level_state, "css": f"{css} {level_state}".strip()})
        state = "none" if target is None else "fine" if fine else "short"
        text = "–" if target is None else f"{target:g} {'✓' if fine else '✕'}"
        required.append({"text": text, "state": state, "css": f"{css} {state}".strip()})
    return [
        counts("I", _("Courses that introduce"), [totals[item].introduce for item, _css in rows]),
        counts("T", _("Courses that teach"), [totals[item].teach for item, _css in rows]),
        counts("U", _("Courses that use"), [totals[item].utilise for item, _css in rows]),
        {"name": "planned", "label": _("Planned level, highest T or U"), "css": "line", "cells": planned},
        {"name": "required", "label": _("Required: %(type)s") % {"type": engineer_type}, "css": "required", "cells": required},
    ]


def choices(page: MatrixPage) -> dict[str, Any]:
    """What the filters and the panel offer."""
    terms = sorted({course.term for course in page.courses if course.term is not None})
    labels = dict(Course.Cycle.choices)
    return {
        "terms": [{"value": str(term), "name": _("Term %(term)s") % {"term": term}} for term in terms],
        "cycles": [{"value": cycle, "name": labels[cycle]} for cycle in Course.Cycle.values
                   if any(course.cycle == cycle for course in page.courses)],
        "shows": [{"value": value, "name": name}
                  for value, name in zip(SHOWS, (_("All cells"), _("Taught only"), _("Findings")), strict=True)],
        "modes": [{"value": mode.value, "name": mode.label} for mode in MatrixCell.Mode],
    }
