"""A programme in the CSV of Curricular Analytics; the engine reads it, the sentences are ours."""

import csv
import io

from sheber.apps.programmes.rules.checks.circles import circles
from sheber.apps.programmes.rules.reading.problems import MAX_COURSES, Place, Problems, ReadResult, RefusedError
from sheber.engines.curriculum.csv_errors import CurriculumFileError
from sheber.engines.curriculum.csv_format import parse
from sheber.kit.exchange.reading.encodings import decode

MAX_COLUMNS = 500


def read_csv(data: bytes) -> ReadResult:
    """See :func:`sheber.apps.programmes.rules.reading.read_plan`."""
    problems = Problems()
    try:
        text = decode(data, problems)
        _guard(text)
    except RefusedError as refused:
        problems.add(refused.problem)
        return problems.result(None)
    plan, faults = parse(text)
    for fault in faults:
        place = Place(row=fault.row or 0, column="" if fault.field == "file" else fault.field)
        if isinstance(fault, CurriculumFileError):
            problems.error(f"csv_{fault.code}", place, **{name: str(value)[:80] for name, value in fault.values.items()})
        else:
            problems.error("csv", place, reason=fault.reason)
    if plan is not None and len(plan.courses) > MAX_COURSES:
        problems.error("too_many_courses", Place(), count=len(plan.courses), limit=MAX_COURSES)
    elif plan is not None:
        for circle in circles(plan):
            problems.note("requisite_circle", Place(), circle=" → ".join((*circle, circle[0])))
    return problems.result(plan)


def _guard(text: str) -> None:
    """Refuse a row of thousands of columns before every other row is widened to it."""
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in rows:
            if len(cells) > MAX_COLUMNS:
                raise RefusedError("csv_columns", Place(row=rows.line_num), count=len(cells), limit=MAX_COLUMNS)
    except csv.Error as broken:
        raise RefusedError("csv_not_csv", Place(row=rows.line_num), problem=str(broken)) from broken
