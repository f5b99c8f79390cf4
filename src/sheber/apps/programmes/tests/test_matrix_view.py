"""The matrix over HTTP: who may read and change it, what a stale or broken save is told, what it costs."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from sheber.apps.programmes.models import MatrixCell, ProgrammeVersion
from sheber.apps.programmes.rules.matrix import ItemTotal, covered, item_totals
from sheber.engines.curriculum.plan import Cell, Course
from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_user

from ..views.matrix_changes import read_changes
from .factories import make_plan, make_version

MODES = st.sampled_from("ITU")
CELLS = st.lists(st.builds(Cell, st.sampled_from(("1.1", "2.3", "4.6")), MODES, st.integers(1, 5)), max_size=30)


@pytest.fixture
def university(db):
    return make_organisation()


@pytest.fixture
def version(university):
    return make_version(organisation=university)


@pytest.fixture
def director(client, university):
    user = make_user(role="programme_director", at=university)
    client.force_login(user)
    client.cookies["sheber_language"] = "en"
    return user


def address(version, name="matrix", *more):
    return reverse(f"programmes:{name}", args=[version.programme.code, version.version, *more])


def save(client, version, changes, edit_version=None):
    body = {"edit_version": edit_version or version.edit_version, "changes": changes}
    return client.post(address(version, "matrix_save"), json.dumps(body), content_type="application/json")


def change(course="MAT1", item="2.1", mode="T", level=3, **more):
    return {"course": course, "item": item, "mode": mode, "level": level, **more}


# --- permission ---------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("role", "elsewhere", "allowed"), [
    ("programme_director", False, "read write"), ("teacher", False, "read"), ("student", False, "read"),
    ("ministry_analyst", False, "read"), ("programme_director", True, ""), ("hr", False, "")])
def test_who_may_read_and_who_may_change(client, version, role, elsewhere, allowed):
    client.force_login(make_user(role=role, at=make_organisation() if elsewhere else version.programme.organisation))
    assert client.get(address(version)).status_code in ({200} if "read" in allowed else {403, 404})
    assert save(client, version, [change()]).status_code in ({200} if "write" in allowed else {403, 404})
    assert MatrixCell.objects.filter(course__version=version, competence__code="2.1", mode="T").exists() == ("write" in allowed)


def test_without_a_sign_in_nothing_is_told(client, version):
    assert client.get(address(version)).status_code in {302, 403}
    assert save(client, version, [change()]).status_code in {302, 401, 403}
    assert not MatrixCell.objects.filter(course__version=version, competence__code="2.1", mode="T").exists()


# --- the page -----------------------------------------------------------------------------------------------------------------------

def test_a_draft_is_open_to_its_director(client, director, version):
    page = client.get(address(version)).content.decode()
    data = json.loads(page.split('id="matrix-data" type="application/json">')[1].split("</script>")[0])
    assert data["editable"] is True
    assert data["cells"] == {"MAT1~1.1": ["T", 2, ""], "MAT2~1.1": ["U", 3, ""], "MAT2~2.1": ["I", 1, ""]}
    assert '<span class="mx U l3">U3</span>' in page


@pytest.mark.parametrize("status", ["published", "archived"])
def test_a_version_in_force_says_why_it_is_closed(client, director, version, status):
    ProgrammeVersion.objects.filter(pk=version.pk).update(status=status)
    page = client.get(address(version)).content.decode()
    assert 'role="note"' in page
    assert "matrix-undo" not in page
    answer = save(client, version, [change()])
    assert (answer.status_code, answer.json()["code"]) == (409, "not_draft")
    assert not MatrixCell.objects.filter(course__version=version, competence__code="2.1", mode="T").exists()


def test_a_reader_is_told_what_changing_takes(client, university, version):
    client.force_login(make_user(role="teacher", at=university))
    client.cookies["sheber_language"] = "en"
    assert "takes the role of programme director" in client.get(address(version)).content.decode()


@pytest.mark.parametrize(("query", "shown"), [
    ("", {"MAT1", "MAT2"}), ("?term=1", {"MAT1"}), ("?cycle=major", {"MAT2"}), ("?show=taught", {"MAT1"}), ("?term=99", {"MAT1", "MAT2"}),
    ("?term=1&cycle=major", set()), ("?show=%00", {"MAT1", "MAT2"})])
def test_filters_work_on_the_server_too(client, director, version, query, shown):
    page = client.get(address(version) + query).content.decode()
    rows = [part.split(">")[0] for part in page.split("<tr data-course=")[1:]]
    assert {row.split('"')[1] for row in rows if "hidden" not in row} == shown


def test_text_of_a_course_cannot_leave_the_page_data(client, director, university):
    evil = "</script><script>alert(1)</script>"
    courses = (Course("C1", {"en": evil, "ru": evil, "kk": evil}, 30.0, 1),)
    version = make_version(organisation=university, plan=make_plan(courses=courses))
    assert evil not in client.get(address(version)).content.decode()


def test_the_page_and_a_save_cost_the_same_for_one_course_and_25(client, director, university):
    def cost(how_many):
        courses = tuple(Course(f"C{n:02}", {"en": f"Course {n}"}, 1.0, 1, cells=(Cell("1.1", "T", 2), Cell("2.3", "U", 3)))
                        for n in range(how_many))
        version = make_version(organisation=university, plan=make_plan(courses=courses))
        client.get(address(version))
        with CaptureQueriesContext(connection) as read:
            assert client.get(address(version)).status_code == 200
        with CaptureQueriesContext(connection) as written:
            assert save(client, version, [change(course.code, "4.6", "T", 3) for course in courses]).status_code == 200
        return len(read), len(written)

    one, many = cost(1), cost(25)
    assert one == many
    assert max(one) < 40


# --- saving -------------------------------------------------------------------------------------------------------------------------

def test_a_save_answers_with_the_sums_and_the_findings(client, director, version):
    answer = save(client, version, [change(item="1.1", level=5, assessed_by=" Exam "), change("MAT2", "2.1", None, None)]).json()
    assert answer["edit_version"] == version.edit_version + 1
    assert answer["totals"]["1.1"] == [0, 1, 1, 5]
    assert answer["totals"]["2.1"] == [0, 0, 0, 0]
    cell = MatrixCell.objects.get(course__version=version, course__code="MAT1", competence__code="1.1")
    assert (cell.mode, cell.level, str(cell.assessed_by)) == ("T", 5, "Exam")
    assert AuditEntry.objects.filter(verb="programme.cells_changed", actor=director).count() == 1


def test_a_finding_of_a_save_lies_in_its_cell(client, director, version):
    answer = save(client, version, [change("MAT1", "2.3", "U", 3)]).json()
    found = [one for one in answer["findings"] if one["code"] == "used_before_taught"]
    assert [(one["cell"], one["place"]) for one in found] == [("MAT1~2.3", "MAT1 × 2.3")]


def test_a_stale_save_is_shown_what_is_saved_and_by_whom(client, director, university, version):
    colleague = make_user(role="programme_director", at=university, name={"en": "Aigerim", "ru": "Айгерим", "kk": "Айгерім"})
    other = type(client)()
    other.force_login(colleague)
    assert save(other, version, [change(item="2.3")]).status_code == 200
    answer = save(client, version, [change(item="2.4")])
    told = answer.json()
    assert answer.status_code == 409
    assert (told["code"], told["edit_version"]) == ("stale", version.edit_version + 1)
    assert told["by"] == "Aigerim"
    assert told["at"]
    assert told["cells"]["MAT1~2.3"] == ["T", 3, ""]
    assert "MAT1~2.4" not in told["cells"]


def test_one_bad_change_of_many_writes_none(client, director, version):
    answer = save(client, version, [change(item="2.3"), change(course="NOWHERE")])
    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_course")
    assert not MatrixCell.objects.filter(course__version=version, competence__code="2.3").exists()


BAD_BODIES = [
    b"", b"{", b"[]", b"\xff\xfe", b'{"edit_version": 1}', b'{"edit_version": true, "changes": [{}]}',
    b'{"edit_version": 1, "changes": []}', b"[" * 100_000, *(json.dumps({"edit_version": 1, "changes": [one]}).encode() for one in (
        None, {}, {"course": "MAT1"}, change(course=""), change(course=7), change(item="1\x00"), change(mode="X"), change(mode=1),
        change(mode=["T"]), change(level=0), change(level=6), change(level=2.5), change(level="3"), change(level=True), change(level=None),
        change(assessed_by="a\ud800"), change(course="\ud800"), change(item="\udfff"), change(assessed_by=7),
        change(assessed_by="x" * 201)))]


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: body[:60].decode("latin-1") or "empty")
def test_a_body_that_cannot_be_read_is_422_and_writes_nothing(client, director, version, body):
    before = list(MatrixCell.objects.filter(course__version=version).order_by("id").values_list("id", "mode", "level"))
    answer = client.post(address(version, "matrix_save"), body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_input"
    assert answer.json()["message"]
    assert list(MatrixCell.objects.filter(course__version=version).order_by("id").values_list("id", "mode", "level")) == before


def test_saving_is_a_post_with_a_token(director, version):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(director)
    assert strict.get(address(version, "matrix_save")).status_code == 405
    assert save(strict, version, [change()]).status_code == 403


@given(body=st.binary(max_size=200) | st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(
    inner, max_size=3) | st.dictionaries(st.sampled_from(("edit_version", "changes", "course", "item", "mode", "level")), inner)).map(
    lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_read_or_refused_by_name(body):
    try:
        edit_version, changes = read_changes(body)
    except DomainError as no:
        refusal = no.code
    else:
        refusal = ""
        assert isinstance(edit_version, int)
        assert all(one["mode"] is None or (one["mode"] in "ITU" and 1 <= one["level"] <= 5) for one in changes)
    assert refusal in {"", "bad_input"}


# --- sums ---------------------------------------------------------------------------------------------------------------------------

@given(cells=CELLS)
def test_every_cell_is_counted_once_and_an_introduction_plans_nothing(cells):
    totals = item_totals(cells, ("1.1", "2.3", "4.6"))
    assert sum(one.introduce + one.teach + one.utilise for one in totals.values()) == len(cells)
    for item, one in totals.items():
        levels = [cell.level for cell in cells if cell.item == item and cell.mode in "TU"]
        assert one.planned == (max(levels) if levels else 0)


def test_what_nobody_requires_is_not_asked():
    totals = {"1.1": ItemTotal(planned=3), "2.3": ItemTotal(planned=2), "4.6": ItemTotal(planned=5)}
    assert covered(totals, {"1.1": 3, "2.3": 3, "4.6": 0}) == (1, 2)


# --- files --------------------------------------------------------------------------------------------------------------------------

def test_the_csv_has_one_row_a_course_and_no_formula(client, director, university):
    courses = (Course("C1", {"en": "=HYPERLINK(1)", "ru": "=1", "kk": "=1"}, 30.0, 1, cells=(Cell("1.1", "T", 2),)),)
    version = make_version(organisation=university, plan=make_plan(courses=courses))
    answer = client.get(address(version, "matrix_export", "csv"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][:5] == ["C1", "'=HYPERLINK(1)", "1", "30.0", "T2"]
    assert "Synthetic" in rows[-1][0]
    assert client.get(address(version, "matrix_export", "pdf")).status_code == 404


def test_the_xlsx_opens(client, director, version):
    from openpyxl import load_workbook
    sheet = load_workbook(io.BytesIO(client.get(address(version, "matrix_export", "xlsx")).content)).worksheets[0]
    marks = {cell.value for row in sheet.iter_rows(min_row=2, min_col=5) for cell in row}
    assert {"T2", "U3", "I1"} <= marks
