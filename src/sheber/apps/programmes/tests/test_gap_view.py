"""The pages of the gap over HTTP: figures, names, exports, changes, and what they cost."""

import csv
import io
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from sheber.apps.programmes.models import ProgrammeVersion
from sheber.apps.programmes.queries import changes as changes_queries
from sheber.apps.programmes.queries.changes import proposed_changes
from sheber.engines.competence import recommended_changes
from sheber.engines.curriculum.plan import Cell
from sheber.site.cli import main
from sheber.spine.competences.models import Occupation
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_user

from .factories import make_student
from .gap_world import ATTRIBUTION, TARGETS, gap_plan, make_gap_world, make_profile

pytestmark = pytest.mark.django_db

JOB = "11-1111.00"
NOTE = "Synthetic demonstration data"
OUTSIDE = ["enterprise_engineer", "hr", "ministry_analyst"]


@pytest.fixture(autouse=True)
def nothing_kept():
    """A version of another test may have had the same number."""
    cache.clear()


@pytest.fixture
def world():
    return make_gap_world()


@pytest.fixture
def as_role(client, world):
    """Sign in with a role: an enterprise's and the ministry's is held elsewhere."""
    def sign_in(role, language="en"):
        at = make_organisation(kind="enterprise") if role in {"enterprise_engineer", "hr"} else world.organisation
        client.force_login(make_user(role=role, at=at))
        client.cookies["sheber_language"] = language
        return client

    return sign_in


@pytest.fixture
def director(as_role):
    return as_role("programme_director")


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def figures(page, item):
    """Attained, planned, required and gap of one row, as printed."""
    row = page.split(f'<span class="code">{item}</span>')[1].split("</tr>")[0].split('class="bar-cell"')[1].split("</td>", 1)[1]
    return [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in row.split("<td")[1:]]


# --- the page -----------------------------------------------------------------------------------------------------------------------

def test_the_page_says_what_was_worked_by_hand(director, world):
    page = text(director.get(world.address + "gap/?method=latest-1.0"))
    assert [part.split(">")[-1].strip() for part in figures(page, "1.1")][1:] == ["3", "3", "within"]
    assert figures(page, "2.1")[-1].endswith("−2.8")
    assert figures(page, "4.2")[-1].endswith("met")
    assert "of 4 outcomes" in page
    assert "8 evidence items" in page


def test_the_largest_gap_comes_first_when_asked(director, world):
    by_syllabus = re.findall(r'<span class="code">([\d.]+)</span>', text(director.get(world.address + "gap/")))
    largest = re.findall(r'<span class="code">([\d.]+)</span>', text(director.get(world.address + "gap/?order=largest")))
    assert by_syllabus == ["1.1", "2.1", "3.3", "4.2"]
    assert largest == ["2.1", "3.3", "1.1", "4.2"]                   # -4 planned, -2 planned, 0, +1
    assert by_syllabus == re.findall(r'<span class="code">([\d.]+)</span>', text(director.get(world.address + "gap/?order=backwards")))


@pytest.mark.parametrize("query", ["against=plumber", "against=99-9999.00", "against=%00", "against=" + "x" * 3000])
def test_what_nobody_knows_is_not_found(director, world, query):
    for page in ("gap/", "gap/changes/", "gap/1.1/"):
        assert director.get(f"{world.address}{page}?{query}").status_code == 404


@pytest.mark.parametrize("query", ["class=1999", "class=" + "9" * 5000, "class=٢٠٢٦", "class=x", "method=guess", "order=%00"])
def test_a_parameter_nobody_offers_is_passed_over(director, world, query):
    assert "2026, n = 3" in text(director.get(f"{world.address}gap/?{query}"))


def test_an_item_nobody_knows_is_not_found(director, world):
    assert director.get(world.address + "gap/9.9/").status_code == 404


def test_without_students_the_page_says_so(client):
    world = make_gap_world(students=False)
    client.force_login(make_user(role="programme_director", at=world.organisation))
    client.cookies["sheber_language"] = "en"
    page = text(client.get(world.address + "gap/"))
    assert "No students yet" in page
    assert "No students in this class" in text(client.get(world.address + "gap/1.1/"))


