"""``sheber gap`` as a person and a script meet it; the figures are those worked by hand in the tests of the programmes."""

import csv
import io
import json

import pytest
from django.core.cache import cache

from sheber.apps.programmes.tests.gap_world import ATTRIBUTION, gap_plan, make_gap_world
from sheber.engines.curriculum.plan import Cell, Course
from sheber.site.cli import main

pytestmark = pytest.mark.django_db

JOB = "11-1111.00"


@pytest.fixture
def world():
    cache.clear()
    return make_gap_world()


def told(capsys, *words, code=1):
    assert main(["gap", *words]) == code
    return capsys.readouterr()


def test_json_holds_every_figure_and_the_changes(world, capsys):
    answer = json.loads(told(capsys, "GAP-1", "--json", "--method", "latest-1.0").out)
    assert (answer["programme"], answer["version"], answer["class"], answer["students"], answer["method"]) == (
        "GAP-1", "1", 2026, 3, "latest-1.0")
    items = {row["item"]: row for row in answer["items"]}
    assert [row["item"] for row in answer["items"]] == ["2.1", "3.3", "1.1", "4.2"]          # the largest first
    assert (items["2.1"]["required"], items["2.1"]["planned"], items["2.1"]["planned_gap"]) == (4.0, None, 4.0)
    assert items["2.1"]["gap"] == pytest.approx(4 - 3.5 / 3)
    assert (items["3.3"]["attained"], items["3.3"]["gap"], items["3.3"]["verdict"]) == (None, None, "not_assessed")
    assert (items["1.1"]["gap"], items["4.2"]["gap"]) == (0.0, -2.0)
    assert answer["summary"]["short"] == 1
    assert answer["changes"]["status"] == "optimal"
    assert {"course", "item", "from", "to", "credits", "gap_closed", "reason"} <= set(answer["changes"]["changes"][0])
    assert answer["against"] == {"code": "technician", "title": "Technician", "engineer_type": "technician", "occupation": False,
                                 "profile_version": "1.0", "status": "proposed", "attribution": ""}


def test_an_occupation_brings_its_attribution(world, capsys):
    answer = json.loads(told(capsys, "GAP-1", "--against", JOB, "--json").out)
    assert (answer["against"]["occupation"], answer["against"]["attribution"]) == (True, ATTRIBUTION)
    items = {row["item"]: row for row in answer["items"]}
    assert items["1.1"]["required"] == pytest.approx(4.0)
    assert (items["2.1"]["demand_noise"], items["4.2"]["weak"]) == (True, True)
    assert told(capsys, "GAP-1", "--against", JOB).out.rstrip().endswith(ATTRIBUTION)


def test_csv_does_not_depend_on_the_language(world, capsys):
    files = [told(capsys, "GAP-1", "--csv", "--language", language, "--order", "syllabus").out for language in ("kk", "ru", "en")]
    rows = [list(csv.DictReader(io.StringIO(file))) for file in files]
    assert [row["item"] for row in rows[0]] == ["1.1", "2.1", "3.3", "4.2"]
    plain = [[{key: value for key, value in row.items() if key != "name"} for row in one] for one in rows]
    assert plain[0] == plain[1] == plain[2]
    assert rows[0][1]["planned"] == ""


@pytest.mark.parametrize(("language", "words"), [("en", "Short in the class: 1"), ("ru", ""), ("kk", "")])
def test_the_table_is_read_by_a_person(world, capsys, language, words):
    table = told(capsys, "GAP-1", "--language", language, "--method", "latest-1.0", "--changes").out
    assert words in table
    assert "−2.8" in table                                                                  # as on the page: a lack has a minus
    assert "B × 2.1: I2 → T2, +0.75" in table
    assert "None" not in table
    assert "nan" not in table


def test_tables_differ_by_language(world, capsys):
    assert len({told(capsys, "GAP-1", "--language", language).out for language in ("kk", "ru", "en")}) == 3


def test_a_class_may_be_chosen(world, capsys):
    answer = json.loads(told(capsys, "GAP-1@1", "--class", "2027", "--json").out)
    assert (answer["class"], answer["students"]) == (2027, 2)


def test_nothing_short_is_status_zero(capsys):
    cache.clear()
    cells = tuple(Cell(item, "T", 5) for item in ("1.1", "2.1", "3.3", "4.2"))
    make_gap_world(plan=gap_plan(courses=(Course("A", {"en": "All"}, 30.0, 1, cells=cells),)), students=False)
    answer = json.loads(told(capsys, "GAP-1", "--json", code=0).out)
    assert (answer["class"], answer["changes"]["status"], answer["changes"]["changes"]) == (None, "nothing_short", [])


@pytest.mark.parametrize("words", [
    ["NONE"], ["GAP-1@9"], ["GAP-1", "--against", "plumber"], ["GAP-1", "--against", "99-9999.00"], ["GAP-1", "--class", "1999"],
    ["GAP-1", "--method", "guess"], ["GAP-1\x00"]])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_what_nobody_knows_is_one_sentence_on_stderr(world, capsys, words, language):
    told_them = told(capsys, *words, "--language", language, code=2)
    assert told_them.out == ""
    assert told_them.err.startswith("sheber: ")
    assert told_them.err.count("\n") == 1
    assert "Traceback" not in told_them.err
