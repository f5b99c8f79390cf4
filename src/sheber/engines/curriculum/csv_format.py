"""Reader and writer of the CSV of Curricular Analytics: curricula and degree plans.

Rows of key and value (Curriculum, Degree Plan, Institution, Degree Type, System Type, CIP) come first, then the section
``Courses`` and perhaps ``Additional Courses``, each with its row of column names. Requisites are Course IDs joined by
``;``. Columns of metrics and unnamed columns are passed over; sections of learning outcomes are kept as they stand.
"""

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sheber.engines.curriculum.csv_errors import CurriculumFileError
from sheber.engines.curriculum.metrics import CurriculumMetrics
from sheber.engines.curriculum.plan import Course, Plan, Requisite, RequisiteKind, System
from sheber.engines.curriculum.plans import course_label
from sheber.engines.errors import EngineInputError

MOST_CREDITS = 60.0
REQUISITE_COLUMNS: Mapping[str, RequisiteKind] = MappingProxyType(
    {"Prerequisites": "prerequisite", "Corequisites": "corequisite", "Strict-Corequisites": "strict_corequisite"}
)
COLUMNS = ("Course ID", "Course Name", "Prefix", "Number", *REQUISITE_COLUMNS, "Credit Hours", "Institution", "Canonical Name")
METRIC_COLUMNS = ("Complexity", "Blocking", "Delay", "Centrality")
_NEEDED = ("Course ID", "Course Name", "Prerequisites", "Corequisites", "Credit Hours")
_HEAD = {"Curriculum": "curriculum", "Degree Plan": "degree_plan", "Institution": "institution", "Degree Type": "degree_type",
         "System Type": "system", "CIP": "cip"}  # fmt: skip
_SECTIONS = ("Courses", "Additional Courses", "Course Learning Outcomes", "Curriculum Learning Outcomes")
# What a spreadsheet would compute, also behind blanks, and with apostrophes before it, so that a guard can be told and taken away.
_COMPUTED = re.compile("[ '\u00a0\ufeff\u200b]*[=+\\-@\t\r\n|%\uff1d\uff0b\uff0d\uff20]")
_KEPT = {"Prefix": "prefix", "Number": "number", "Institution": "institution", "Canonical Name": "canonical_name"}


@dataclass(slots=True)
class _Reading:
    """A file while it is read."""

    head: dict[str, tuple[str, int]] = field(default_factory=dict)
    sections: dict[str, list[tuple[int, list[str]]]] = field(default_factory=dict)
    courses: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    faults: list[EngineInputError] = field(default_factory=list)

    def fault(self, error: CurriculumFileError) -> None:
        self.faults.append(error)


def read_csv(source: str | bytes) -> Plan:
    """Plan of a file; raises the first fault as CurriculumFileError. Numbering, codes and details as for `parse`."""
    plan, faults = parse(source)
    if plan is None:
        raise faults[0]
    return plan


def parse(source: str | bytes) -> tuple[Plan | None, list[EngineInputError]]:
    """Plan of a file, or all its faults, first line first; never both.

    Parameters
    ----------
    source : str or bytes
        The file, UTF-8 with or without a byte-order mark, with line ends of any kind.

    Returns
    -------
    plan : Plan or None
        ``code`` is the CIP code; a course's ``code`` is its Course ID as written. ``details`` keep what a plan has no
        place for: ``degree_plan`` (None in a curriculum), ``institution``, ``degree_type``, ``cip``, ``additional``
        (codes of additional courses), ``courses`` (code → prefix, number, institution, canonical_name), ``outcomes``
        (sections of learning outcomes, as rows). Term 0 and an empty term mean: not placed.
    faults : list of CurriculumFileError
        ``row`` is the line of the file, counted from 1; ``field`` is the column.
    """
    reading = _Reading()
    text = _text(source, reading)
    if text is not None and _read_rows(text, reading):
        _read_courses(reading)
        if not reading.faults and not reading.courses:
            reading.fault(CurriculumFileError("courses_missing", "Courses"))
        plan = _plan(reading)
        if not reading.faults:
            return plan, []
    return None, sorted(reading.faults, key=lambda each: each.row or 0)