def test_an_occupation_is_shown_with_its_licence_and_its_marks(director, world):
    page = text(director.get(f"{world.address}gap/?against={JOB}"))
    assert ATTRIBUTION in page
    assert ATTRIBUTION not in text(director.get(world.address + "gap/"))
    assert "less than half a level, noise" in page
    assert f'<option value="{JOB}" selected>' in page
    item = text(director.get(f"{world.address}gap/3.3/?against={JOB}"))
    assert "none: the target of the type is kept" in item
    assert ATTRIBUTION in item


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_opens_in_every_language(as_role, world, language):
    client = as_role("programme_director", language)
    for page in ("gap/", f"gap/?against={JOB}&order=largest", "gap/changes/", "gap/1.1/", f"gap/4.2/?against={JOB}"):
        assert client.get(world.address + page).status_code == 200
    assert f'lang="{language}"' in text(client.get(world.address + "gap/"))


# --- who sees what ------------------------------------------------------------------------------------------------------------------

def everything(client, world):
    """Each page and file of the gap, as text."""
    yield from (client.get(world.address + page).content.decode() for page in ("gap/", "gap/1.1/", "gap/4.2/", "gap/changes/"))
    for page in ("gap/?", "gap/1.1/?chart=spread&"):
        for kind in ("csv", "svg"):
            yield client.get(f"{world.address}{page}{'as' if 'chart' in page else 'format'}={kind}").content.decode()
        book = client.get(f"{world.address}{page}{'as' if 'chart' in page else 'format'}=xlsx")
        yield repr(list(cells_of(book.content)))


def cells_of(data):
    for sheet in load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows(values_only=True):
            yield from (value for value in row if value is not None)


@pytest.mark.parametrize(("role", "named"), [
    ("programme_director", True), ("teacher", True), ("quality_officer", True), *((role, False) for role in OUTSIDE), ("student", False)])
def test_names_are_for_those_who_may_see_evidence(as_role, world, role, named):
    client = as_role(role)
    names = [str(one.name) for people in world.people.values() for one in people] + [
        one.email for people in world.people.values() for one in people]
    pages = list(everything(client, world))
    assert any(names[0] in page for page in pages) == named
    if not named:
        assert not any(name in page for page in pages for name in names)


@pytest.mark.parametrize("role", ["enterprise_engineer", "hr"])
def test_nobody_is_led_to_a_door_that_is_closed_to_them(as_role, world, role):
    client = as_role(role)
    for page in ("", "gap/", f"gap/?against={JOB}", "gap/1.1/", "gap/changes/"):
        found = set(re.findall(r'href="(/programmes/[^"#?]*)', text(client.get(world.address + page)).replace("&amp;", "&")))
        assert {url: client.get(url).status_code for url in found if client.get(url).status_code >= 400} == {}


@pytest.mark.parametrize(("role", "code"), [("programme_director", 403), ("teacher", 403), ("network_coordinator", 200)])
def test_a_neighbour_does_not_see_the_gap(client, world, role, code):
    client.force_login(make_user(role=role, at=make_organisation()))
    for page in ("gap/", "gap/?format=csv", "gap/changes/", "gap/1.1/"):
        assert client.get(world.address + page).status_code in ({200} if code == 200 else {403, 404})


# --- files --------------------------------------------------------------------------------------------------------------------------

def test_csv_holds_the_figures_of_the_page(director, world):
    data = director.get(world.address + "gap/?format=csv&method=latest-1.0").content.decode("utf-8-sig")
    rows = {row["Item"]: row for row in csv.DictReader(io.StringIO(data))}
    assert float(rows["2.1"]["Attained, mean"]) == pytest.approx(3.5 / 3)
    assert (rows["1.1"]["Required level"], rows["1.1"]["Planned level"], rows["1.1"]["Planned in"]) == ("3.0", "3.0", "B")
    assert (rows["3.3"]["Attained, mean"], rows["3.3"]["Verdict"], rows["3.3"]["Not assessed people"]) == ("", "not assessed", "3")
    assert NOTE in data


@pytest.mark.parametrize("kind", ["csv", "xlsx", "svg", "png", "pdf"])
def test_every_file_opens_and_says_that_it_is_synthetic(director, world, kind):
    data = director.get(f"{world.address}gap/?format={kind}").content
    match kind:
        case "csv":
            assert NOTE in data.decode()
        case "xlsx":
            assert sum(NOTE in str(value) for value in cells_of(data)) == 2              # under the rows, and on the sheet about them
        case "svg":
            assert NOTE in "".join(ElementTree.fromstring(data).itertext())
        case _:
            assert data.startswith(b"\x89PNG" if kind == "png" else b"%PDF")


