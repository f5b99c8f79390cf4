"""Planned attainment against plain Python, and against the defects planted in the demonstration programmes."""

from importlib.resources import files

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sheber.engines.competence import CELL_REASONS, MatrixColumns, matrix_columns, planned_attainment
from sheber.engines.competence.planned import PlannedAttainment
from sheber.engines.curriculum.plan import Cell, Course, Plan, Requisite
from sheber.engines.errors import EngineInputError

ITEMS = ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7",
         "4.8")
PROGRAMMES = ("innovative_mechatronics_ai_bsc", "line_environmental_bsc", "line_metallurgy_bsc", "line_mining_bsc",
              "research_battery_materials_msc", "technician_automotive_electrics")
# Read off DEFECTS.md by hand: a use before its teaching (course, item), and targets not reached (item, planned, required).
USED_EARLY = {"5AB07161301": [("AEE3104", "4.7")], "6B07201": [("MIN2206", "2.3")], "6B07202": [("MET3203", "2.3")],
              "6B07103": [("MAI4106", "4.7")], "7M07104": [("BAT2103", "2.3")], "6B07112": [("ENV3203", "4.7")]}
NOT_REACHED = {"5AB07161301": [("4.2", 0, 2)], "6B07201": [("3.3", 2, 3), ("4.7", 0, 3)], "6B07202": [("4.6", 4, 5)],
               "6B07103": [("4.1", 3, 4)],
               "7M07104": [("3.2", 4, 5), ("4.7", 0, 3)], "6B07112": [("2.3", 0, 3)]}


def read(name: str) -> Plan:
    data = files("sheber.data")
    raw = yaml.safe_load((data / "demo" / "programmes" / f"{name}.yaml").read_text(encoding="utf-8"))
    types = yaml.safe_load((data / "domain" / "engineer_types.yaml").read_text(encoding="utf-8"))["types"]
    courses = tuple(Course(
        code=one["code"], title=one["title"], credits=one["ects"], term=one["term"], delivery=one["delivery"],
        requisites=(*(Requisite("prerequisite", (code,)) for code in one["prerequisites"]),
                    *(Requisite("corequisite", (code,)) for code in one["corequisites"])),
        cells=tuple(Cell(cell["item"], cell["mode"], cell["level"]) for cell in one["cdio"])) for one in raw["courses"])
    return Plan(code=raw["code"], title=raw["title"], courses=courses, entry_levels=raw["assumed_entry_levels"],
                targets=types[raw["engineer_type"]]["targets"])


def planned(matrix: MatrixColumns) -> PlannedAttainment:
    return planned_attainment(matrix.course, matrix.item, matrix.mode, matrix.level, course_term=matrix.course_term, n_items=matrix.n_items,
                              linked=matrix.linked, entry_level=matrix.entry_level)


@pytest.mark.parametrize("name", PROGRAMMES)
def test_the_planted_defects_are_found_and_no_others(name: str) -> None:
    plan = read(name)
    matrix = matrix_columns(plan, ITEMS)
    found = planned(matrix)
    early = [(plan.courses[matrix.course[n]].code, ITEMS[matrix.item[n]])
             for n in np.flatnonzero(found.cell_reason == CELL_REASONS.index("used_before_taught"))]
    assert early == USED_EARLY[plan.code]
    assert CELL_REASONS.index("order_unknown") not in found.cell_reason
    level = found.level_or_zero[0]
    assert [(ITEMS[k], level[k], matrix.required[k]) for k in np.flatnonzero(level < matrix.required)] == NOT_REACHED[plan.code]


CELL = st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 2), st.integers(1, 5))


@st.composite
def matrices(draw: st.DrawFn) -> tuple[list[tuple[int, int, int, int]], list[int], list[tuple[int, int]], list[int], list[float]]:
    programme = draw(st.lists(st.integers(0, 1), min_size=5, max_size=5))
    pairs = [(a, b) for a in range(5) for b in range(5) if a != b and programme[a] == programme[b]]
    return (draw(st.lists(CELL, max_size=12)), draw(st.lists(st.integers(0, 3), min_size=5, max_size=5)),
            draw(st.lists(st.sampled_from(pairs), max_size=3)) if pairs else [], programme,
            draw(st.lists(st.sampled_from([float("nan"), float("nan"), 0.0, 2.0]), min_size=3, max_size=3)))


