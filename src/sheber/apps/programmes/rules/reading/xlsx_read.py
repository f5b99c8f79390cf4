"""A programme in a workbook: the template's sheets to a plan."""

from collections.abc import Mapping
from types import MappingProxyType

from sheber.apps.programmes.rules.reading import headings, values
from sheber.apps.programmes.rules.reading.assembling import (
    CYCLES,
    DELIVERIES,
    DETAIL_BOUNDS,
    DETAILS,
    MAX_CREDITS,
    MAX_TERM,
    SEASONS,
    RawCourse,
    check_courses,
    tell_requisites,
)
from sheber.apps.programmes.rules.reading.problems import Place, Problems, ReadResult, RefusedError
from sheber.apps.programmes.rules.reading.xlsx_sheets import Row, Sheet, open_sheets, read_sheet
from sheber.engines.curriculum.plan import Cell, Mode, Outcome, Plan, RequisiteKind, System, Term
from sheber.kit.exchange.reading.apart import BookSheet

_MODES: Mapping[str, Mode] = {"I": "I", "T": "T", "U": "U"}
_REQUISITES: Mapping[str, RequisiteKind] = {
    "prerequisites": "prerequisite", "corequisites": "corequisite", "strict_corequisites": "strict_corequisite"}


def read_xlsx(data: bytes) -> ReadResult:
    """See :func:`sheber.apps.programmes.rules.reading.read_plan`."""
    problems = Problems()
    try:
        return problems.result(_Reader(problems, open_sheets(data, problems)).plan())
    except RefusedError as refused:
        problems.add(refused.problem)
        return problems.result(None)


