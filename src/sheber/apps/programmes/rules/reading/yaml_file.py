"""A programme in YAML: the shape of the demonstration files."""

from collections.abc import Mapping
from types import MappingProxyType

from sheber.apps.programmes.rules.reading import values
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
from sheber.apps.programmes.rules.targets import engineer_type_targets
from sheber.engines.curriculum.plan import Cell, Mode, Outcome, Plan, Requisite, RequisiteKind, System, Term
from sheber.kit.exchange.reading.apart import tree_apart
from sheber.kit.exchange.reading.encodings import decode
from sheber.kit.exchange.reading.trees import Node

LANGUAGES = ("kk", "ru", "en")
_PLAN_KEYS = {"code", "version", "title", "engineer_type", "credits", "hours_per_credit", "term_load", "targets", "assumed_entry_levels",
              "system", "terms", "courses", *DETAILS}
_COURSE_KEYS = {"code", "title", "ects", "term", "cycle", "delivery", "hours", "prerequisites", "corequisites", "strict_corequisites",
                "features", "cdio", "learning_outcomes"}
_REQUISITES: Mapping[str, RequisiteKind] = {
    "prerequisites": "prerequisite", "corequisites": "corequisite", "strict_corequisites": "strict_corequisite"}
_YES, _NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def read_yaml(data: bytes) -> ReadResult:
    """See :func:`sheber.apps.programmes.rules.reading.read_plan`."""
    problems = Problems()
    try:
        return problems.result(_Reader(problems).plan(tree_apart(decode(data, problems))))
    except RefusedError as refused:
        problems.add(refused.problem)
        return problems.result(None)


