"""Plans to files that :func:`sheber.apps.programmes.rules.reading.read_plan` reads back as the same plan."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from sheber.apps.programmes.rules.checks.index import in_order
from sheber.apps.programmes.rules.reading import headings
from sheber.apps.programmes.rules.reading.assembling import DETAILS
from sheber.apps.programmes.rules.reading.values import write_requisites
from sheber.engines.curriculum.plan import Course, Plan, Requisite

_KINDS = (("prerequisites", "prerequisite"), ("corequisites", "corequisite"), ("strict_corequisites", "strict_corequisite"))


def write_yaml(plan: Plan) -> bytes:
    """UTF-8 YAML in the shape of the demonstration files. Codes and items stay text."""
    document: dict[str, Any] = {"code": plan.code, "version": plan.version, "title": dict(plan.title), "engineer_type": plan.engineer_type,
                                "system": plan.system, "credits": _number(plan.credits), "hours_per_credit": plan.hours_per_credit}
    document |= {key: _plain(plan.details[key]) for key in DETAILS if plan.details.get(key)}
    if plan.term_load:
        document["term_load"] = dict(zip(("min", "target", "max"), map(_number, plan.term_load), strict=True))
    if plan.targets:
        document["targets"] = {"levels": {item: _number(plan.targets[item]) for item in plan.targets}}
    document["assumed_entry_levels"] = dict(plan.entry_levels)
    document["terms"] = [{"no": term.number, "year": term.year, "season": term.season} for term in plan.terms]
    document["courses"] = [_course(course) for course in plan.courses]
    text = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=140)
    return text.encode()


class _Dumper(yaml.SafeDumper):
    """Writes values out instead of referring to them, which the reader would refuse."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _course(course: Course) -> dict[str, Any]:
    written: dict[str, Any] = {"code": course.code, "title": dict(course.title), "ects": _number(course.credits), "term": course.term,
                               "cycle": course.cycle, "delivery": course.delivery,
                               "hours": {"contact": course.contact_hours, "lab": course.lab_hours, "self_study": course.self_study_hours}}
    written |= {key: [_requisite(requisite) for requisite in course.requisites if requisite.kind == kind] for key, kind in _KINDS}
    written["features"] = sorted(course.features)
    written["cdio"] = [{"item": cell.item, "mode": cell.mode, "level": cell.level} for cell in course.cells]
    if course.outcomes:
        written["learning_outcomes"] = [{"id": outcome.code, "text": dict(outcome.text)} for outcome in course.outcomes]
    return written


def _requisite(requisite: Requisite) -> object:
    if len(requisite.options) == 1 and requisite.need == 1:
        return requisite.options[0]
    if requisite.need == 1:
        return {"any_of": list(requisite.options)}
    return {"choose": requisite.need, "of": list(requisite.options)}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _number(number: float | None) -> float | int | None:
    return int(number) if number is not None and number == int(number) else number


def write_xlsx(plan: Plan, language: str = "en") -> bytes:
    """The workbook template, filled in; headings in the language asked for.

    Every text is stored as text with the mark that keeps a spreadsheet from ever taking ``=…``, ``+…`` or ``@…`` for a formula.
    """
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]

    def sheet(key: str, head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        _fill(book.create_sheet(headings.name_of(headings.SHEETS, key, language)), list(head), rows)

    def heads(names: headings.Names) -> list[str]:
        return [headings.name_of(names, key, language) for key in names]

    sheet("programme", heads(headings.PROGRAMME_COLUMNS), _programme_rows(plan, language))
    sheet("courses", heads(headings.COURSE_COLUMNS), [_course_row(course) for course in plan.courses])
    items = in_order({cell.item for course in plan.courses for cell in course.cells})
    sheet("matrix", [*heads(headings.MATRIX_COURSE), *items],
          [_matrix_row(course, items, language) for course in plan.courses if course.cells])
    sheet("terms", heads(headings.TERM_COLUMNS), [(term.number, term.year, term.season) for term in plan.terms])
    listed = in_order({*plan.targets, *plan.entry_levels})
    sheet("targets", heads(headings.TARGET_COLUMNS), [(item, plan.targets.get(item), plan.entry_levels.get(item)) for item in listed])
    sheet("outcomes", heads(headings.OUTCOME_COLUMNS), [(course.code, outcome.code, *_languages(outcome.text))
                                                        for course in plan.courses for outcome in course.outcomes])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Any, head: list[str], rows: Iterable[Iterable[object]]) -> None:
    lines: list[list[object]] = [list[object](head), *(list(row) for row in rows)]
    for number, line in enumerate(lines, start=1):
        for position, value in enumerate(line, start=1):
            if value is None or value == "":
                continue
            cell = sheet.cell(number, position)
            if isinstance(value, str):
                cell.value = value
                cell.data_type, cell.number_format, cell.quotePrefix = "s", "@", True
            else:
                cell.value = value
            if number == 1:
                cell.font = Font(bold=True)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    for position in range(1, len(head) + 1):
        filled = [line[position - 1] for line in lines if len(line) >= position and line[position - 1] is not None]
        longest = max((len(str(value)) for value in filled), default=4)
        sheet.column_dimensions[get_column_letter(position)].width = min(max(longest + 2, 6), 50)
    sheet.freeze_panes = "B2"


def _languages(texts: Mapping[str, str]) -> tuple[str, str, str]:
    return texts.get("kk", ""), texts.get("ru", ""), texts.get("en", "")


def _programme_rows(plan: Plan, language: str) -> list[list[object]]:
    least, wanted, most = plan.term_load or (None, None, None)
    one: dict[str, object] = {
        "code": plan.code, "version": plan.version, "engineer_type": plan.engineer_type, "credits": _number(plan.credits),
        "hours_per_credit": plan.hours_per_credit, "system": plan.system, "term_load_min": _number(least),
        "term_load_target": _number(wanted), "term_load_max": _number(most)}
    rows: list[list[object]] = []
    for key in headings.FIELDS:
        kind = "texts" if key == "title" else DETAILS.get(key, "one")
        value = plan.details.get(key)
        name = headings.name_of(headings.FIELDS, key, language)
        if kind == "texts":
            texts = plan.title if key == "title" else value
            rows.append([name, "", *_languages(texts if isinstance(texts, Mapping) else {})])
        elif key in one:
            rows.append([name, one[key]])
        elif kind == "list":
            rows.append([name, "; ".join(value) if isinstance(value, tuple | list) else ""])
        elif kind == "flag":
            rows.append([name, "true" if value else ""])
        else:
            rows.append([name, value])
    return rows


def _course_row(course: Course) -> list[object]:
    return [course.code, *_languages(course.title), _number(course.credits), course.term, course.cycle, course.delivery,
            course.contact_hours, course.lab_hours, course.self_study_hours,
            *(write_requisites(tuple(requisite for requisite in course.requisites if requisite.kind == kind)) for _key, kind in _KINDS),
            "; ".join(sorted(course.features))]


def _matrix_row(course: Course, items: list[str], language: str) -> list[object]:
    cells = {cell.item: f"{cell.mode}{cell.level}" for cell in course.cells}
    title = course.title.get(language) or next(iter(course.title.values()), "")
    return [course.code, title, *(cells.get(item, "") for item in items)]