class _Reader:
    def __init__(self, problems: Problems, sheets: Mapping[str, BookSheet]) -> None:
        self.problems = problems
        self.sheets = sheets

    def sheet(self, key: str, names: headings.Names, required: tuple[str, ...], *, extra: bool = False) -> Sheet | None:
        found = self.sheets.get(key)
        return None if found is None else read_sheet(found, names, required, self.problems, extra=extra)

    def required(self, key: str, names: headings.Names, required: tuple[str, ...]) -> Sheet | None:
        sheet = self.sheet(key, names, required)
        if sheet is None:
            self.problems.error("sheet_missing", Place(), name=headings.name_of(headings.SHEETS, key, "en"), near="")
        return sheet

    # One value -----------------------------------------------------------------------------------------------------------

    def text(self, row: Row, key: str, limit: int = values.MAX_TEXT) -> str:
        return values.read_text(row.get(key), row.place(key), self.problems, limit)

    def texts(self, row: Row, prefix: str = "") -> Mapping[str, str]:
        return MappingProxyType({language: text for language in ("kk", "ru", "en") if (text := self.text(row, prefix + language))})

    def code(self, row: Row, key: str) -> str:
        return values.read_code(row.get(key), row.place(key), self.problems)

    def number(self, row: Row, key: str, least: float, most: float) -> float | None:
        return values.read_number(row.get(key), row.place(key), self.problems, least, most)

    def integer(self, row: Row, key: str, least: int, most: int) -> int | None:
        return values.read_integer(row.get(key), row.place(key), self.problems, least, most)

    def word(self, row: Row, key: str, allowed: tuple[str, ...], default: str) -> str:
        found = " ".join(row.get(key).lower().split())
        found = headings.WORDS.get(found, found)
        if not found:
            return default
        if found not in allowed:
            self.problems.error("unknown_word", row.place(key), found=found[:40], allowed=", ".join(allowed))
            return default
        return found

    # Sheets --------------------------------------------------------------------------------------------------------------

    def plan(self) -> Plan:
        fields = self.fields()
        terms = self.terms()
        courses = self.courses()
        by_code = {course.code: course for course in courses}
        self.matrix(by_code)
        self.outcomes(by_code)
        targets, entry = self.targets()
        check_courses(courses, terms, self.problems)
        title, code, version, engineer_type, credits_, hours, system, load = self.head(fields)
        plan = Plan(code=code, title=title, courses=tuple(course.course() for course in courses), terms=terms, system=system,
                    version=version, engineer_type=engineer_type, credits=credits_, hours_per_credit=hours, term_load=load,
                    entry_levels=MappingProxyType(entry), targets=MappingProxyType(targets), details=MappingProxyType(self.details(fields)))
        tell_requisites(courses, plan, self.problems)
        return plan

    def fields(self) -> dict[str, Row]:
        """Rows of the programme sheet by field."""
        sheet = self.required("programme", headings.PROGRAMME_COLUMNS, ("field", "value"))
        found: dict[str, Row] = {}
        for row in sheet.rows if sheet else ():
            key = headings.key_of(headings.FIELDS, row.get("field"))
            if key in found:
                self.problems.error("duplicate_column", row.place("field"), name=row.get("field"))
            elif key:
                found[key] = Row(row.number, row.sheet, row.texts | {key: row.get("value")}, row.titles | {key: row.get("field")})
            else:
                near = values.nearest(row.get("field"), headings.all_names(headings.FIELDS))
                self.problems.note("unknown_field", row.place("field"), found=row.get("field")[:60], near=near)
        return found

    def head(self, fields: dict[str, Row]) -> tuple[Mapping[str, str], str, str, str, float | None, int | None, System,
                                                    tuple[float, float, float] | None]:
        missing = Row(0, headings.name_of(headings.SHEETS, "programme", "en"), {}, {})

        def row(key: str) -> Row:
            return fields.get(key, missing)

        code = self.code(row("code"), "code")
        if not code:
            self.problems.error("code_missing", row("code").place("code"))
        title = self.texts(row("title"))
        if not title:
            self.problems.error("title_missing", row("title").place("title"))
        system: System = "quarter" if self.word(row("system"), "system", ("semester", "quarter"), "semester") == "quarter" else "semester"
        loads = [self.number(row(key), key, 0, 200) for key in ("term_load_min", "term_load_target", "term_load_max")]
        load = None
        if loads != [None, None, None]:
            least, wanted, most = loads
            if least is None or wanted is None or most is None or not least <= wanted <= most:
                self.problems.error("term_load_order", row("term_load_min").place("term_load_min"))
            else:
                load = (least, wanted, most)
        return (title, code, self.text(row("version"), "version", 20), self.text(row("engineer_type"), "engineer_type", 30),
                self.number(row("credits"), "credits", 0, 1000), self.integer(row("hours_per_credit"), "hours_per_credit", 1, 100),
                system, load)

    def details(self, fields: dict[str, Row]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, kind in DETAILS.items():
            row = fields.get(key)
            if row is None:
                continue
            value: object
            if kind == "texts":
                value = self.texts(row)
            elif kind == "list":
                value = tuple(part.strip() for part in self.text(row, key).split(";") if part.strip())
            elif kind == "integer":
                value = self.integer(row, key, *DETAIL_BOUNDS[key])
            elif kind == "flag":
                value = self.word(row, key, ("true", "false"), "false") == "true"
            else:
                value = self.text(row, key, 200)
            if value:
                found[key] = value
        return found

    def terms(self) -> tuple[Term, ...]:
        sheet = self.sheet("terms", headings.TERM_COLUMNS, ("no",))
        found = []
        for row in sheet.rows if sheet else ():
            number = self.integer(row, "no", 1, MAX_TERM)
            if number is None:
                self.problems.error("term_number_missing", row.place("no"))
                continue
            year = self.integer(row, "year", 1, 20) or (number + 1) // 2
            found.append(Term(number, year, self.word(row, "season", SEASONS, "autumn")))
        return tuple(found)

    def courses(self) -> list[RawCourse]:
        sheet = self.required("courses", headings.COURSE_COLUMNS, headings.REQUIRED_COURSE_COLUMNS)
        return [course for row in (sheet.rows if sheet else ()) if (course := self.course(row))]

    def course(self, row: Row) -> RawCourse | None:
        code = self.code(row, "code")
        if not code:
            self.problems.error("code_missing", row.place("code"))
            return None
        title = self.texts(row, "title_")
        if not title:
            self.problems.error("title_missing", row.place("title_en"))
        credits_ = self.number(row, "ects", 0, MAX_CREDITS)
        if credits_ is None and not row.get("ects"):
            self.problems.error("credits_missing", row.place("ects"), course=code)
        features = frozenset(part.strip() for part in self.text(row, "features").split(";") if part.strip())
        contact, lab, self_study = (self.integer(row, key, 0, 9999) for key in ("contact", "lab", "self_study"))
        course = RawCourse(row.place("code"), code, title, credits_ or 0.0, self.integer(row, "term", 0, MAX_TERM),
                           self.word(row, "cycle", CYCLES, "other"), self.word(row, "delivery", DELIVERIES, "lecture"),
                           (contact, lab, self_study), features=features)
        for key, kind in _REQUISITES.items():
            place = row.place(key)
            course.requisites += [(place, found) for found in values.read_requisites(row.get(key), kind, place, self.problems)]
        return course

    def matrix(self, courses: Mapping[str, RawCourse]) -> None:
        """Items of the syllabus are columns; a row is a course."""
        sheet = self.sheet("matrix", headings.MATRIX_COURSE, ("course",), extra=True)
        if sheet is None:
            return
        items: dict[str, str] = {}
        for position, heading in sheet.extra.items():
            item = values.read_code(heading, Place(sheet.name, 1, heading[:60]), self.problems)
            if item in items.values():
                self.problems.error("duplicate_column", Place(sheet.name, 1), name=item)
            items[f"#{position}"] = item
        for row in sheet.rows:
            course = self.known(row, "course", courses)
            for key, item in items.items():
                cell = values.read_cell(row.get(key), row.place(key), self.problems)
                if cell and item and course:
                    course.cells.append((row.place(key), Cell(item, _MODES[cell[0]], cell[1])))

    def known(self, row: Row, key: str, courses: Mapping[str, RawCourse]) -> RawCourse | None:
        code = self.code(row, key)
        if code and code in courses:
            return courses[code]
        self.problems.error("unknown_course", row.place(key), found=code or "–")
        return None

    def outcomes(self, courses: Mapping[str, RawCourse]) -> None:
        sheet = self.sheet("outcomes", headings.OUTCOME_COLUMNS, ("course", "code"))
        for row in sheet.rows if sheet else ():
            course = self.known(row, "course", courses)
            code = self.text(row, "code", 40)
            if not code:
                self.problems.error("code_missing", row.place("code"))
            elif course:
                course.outcomes.append(Outcome(code, self.texts(row)))

    def targets(self) -> tuple[dict[str, float], dict[str, int]]:
        sheet = self.sheet("targets", headings.TARGET_COLUMNS, ("item",))
        targets: dict[str, float] = {}
        entry: dict[str, int] = {}
        for row in sheet.rows if sheet else ():
            item = self.code(row, "item")
            if not item:
                self.problems.error("code_missing", row.place("item"))
                continue
            target = self.number(row, "target", 0, 5)
            if target is not None:
                targets[item] = target
            level = self.integer(row, "entry", 0, 5)
            if level is not None:
                entry[item] = level
        return targets, entry