def test_a_real_programme_is_not_called_synthetic(director, world):
    type(world.version.programme).objects.update(is_synthetic=False)
    for kind in ("csv", "svg"):
        assert NOTE not in director.get(f"{world.address}gap/?format={kind}").content.decode()


def test_the_licence_travels_with_every_file_about_an_occupation(director, world):
    files = {kind: director.get(f"{world.address}gap/?against={JOB}&format={kind}").content for kind in ("csv", "xlsx", "svg")}
    assert ATTRIBUTION in files["csv"].decode()
    assert ATTRIBUTION in list(cells_of(files["xlsx"]))
    assert ATTRIBUTION in " ".join(text.strip() for text in ElementTree.fromstring(files["svg"]).itertext() if text.strip())
    assert ATTRIBUTION not in director.get(f"{world.address}gap/?format=csv").content.decode()


def test_no_cell_of_a_file_is_a_formula(client):
    plan = gap_plan()
    courses = tuple(replace(course, code=code, requisites=()) for course, code in zip(plan.courses, ("=1+1", "+B", "@C"), strict=True))
    world = make_gap_world(plan=replace(plan, title={"en": "=cmd|' /C calc'!A0", "kk": "=2", "ru": "=3"}, courses=courses))
    client.force_login(make_user(role="programme_director", at=world.organisation))
    for page in ("gap/", "findings/"):
        rows = csv.reader(io.StringIO(client.get(f"{world.address}{page}?format=csv").content.decode("utf-8-sig")))
        assert not [cell for row in rows for cell in row if re.match(r"[=+@]", cell)]
        book = load_workbook(io.BytesIO(client.get(f"{world.address}{page}?format=xlsx").content))
        assert not [cell.value for sheet in book for row in sheet for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("kind", ["svg", "png", "csv", "xlsx"])
def test_the_spread_of_an_item_is_a_file_too(director, world, kind):
    answer = director.get(f"{world.address}gap/1.1/?chart=spread&as={kind}")
    assert (answer.status_code, "attachment" in answer["Content-Disposition"]) == (200, True)
    assert director.get(f"{world.address}gap/1.1/?chart=spread&as=exe").status_code == 404


# --- what to change -----------------------------------------------------------------------------------------------------------------

def shortfall(cells):
    """Weighted mean lack of a matrix {(course, item): (mode, level)}; a use counts after teaching only. By the definition, in words."""
    term = {course.code: course.term for course in gap_plan().courses}
    total = 0.0
    for item, (required, weight) in TARGETS.items():
        taught = {course: level for (course, of), (mode, level) in cells.items() if of == item and mode == "T"}
        used = {course: level for (course, of), (mode, level) in cells.items() if of == item and mode == "U"
                and any(course == earlier or term[earlier] < term[course] for earlier in taught)}
        total += weight * max(0.0, required - max([0, *taught.values(), *used.values()]))
    return total


def test_the_bundle_names_the_right_cells(director, world):
    """What the page promises is what the plan would hold if the named cells were changed as it says."""
    proposal = proposed_changes(version_id=world.version.pk, edit_version=world.version.edit_version)
    page = text(director.get(world.address + "gap/changes/"))
    assert 3 <= len(proposal.changes) <= 5
    for change in proposal.changes:
        assert f"cell={change.course}~{change.item}" in page
    before = {(course.code, cell.item): (cell.mode, cell.level) for course in gap_plan().courses for cell in course.cells}
    for change in proposal.changes:
        assert before.get((change.course, change.item), ("", 0)) == (change.from_mode, change.from_level)
    after = before | {(change.course, change.item): (change.to_mode, change.to_level) for change in proposal.changes}
    assert proposal.gap_before == pytest.approx(shortfall(before)) == pytest.approx(0.3 * 4 + 0.2 * 2 + 0.1 * 3)
    assert proposal.gap_after == pytest.approx(shortfall(after))
    assert proposal.per_credit == pytest.approx((shortfall(before) - shortfall(after)) / proposal.credits)
    assert sum(change.closed_share for change in proposal.changes) == pytest.approx(1 - shortfall(after) / shortfall(before))


def test_changes_are_kept_until_the_next_save(world, monkeypatch):
    solved = []
    monkeypatch.setattr(changes_queries, "recommended_changes",
                        lambda *given, **more: solved.append(1) or recommended_changes(*given, **more))
    ask = {"version_id": world.version.pk}
    first = proposed_changes(edit_version=1, **ask)
    assert proposed_changes(edit_version=1, **ask) == first
    assert len(solved) == 1
    proposed_changes(edit_version=2, **ask)
    assert len(solved) == 2
    proposed_changes(edit_version=2, against=JOB, **ask)
    assert len(solved) == 3


def test_changes_are_solved_anew_when_a_profile_comes_into_force(world, monkeypatch):
    before = proposed_changes(version_id=world.version.pk, edit_version=1)
    make_profile(world.items, kind=world.version.engineer_type, version="2.0", targets={"1.1": (1.0, None, None, None, 1.0)})
    after = proposed_changes(version_id=world.version.pk, edit_version=1)
    assert (bool(before.changes), after.changes, after.status) == (True, (), "nothing_short")


def test_a_matrix_that_reaches_everything_needs_no_change(client):
    everything = (Cell("1.1", "T", 5), Cell("2.1", "T", 5), Cell("3.3", "T", 5), Cell("4.2", "T", 5))
    plan = gap_plan()
    world = make_gap_world(plan=replace(plan, courses=(replace(plan.courses[0], cells=everything), *plan.courses[1:])))
    client.force_login(make_user(role="programme_director", at=world.organisation))
    client.cookies["sheber_language"] = "en"
    assert "Nothing to change" in text(client.get(world.address + "gap/changes/"))


# --- cost ---------------------------------------------------------------------------------------------------------------------------

def test_pages_cost_the_same_for_one_and_25(client, world):
    """Courses, students, findings and occupations: 25 of each beside one of each."""
    client.force_login(make_user(role="programme_director", at=world.organisation))

    def cost(page):
        client.get(world.address + page)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(world.address + page).status_code == 200
        return len(asked)

    pages = ["", "?course=C", "map.svg", "findings/", "findings/?format=csv", "gap/", f"gap/?against={JOB}", "gap/?format=xlsx",
             "gap/1.1/", "gap/changes/", "history/", "export.xlsx", "export.csv"]
    few = {page: cost(page) for page in pages}
    course = world.version.courses.get(code="C")
    for n in range(25):
        course.pk, course.code, course.term = None, f"C{n:02}", 3
        course.save()
        course.requisites.create(kind="prerequisite", options=["A"])
        course.cells.create(competence=world.items["2.1"], mode="U", level=3)
        make_student(version=world.version, class_year=2026, is_active=False)
        Occupation.objects.create(soc=f"44-{n:04}.00", title={"en": f"Job {n}"}, engineer_type=world.version.engineer_type)
        make_profile(world.items, kind=world.version.engineer_type, occupation=Occupation.objects.get(soc=f"44-{n:04}.00"),
                     targets=dict.fromkeys(world.items, (2.0, 1.5, 2.5, 4, 0.25)))
    ProgrammeVersion.objects.update(edit_version=99)
    assert {page: cost(page) for page in pages} == few
    assert max(few.values()) < 40


# --- the command line ---------------------------------------------------------------------------------------------------------------

def test_the_command_says_what_the_page_says(director, world, capsys):
    assert main(["gap", "GAP-1", "--json", "--method", "latest-1.0", "--order", "syllabus"]) == 1
    answer = json.loads(capsys.readouterr().out)
    page = text(director.get(world.address + "gap/?method=latest-1.0"))
    data = director.get(world.address + "gap/?format=csv&method=latest-1.0").content.decode("utf-8-sig")
    rows = {row["Item"]: row for row in csv.DictReader(io.StringIO(data))}
    for item in answer["items"]:
        row = rows[item["item"]]
        for key, heading in (("required", "Required level"), ("planned", "Planned level"), ("attained", "Attained, mean"),
                             ("low", "Attained, low"), ("high", "Attained, high")):
            assert item[key] == (float(row[heading]) if row[heading] else None)
        if item["gap"] is not None:
            assert item["gap"] == pytest.approx(-float(row["Attained minus required"]))
    assert f"{answer['summary']['short']} <small>of 4 outcomes" in page
    assert [change["course"] for change in answer["changes"]["changes"]] == [
        change.course for change in proposed_changes(version_id=world.version.pk, edit_version=1).changes]