def write_csv(plan: Plan, metrics: CurriculumMetrics | None = None) -> str:
    """File of a plan, with a Term column when it is a degree plan and columns of metrics when they are given.

    `read_csv` gives the plan back when it came from a file. Of another plan the format keeps codes, names, credits,
    terms and requisites; it has no choices, so every option of a choice becomes a requisite.
    """
    details = plan.details
    placed = any(course.term for course in plan.courses)
    plan_name = details.get("degree_plan", _name(plan.title) if placed else None)
    placed = placed or plan_name is not None
    columns = [*COLUMNS, *(["Term"] if placed else []), *(METRIC_COLUMNS if metrics else [])]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")

    def row(*cells: object) -> None:
        writer.writerow([*map(_guarded, cells), *[""] * (len(columns) - len(cells))])

    row("Curriculum", _name(plan.title))
    if plan_name is not None:
        row("Degree Plan", plan_name)
    row("Institution", details.get("institution", ""))
    row("Degree Type", details.get("degree_type", ""))
    row("System Type", plan.system)
    row("CIP", details.get("cip", plan.code))
    listed = details.get("additional", ())
    additional = set(listed) if isinstance(listed, list | tuple) else set()
    for section in ("Courses", "Additional Courses") if additional else ("Courses",):
        row(section)
        writer.writerow(columns)
        for position, course in enumerate(plan.courses):
            if (course.code in additional) == (section == "Additional Courses"):
                writer.writerow([*map(_guarded, _cells(plan, course, placed)), *(_figures(metrics, position) if metrics else [])])
    outcomes = details.get("outcomes")
    if isinstance(outcomes, dict):
        for section, rows in outcomes.items():
            row(section)
            writer.writerows([_guarded(cell) for cell in cells] for cells in rows)
    return out.getvalue()


def _guarded(cell: object) -> object:
    """A text that a spreadsheet would compute, with an apostrophe before it; numbers as they are."""
    return f"'{cell}" if isinstance(cell, str) and _COMPUTED.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _COMPUTED.match(cell) else cell


def _text(source: str | bytes, reading: _Reading) -> str | None:
    if isinstance(source, bytes):
        try:
            source = source.decode("utf-8-sig")
        except UnicodeDecodeError:
            reading.fault(CurriculumFileError("not_text", "file"))
            return None
    if "\0" in source:
        reading.fault(CurriculumFileError("not_text", "file"))
        return None
    return source.removeprefix("\ufeff")


def _read_rows(text: str, reading: _Reading) -> bool:
    """Sort the lines into the head and the sections; False when the rest cannot be judged."""
    rows = csv.reader(io.StringIO(text, newline=""))
    section: list[tuple[int, list[str]]] | None = None
    line = 1
    try:
        for written in rows:
            cells = [_unguarded(cell) for cell in written]
            line, start = rows.line_num + 1, line
            first = cells[0].strip() if cells else ""
            if not any(cell.strip() for cell in cells) or first.startswith("#"):
                continue
            if not reading.head and first != "Curriculum":
                reading.fault(_bad_start(first, start))
                return False
            if first in _SECTIONS:
                section = reading.sections.setdefault(first, [])
            elif section is not None:
                section.append((start, cells))
            elif first in _HEAD:
                reading.head[_HEAD[first]] = (cells[1].strip() if len(cells) > 1 else "", start)
    except csv.Error as problem:
        reading.fault(CurriculumFileError("not_csv", "file", line, problem=str(problem)))
        return False
    if not reading.head:
        reading.fault(CurriculumFileError("curriculum_missing", "Curriculum", 1))
        return False
    return True


def _bad_start(first: str, line: int) -> CurriculumFileError:
    for sign, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")):
        if first.startswith(f"Curriculum{sign}"):
            return CurriculumFileError("delimiter", "file", line, found=name)
    return CurriculumFileError("curriculum_missing", "Curriculum", line)


def _read_courses(reading: _Reading) -> None:
    for section in ("Courses", "Additional Courses"):
        rows = reading.sections.get(section, [])
        if not rows:
            continue
        line, names = rows[0][0], [cell.strip() for cell in rows[0][1]]
        lacking = [name for name in _NEEDED if name not in names]
        twice = [name for name in {*COLUMNS, "Term"} if names.count(name) > 1]
        for name in lacking:
            reading.fault(CurriculumFileError("column_missing", name, line))
        for name in twice:
            reading.fault(CurriculumFileError("column_repeated", name, line))
        if not lacking and not twice:
            place = {name: names.index(name) for name in (*COLUMNS, "Term") if name in names}
            for start, cells in rows[1:]:
                kept = {name: cells[i] if i < len(cells) else "" for name, i in place.items()}
                reading.courses.append((start, kept, section))