@settings(deadline=None)
@given(matrix=matrices())
def test_planned_attainment_says_what_its_definition_says(matrix: tuple) -> None:
    cells, terms, links, programme, entry = matrix
    columns = [np.array([row[n] for row in cells], dtype=np.int64) for n in range(4)]
    found = planned_attainment(columns[0], columns[1], columns[2], columns[3].astype(np.float64), course_term=np.array(terms), n_items=3,
                               linked=np.array(links, dtype=np.int64).reshape(-1, 2), entry_level=entry,
                               course_programme=np.array(programme), n_programmes=2)
    reasons = []
    for course, item, mode, _ in cells:
        teachers = {c for c, k, m, _ in cells if m == 1 and k == item and programme[c] == programme[course]}
        if mode != 2:
            reasons.append("counts" if mode == 1 else "introduced_only")
        elif (entry[item] > 0 or course in teachers or any((course, c) in links for c in teachers)
              or any(0 < terms[c] < terms[course] for c in teachers)):
            reasons.append("counts")
        elif teachers and (terms[course] == 0 or any(terms[c] == 0 for c in teachers)):
            reasons.append("order_unknown")
        else:
            reasons.append("used_before_taught")
    assert [CELL_REASONS[code] for code in found.cell_reason] == reasons
    for r in range(2):
        for k in range(3):
            mine = [n for n, (c, i, _, _) in enumerate(cells) if i == k and programme[c] == r]
            for levels, chosen, rows in ((found.level, found.cell, [n for n in mine if cells[n][2] != 0]),
                                         (found.sequenced_level, found.sequenced_cell, [n for n in mine if reasons[n] == "counts"])):
                if not rows:
                    assert np.isnan(levels[r, k])
                    assert chosen[r, k] == -1
                    continue
                best = min(rows, key=lambda n: (-cells[n][3], terms[cells[n][0]] or 99, n))
                assert (levels[r, k], chosen[r, k]) == (cells[best][3], best)
            for mode in range(3):
                placed = [terms[cells[n][0]] for n in mine if cells[n][2] == mode and terms[cells[n][0]]]
                assert found.first_term[r, k, mode] == min(placed, default=0)
    assert (found.sequenced_level_or_zero <= found.level_or_zero).all()


def test_a_course_without_a_term_stands_on_all_its_prerequisites() -> None:
    a, b = Course("A", {}, 5, cells=(Cell("1.1", "T", 3),)), Course("B", {}, 5, requisites=(Requisite("prerequisite", ("A",)),))
    c = Course("C", {}, 5, requisites=(Requisite("prerequisite", ("B", "Z")),), cells=(Cell("1.1", "U", 4),))
    matrix = matrix_columns(Plan("P", {}, (a, b, c)), ["1.1"])
    assert matrix.linked.tolist() == [[1, 0], [2, 0], [2, 1]]
    assert planned(matrix).sequenced_level[0, 0] == 4


def test_bad_input_is_named() -> None:
    one = np.array([0])
    for changed, field in (({"linked": np.array([[0, 3]])}, "linked"), ({"course_term": np.array([-1])}, "course_term"),
                           ({"n_items": 0}, "item")):
        with pytest.raises(EngineInputError) as no:
            planned_attainment(one, one, one, np.array([1.0]), **{"course_term": np.array([1]), "n_items": 1, **changed})
        assert no.value.field == field
    with pytest.raises(EngineInputError) as no:
        matrix_columns(Plan("P", {}, (Course("A", {}, 5, cells=(Cell("9.9", "T", 1),)),)), ["1.1"])
    assert (no.value.field, no.value.row) == ("item", 0)
