"""The demonstration's programmes: exactly the planted defects are found, no more and no less."""

import re
from dataclasses import replace
from importlib.resources import files

import pytest

from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.rules.reading import read_plan
from sheber.apps.programmes.rules.sentences import finding_repair
from sheber.apps.programmes.rules.writing import write_xlsx, write_yaml
from sheber.engines.curriculum.plan import Cell, Requisite

FOLDER = files("sheber.data").joinpath("demo/programmes")
ROW = re.compile(r"\| (?P<programme>\w+) \| \d+ \| `(?P<code>\w+)` \| `(?P<place>[^`]+)` \|")
NAMES = sorted(file.name for file in FOLDER.iterdir() if file.name.endswith(".yaml"))
# The repair that DEFECTS.md names, where the plan alone can tell it.
REPAIRS = {
    ("5AB07161301", "term 5 36"): "Move 6 credits to term 6",
    ("6B07201", "term 6 36"): "Move 6 credits to term 7, for example MIN3206.",
    ("5AB07161301", "4.2"): "Change I1 of AEE3105 in 4.2 to T2.",
    ("6B07201", "4.7"): "Change I2 of MIN4201 in 4.7 to T3.",
    ("6B07202", "4.6 4<5"): "Change T4 of MET4203 in 4.6 to T5.",
    ("6B07103", "4.1 3<4"): "Change T3 of MAI4201 in 4.1 to T4.",
    ("6B07103", "MAI4106 4.7"): "Make MAI4104 a corequisite of MAI4106.",
    ("6B07103", "MAI4202"): "Set self-study of MAI4202 to 84 hours.",
    ("6B07112", "ENV4203"): "Set self-study of ENV4203 to 84 hours.",
    ("6B07112", "year 2"): "Move the practice ENV3101 to term 4.",
    ("7M07104", "BAT2103 2.3"): "Make BAT2102 a corequisite of BAT2103.",
    ("7M07104", "BAT2103 BAT2104"): "Make BAT2104 a corequisite",
}


def planted() -> set[tuple[str, str, str]]:
    text = FOLDER.joinpath("DEFECTS.md").read_text("utf-8")
    return {(found["programme"], found["code"], found["place"]) for found in map(ROW.match, text.splitlines()) if found}


def found(plan) -> list[tuple[str, str, str]]:
    return [(plan.code, finding.code, finding.place_text) for finding in check_plan(plan)]


def read(name, data=None):
    result = read_plan(data or FOLDER.joinpath(name).read_bytes(), name)
    assert result.plan, result.errors
    return result.plan


def test_the_table_is_read_whole():
    assert len(planted()) == 31
    assert len(NAMES) == 6


def test_exactly_the_planted_defects_are_found():
    reported = [row for name in NAMES for row in found(read(name))]
    assert len(reported) == len(set(reported))
    assert set(reported) == planted()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_they_are_found_in_the_workbook_too(name, language):
    plan = read(name)
    assert read(name + ".xlsx", write_xlsx(plan, language)) == plan
    assert read(name, write_yaml(plan)) == plan


def test_the_way_out_is_worked_out_from_the_plan(in_language):
    with in_language("en"):
        told = {(plan.code, finding.place_text): finding_repair(finding) for plan in map(read, NAMES) for finding in check_plan(plan)}
    for place, sentence in REPAIRS.items():
        assert told[place].startswith(sentence)
    assert all(told.values())


@pytest.mark.parametrize("name", NAMES)
def test_following_a_way_out_ends_the_finding(name):
    """Hours, cells, corequisites and loads are mended by machine; what they were found for is then gone, and nothing new appears."""
    plan = read(name)
    before = set(found(plan))
    for finding in check_plan(plan):
        mended = mend(plan, finding.repair)
        if mended is not None:
            after = set(found(mended))
            assert (plan.code, finding.code, finding.place_text) not in after
            assert after < before


def mend(plan, repair):
    values = repair.values

    def changed(code, change):
        return replace(plan, courses=tuple(change(course) if course.code == code else course for course in plan.courses))

    if repair.action == "set_self_study":
        return changed(values["course"], lambda course: replace(course, self_study_hours=values["hours"]))
    if repair.action == "change_cell":
        cell = Cell(values["item"], values["to"][0], int(values["to"][1]))
        return changed(values["course"], lambda course: replace(
            course, cells=tuple(cell if old.item == cell.item else old for old in course.cells)))
    if repair.action == "add_corequisite":
        extra = Requisite("corequisite", (values["teacher"],))
        return changed(values["course"], lambda course: replace(course, requisites=(*course.requisites, extra)))
    if repair.action == "move_credits_for_example":
        return changed(values["course"], lambda course: replace(course, term=values["term"]))
    return None