class _Reader:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    # One value -----------------------------------------------------------------------------------------------------------

    def text(self, of: Node, key: str, *, limit: int = values.MAX_TEXT) -> str:
        node = self.fields(of).get(key)
        if node is None or node.empty:
            return ""
        if node.text is None:
            self.problems.error("not_a_text", Place(row=node.line, column=key))
            return ""
        return values.read_text(node.text, Place(row=node.line, column=key), self.problems, limit)

    def texts(self, of: Node, key: str, *, required: bool = False) -> Mapping[str, str]:
        """Text in languages; one bare text stands for English."""
        node = self.fields(of).get(key)
        place = Place(row=(node or of).line, column=key)
        found: dict[str, str] = {}
        if node is not None and node.fields is not None:
            for language in node.fields:
                if language not in LANGUAGES:
                    self.problems.error("unknown_language", Place(row=node.fields[language].line, column=key), found=language[:20])
            found = {language: text for language in LANGUAGES if (text := self.text(node, language))}
        elif node is not None and not node.empty:
            found = {"en": text} if (text := self.text(of, key)) else {}
        if required and not found:
            self.problems.error("title_missing", place)
        return MappingProxyType(found)

    def integer(self, of: Node, key: str, least: int, most: int) -> int | None:
        return values.read_integer(self.text(of, key, limit=100), self.place(of, key), self.problems, least, most)

    def number(self, of: Node, key: str, least: float, most: float) -> float | None:
        return values.read_number(self.text(of, key, limit=100), self.place(of, key), self.problems, least, most)

    def word(self, of: Node, key: str, allowed: tuple[str, ...], default: str) -> str:
        found = self.text(of, key, limit=100).lower()
        if not found:
            return default
        if found not in allowed:
            self.problems.error("unknown_word", self.place(of, key), found=found, allowed=", ".join(allowed))
            return default
        return found

    def place(self, of: Node, key: str) -> Place:
        node = self.fields(of).get(key)
        return Place(row=(node or of).line, column=key)

    def fields(self, node: Node) -> dict[str, Node]:
        return node.fields or {}

    def items(self, of: Node, key: str) -> list[Node]:
        node = self.fields(of).get(key)
        if node is None or node.empty:
            return []
        if node.items is None:
            self.problems.error("not_a_list", Place(row=node.line, column=key))
            return []
        return node.items

    def mappings(self, of: Node, key: str) -> list[Node]:
        found = []
        for node in self.items(of, key):
            if node.fields is None:
                self.problems.error("not_a_mapping", Place(row=node.line, column=key))
            else:
                found.append(node)
        return found

    def words(self, of: Node, key: str) -> tuple[str, ...]:
        found = []
        for node in self.items(of, key):
            if node.text is None:
                self.problems.error("not_a_text", Place(row=node.line, column=key))
            elif text := values.read_text(node.text, Place(row=node.line, column=key), self.problems, 100):
                found.append(text)
        return tuple(found)

    def levels(self, of: Node, key: str, least: float) -> dict[str, float]:
        """Item of the syllabus to level."""
        node = self.fields(of).get(key)
        if node is None or node.empty:
            return {}
        if node.fields is None:
            self.problems.error("not_a_mapping", Place(row=node.line, column=key))
            return {}
        found: dict[str, float] = {}
        for item in node.fields:
            code = values.read_code(item, self.place(node, item), self.problems)
            level = self.number(node, item, least, 5)
            if code and level is not None:
                found[code] = level
        return found

    def warn_unknown(self, of: Node, known: set[str]) -> None:
        for key, node in self.fields(of).items():
            if key not in known:
                self.problems.note("ignored_column", Place(row=node.line, column=key[:60]), near=values.nearest(key, known))

    # The plan ------------------------------------------------------------------------------------------------------------

    def plan(self, root: Node) -> Plan:
        self.warn_unknown(root, _PLAN_KEYS)
        terms = tuple(self.term(node) for node in self.mappings(root, "terms"))
        courses = [course for node in self.mappings(root, "courses") if (course := self.course(node))]
        check_courses(courses, terms, self.problems)
        code = values.read_code(self.text(root, "code"), self.place(root, "code"), self.problems)
        if not code:
            self.problems.error("code_missing", self.place(root, "code"))
        system: System = "quarter" if self.word(root, "system", ("semester", "quarter"), "semester") == "quarter" else "semester"
        entry = self.levels(root, "assumed_entry_levels", 0)
        plan = Plan(code=code, title=self.texts(root, "title", required=True), courses=tuple(course.course() for course in courses),
                    terms=terms, system=system, version=self.text(root, "version", limit=20),
                    engineer_type=self.text(root, "engineer_type", limit=30),
                    credits=self.number(root, "credits", 0, 1000), hours_per_credit=self.integer(root, "hours_per_credit", 1, 100),
                    term_load=self.term_load(root), entry_levels=MappingProxyType({item: int(level) for item, level in entry.items()}),
                    targets=MappingProxyType(self.targets(root)), details=MappingProxyType(self.details(root)))
        tell_requisites(courses, plan, self.problems)
        return plan

    def term(self, node: Node) -> Term:
        number = self.integer(node, "no", 1, MAX_TERM)
        if number is None:
            self.problems.error("term_number_missing", Place(row=node.line, column="no"))
        year = self.integer(node, "year", 1, 20)
        return Term(number or 0, year or ((number or 1) + 1) // 2, self.word(node, "season", SEASONS, "autumn"))

    def term_load(self, root: Node) -> tuple[float, float, float] | None:
        node = self.fields(root).get("term_load")
        if node is None or node.empty:
            return None
        least, wanted, most = (self.number(node, key, 0, 200) for key in ("min", "target", "max"))
        if least is None or wanted is None or most is None or not least <= wanted <= most:
            self.problems.error("term_load_order", Place(row=node.line, column="term_load"))
            return None
        return least, wanted, most

    def targets(self, root: Node) -> dict[str, float]:
        """``{source, type}`` names an engineer type; ``{levels: {…}}`` states them."""
        node = self.fields(root).get("targets")
        if node is None or node.empty:
            return {}
        if "levels" in self.fields(node):
            return self.levels(node, "levels", 0)
        engineer_type = self.text(node, "type", limit=40)
        known = engineer_type_targets()
        if engineer_type not in known:
            self.problems.error("unknown_word", self.place(node, "type"), found=engineer_type, allowed=", ".join(known))
            return {}
        return dict(known[engineer_type])

    def details(self, root: Node) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, kind in DETAILS.items():
            value: object
            if kind == "texts":
                value = self.texts(root, key)
            elif kind == "list":
                value = self.words(root, key)
            elif kind == "integer":
                value = self.integer(root, key, *DETAIL_BOUNDS[key])
            elif kind == "flag":
                value = self.flag(root, key)
            else:
                value = self.text(root, key, limit=200)
            if value:
                found[key] = value
        return found

    def flag(self, root: Node, key: str) -> bool:
        found = self.text(root, key, limit=20).lower()
        if found and found not in _YES | _NO:
            self.problems.error("unknown_word", self.place(root, key), found=found, allowed="true, false")
        return found in _YES

    # A course ------------------------------------------------------------------------------------------------------------

    def course(self, node: Node) -> RawCourse | None:
        place = Place(row=node.line, column="code")
        self.warn_unknown(node, _COURSE_KEYS)
        code = values.read_code(self.text(node, "code"), self.place(node, "code"), self.problems)
        credits_ = self.number(node, "ects", 0, MAX_CREDITS)
        if not code:
            self.problems.error("code_missing", place)
            return None
        if credits_ is None:
            if not self.text(node, "ects"):
                self.problems.error("credits_missing", Place(row=node.line, column="ects"), course=code)
            credits_ = 0.0
        hours = self.fields(node).get("hours") or Node(node.line, fields={})
        contact, lab, self_study = (self.integer(hours, key, 0, 9999) for key in ("contact", "lab", "self_study"))
        course = RawCourse(place, code, self.texts(node, "title", required=True), credits_, self.integer(node, "term", 0, MAX_TERM),
                           self.word(node, "cycle", CYCLES, "other"), self.word(node, "delivery", DELIVERIES, "lecture"),
                           (contact, lab, self_study), features=frozenset(self.words(node, "features")))
        for key, kind in _REQUISITES.items():
            course.requisites += [(Place(row=item.line, column=key), found) for item in self.items(node, key)
                                  if (found := self.requisite(item, key, kind))]
        course.cells = [cell for item in self.mappings(node, "cdio") if (cell := self.cell(item))]
        course.outcomes = [outcome for item in self.mappings(node, "learning_outcomes") if (outcome := self.outcome(item))]
        return course

    def requisite(self, node: Node, key: str, kind: RequisiteKind) -> Requisite | None:
        """``CODE``, ``{any_of: [A, B]}`` or ``{choose: 2, of: [A, B, C]}``."""
        place = Place(row=node.line, column=key)
        if node.text is not None:
            code = values.read_code(node.text, place, self.problems)
            return Requisite(kind, (code,)) if code else None
        fields = self.fields(node)
        if set(fields) == {"any_of"}:
            options, need = self.words(node, "any_of"), 1
        elif set(fields) == {"choose", "of"}:
            options, need = self.words(node, "of"), self.integer(node, "choose", 0, MAX_TERM * 10) or 0
        else:
            self.problems.error("requisite_unclear", place, found=", ".join(fields)[:60])
            return None
        codes = tuple(code for option in options if (code := values.read_code(option, place, self.problems)))
        if not codes:
            self.problems.error("requisite_unclear", place, found="[]")
            return None
        return values.make_requisite(kind, codes, need, place, self.problems)

    def cell(self, node: Node) -> tuple[Place, Cell] | None:
        item = values.read_code(self.text(node, "item"), self.place(node, "item"), self.problems)
        level = self.integer(node, "level", 1, 5)
        mode = self.word(node, "mode", ("i", "t", "u"), "").upper()
        place = Place(row=node.line, column="cdio")
        if not (item and level and mode):
            self.problems.error("cell_incomplete", place)
            return None
        modes: dict[str, Mode] = {"I": "I", "T": "T", "U": "U"}
        return place, Cell(item, modes[mode], level)

    def outcome(self, node: Node) -> Outcome | None:
        code = self.text(node, "id", limit=40)
        if not code:
            self.problems.error("code_missing", Place(row=node.line, column="id"))
            return None
        return Outcome(code, self.texts(node, "text"))