def _plan(reading: _Reading) -> Plan:
    lines: dict[str, int] = {}
    for line, cells, _ in reading.courses:
        code = cells["Course ID"].strip()
        if not code:
            reading.fault(CurriculumFileError("id_missing", "Course ID", line))
        elif ";" in code:
            reading.fault(CurriculumFileError("id_has_semicolon", "Course ID", line, value=code))
        elif code in lines:
            reading.fault(CurriculumFileError("id_repeated", "Course ID", line, value=code, first=lines[code]))
        else:
            lines[code] = line
    courses = tuple(_course(reading, line, cells, lines) for line, cells, _ in reading.courses)
    head = {name: value for name, (value, _) in reading.head.items()}
    details: dict[str, object] = {
        "degree_plan": head.get("degree_plan"),
        "institution": head.get("institution", ""),
        "degree_type": head.get("degree_type", ""),
        "cip": head.get("cip", ""),
        "additional": [cells["Course ID"].strip() for _, cells, section in reading.courses if section == "Additional Courses"],
        "courses": {
            cells["Course ID"].strip(): {kept: cells.get(name, "") for name, kept in _KEPT.items()} for _, cells, _ in reading.courses
        },
        "outcomes": {
            name: [_trimmed(cells) for _, cells in reading.sections[name]] for name in _SECTIONS[2:] if name in reading.sections
        },
    }
    return Plan(
        code=head.get("cip", ""),
        title=_title(head.get("curriculum", "")),
        courses=courses,
        system=_system(reading),
        details=details,
    )


def _course(reading: _Reading, line: int, cells: Mapping[str, str], lines: Mapping[str, int]) -> Course:
    code = cells["Course ID"].strip()
    requisites = []
    owner = lines.get(code) == line  # a second course of the same code has its own fault already
    for column, kind in REQUISITE_COLUMNS.items():
        for option in dict.fromkeys(part.strip() for part in cells.get(column, "").split(";")):
            if not option or not owner:
                continue
            if option == code:
                reading.fault(CurriculumFileError("requisite_self", column, line, course=code))
            elif option not in lines:
                reading.fault(CurriculumFileError("requisite_unknown", column, line, course=code, value=option))
            else:
                requisites.append(Requisite(kind, (option,)))
    return Course(
        code=code,
        title=_title(cells["Course Name"]),
        credits=_credits(reading, line, code, cells["Credit Hours"].strip()),
        term=_term(reading, line, code, cells.get("Term", "").strip()),
        requisites=tuple(requisites),
    )


def _credits(reading: _Reading, line: int, code: str, value: str) -> float:
    column = "Credit Hours"
    if not value:
        reading.fault(CurriculumFileError("credits_missing", column, line, course=code))
        return 0.0
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in value:
        reading.fault(CurriculumFileError("credits_not_number", column, line, course=code, value=value))
    elif not 0 <= number <= MOST_CREDITS:
        reading.fault(CurriculumFileError("credits_out_of_range", column, line, course=code, value=value, most=f"{MOST_CREDITS:g}"))
    else:
        return number
    return 0.0


def _term(reading: _Reading, line: int, code: str, value: str) -> int | None:
    if not value:
        return None
    whole = value.removesuffix(".0")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 3):
        reading.fault(CurriculumFileError("term_not_number", "Term", line, course=code, value=value))
        return None
    return int(whole) or None


def _system(reading: _Reading) -> System:
    value, line = reading.head.get("system", ("", 1))
    word = value.lower()
    if word in {"", "semester", "semster", "semesters"}:  # a published tool writes "semster"
        return "semester"
    if word in {"quarter", "quarters"}:
        return "quarter"
    reading.fault(CurriculumFileError("system_unknown", "System Type", line, value=value))
    return "semester"


def _title(name: str) -> dict[str, str]:
    return {"en": name} if name else {}


def _name(title: Mapping[str, str]) -> str:
    return next((title[language] for language in ("en", "ru", "kk") if title.get(language)), next(iter(title.values()), ""))


def _trimmed(cells: Sequence[str]) -> list[str]:
    filled = [place for place, cell in enumerate(cells) if cell]
    return list(cells[: filled[-1] + 1]) if filled else []


def _cells(plan: Plan, course: Course, placed: bool) -> list[object]:
    kept = plan.details.get("courses")
    own = kept.get(course.code, {}) if isinstance(kept, dict) else {}
    joined = [
        ";".join(dict.fromkeys(option for each in course.requisites if each.kind == kind for option in each.options))
        for kind in REQUISITE_COLUMNS.values()
    ]
    whole = int(course.credits) if course.credits == int(course.credits) else course.credits
    return [
        course.code,
        _name(course.title),
        *course_label(plan, course),
        *joined,
        whole,
        own.get("institution", ""),
        own.get("canonical_name", ""),
        *([course.term or ""] if placed else []),
    ]


def _figures(metrics: CurriculumMetrics, position: int) -> list[object]:
    return [
        metrics.structural_complexity[position],
        metrics.blocking_factor[position],
        metrics.delay_factor[position],
        metrics.centrality[position],
    ]
