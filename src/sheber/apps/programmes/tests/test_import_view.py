"""Import over HTTP: a dry run writes nothing, a stale draft is refused, errors say where, and nobody writes where they may not."""

import io
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from sheber.apps.programmes import queries
from sheber.apps.programmes.models import Course, MatrixCell, Programme, ProgrammeVersion
from sheber.apps.programmes.rules.writing import write_xlsx, write_yaml
from sheber.engines.curriculum.plan import Cell
from sheber.spine.audit.models import AuditEntry
from sheber.spine.exchange.models import KeptFile
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.models import RoleAssignment
from sheber.spine.people.tests.factories import make_user

from .factories import make_plan, make_reference, make_version

pytestmark = pytest.mark.django_db

PAGE = "/programmes/import/"


@pytest.fixture
def university():
    return make_organisation(code="UNI")


@pytest.fixture
def director(client, university):
    make_reference()
    client.force_login(make_user(role="programme_director", at=university))
    client.cookies["sheber_language"] = "en"
    return client


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Programme, ProgrammeVersion, Course, MatrixCell, AuditEntry)]


def send(client, data, name="plan.yaml", organisation="UNI", **more):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, data), "organisation": organisation, **more})


def confirm(client, **more):
    """With what was shown last, whoever looked at it."""
    shown = KeptFile.objects.order_by("pk").values_list("plan", flat=True).last()
    return client.post(PAGE, {"plan": shown or "", **more})


# --- dry run, report, write ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("name", "write"), [("plan.yaml", write_yaml), ("plan.xlsx", lambda plan: write_xlsx(plan, "en"))])
def test_nothing_is_written_before_it_is_confirmed(director, name, write):
    plan, before = make_plan(), everything()
    data = write(plan)
    answer = send(director, data, name, reason="new term")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert everything() == before
    assert f"{plan.code}, version 2026.1: what would change" in page
    assert "A new programme." in page
    assert "Nothing has been written." in page
    assert "Write 5 changes" in page                                     # two courses, three cells
    written = confirm(director)
    assert (written.status_code, written.url) == (302, f"/programmes/{plan.code}/2026.1/")
    stored = queries.version_plan(ProgrammeVersion.objects.get().pk)
    assert stored.courses == plan.courses
    assert AuditEntry.objects.get(verb="programme.imported").reason == "new term"


def test_a_file_is_written_once(director):
    send(director, write_yaml(make_plan()))
    assert confirm(director).status_code == 302
    standing = everything()
    again = confirm(director)
    assert again.status_code == 409
    assert "Choose it again" in again.content.decode()
    assert everything() == standing


def test_what_is_already_here_asks_for_no_writing(director, university):
    version = make_version(organisation=university)
    page = send(director, write_yaml(queries.version_plan(version.pk))).content.decode()
    assert "there is nothing to write" in page
    assert "Write 0" not in page


def test_a_change_of_nothing_but_facts_can_be_written(director, university):
    version = make_version(organisation=university)
    plan = queries.version_plan(version.pk)
    page = send(director, write_yaml(replace(plan, targets={**plan.targets, "1.1": 5.0}))).content.decode()
    assert "Write 1 change" in page
    assert "<code>targets</code>" in page
    assert confirm(director).status_code == 302
    assert queries.version_plan(version.pk).targets["1.1"] == 5.0


def test_the_report_shows_each_cell_before_and_after(director, university):
    version = make_version(organisation=university)
    plan = queries.version_plan(version.pk)
    first, second = plan.courses
    changed = replace(plan, courses=(replace(first, cells=(Cell("1.1", "T", 4),)), second))
    page = send(director, write_yaml(changed)).content.decode()
    assert "<del>T2</del>" in page
    assert "<ins>T4</ins>" in page


# --- stale --------------------------------------------------------------------------------------------------------------------------

def test_a_draft_saved_by_somebody_else_meanwhile_is_not_overwritten(director, university):
    version = make_version(organisation=university)
    plan = queries.version_plan(version.pk)
    assert send(director, write_yaml(replace(plan, courses=plan.courses[:1]))).status_code == 200
    ProgrammeVersion.objects.filter(pk=version.pk).update(edit_version=7)
    before = everything()
    answer = confirm(director)
    assert answer.status_code == 409
    assert "has changed since the dry run" in answer.content.decode()
    assert everything() == before


def test_a_version_made_by_somebody_else_meanwhile_is_not_overwritten(director, university):
    plan = make_plan(code="NEW")
    assert send(director, write_yaml(plan)).status_code == 200
    make_version(organisation=university, plan=replace(plan, courses=plan.courses[:1]))
    before = everything()
    assert confirm(director).status_code == 409
    assert everything() == before


@pytest.mark.parametrize("status", ["published", "archived"])
def test_a_version_in_force_is_refused_on_the_dry_run_and_after(director, university, status):
    version = make_version(organisation=university)
    plan = queries.version_plan(version.pk)
    data = write_yaml(replace(plan, courses=plan.courses[:1]))
    send(director, data)
    ProgrammeVersion.objects.filter(pk=version.pk).update(status=status)
    before = everything()
    assert confirm(director).status_code == 409
    refused = send(director, data)
    assert refused.status_code == 409
    assert "Give the file a new version" in refused.content.decode()
    assert everything() == before


def test_over_the_api_a_plan_that_no_longer_holds_is_not_written(director, university):
    version = make_version(organisation=university)
    plan = queries.version_plan(version.pk)
    data = write_yaml(replace(plan, courses=plan.courses[:1]))

    def send_api(**more):
        return director.post("/api/v1/programmes/import", {"file": SimpleUploadedFile("p.yaml", data), "organisation": "UNI", **more})

    mark = send_api().json()["plan"]
    assert mark == send_api().json()["plan"]
    ProgrammeVersion.objects.filter(pk=version.pk).update(edit_version=7)
    before = everything()
    refused = send_api(dry_run=False, plan=mark)
    assert (refused.status_code, refused.json()["code"]) == (409, "plan_changed")
    assert everything() == before
    assert send_api(dry_run=False, plan=send_api().json()["plan"]).json()["written"]


# --- errors say where ---------------------------------------------------------------------------------------------------------------

def broken_workbook(language):
    """Credits of the first course below zero, a cell of the matrix that cannot be read."""
    book = load_workbook(io.BytesIO(write_xlsx(make_plan(), language)))
    places = []
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in {"MAT1"} and not places and sheet.title == book.sheetnames[1]:
                    credit = next(one for one in sheet[cell.row] if one.value == 30)
                    credit.value = -4
                    places.append((sheet.title, cell.row, credit.column_letter))
    assert places
    data = io.BytesIO()
    book.save(data)
    return data.getvalue(), places[0]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_an_error_names_sheet_row_and_column_in_the_readers_language(director, language):
    data, (sheet, row, _column) = broken_workbook(language)
    director.cookies["sheber_language"] = language
    before = everything()
    answer = send(director, data, "plan.xlsx")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sheet in page
    assert f"{row}" in page.split("row-error")[1].split("</tr>")[0]
    assert "-4" in page.replace("−", "-")
    assert everything() == before
    assert confirm(director).status_code == 409                          # a file with errors is not kept


def test_the_three_languages_say_it_differently(director):
    answers = set()
    for language in ("kk", "ru", "en"):
        director.cookies["sheber_language"] = language
        page = send(director, b"code: P\ntitle: {en: P}\ncourses:\n- code: A\n  title: {en: A}\n  ects: -4\n").content.decode()
        answers.add(page.split("row-error")[1].split("</tr>")[0])
    assert len(answers) == 3


@pytest.mark.parametrize(("data", "name"), [
    (b"\xff\xfe\x00\x01", "plan.yaml"), (b"", "plan.yaml"), (b"PK\x03\x04broken", "plan.xlsx"), (b"a,b\n1,2\n", "plan.csv"),
    (b"code: [", "plan.yml"), (b"MZ\x90", "plan.exe"), ("код: Ж".encode("cp1251"), "plan.yaml"), (b"x", ""), (b"x", "../../etc/passwd")])
def test_a_file_that_is_no_plan_gets_a_sentence(director, data, name):
    before = everything()
    answer = send(director, data, name or "noname")
    assert answer.status_code == 422
    assert "row-error" in answer.content.decode() or "is-invalid" in answer.content.decode()
    assert everything() == before


def test_more_than_five_megabytes_is_refused_unread(director, monkeypatch):
    monkeypatch.setattr("sheber.apps.programmes.views.imports.read_plan", lambda *_: 1 / 0)
    answer = send(director, b"#" * (5 * 1024 * 1024 + 1))
    assert answer.status_code == 422
    assert "larger than 5 MB" in answer.content.decode()


def test_facts_the_file_does_not_state_are_asked_for(director):
    answer = send(director, b"code: P\ntitle: {en: P}\ncourses:\n- code: A\n  title: {en: A}\n  ects: 5\n")
    assert answer.status_code in {409, 422}
    assert "does not state" in answer.content.decode()


def test_without_a_file_the_form_says_so(director):
    assert director.post(PAGE, {"organisation": "UNI"}).status_code == 422


# --- who may ------------------------------------------------------------------------------------------------------------------------

def test_a_form_that_names_another_house_is_refused(director):
    make_organisation(code="OTHER")
    before = everything()
    for organisation in ("OTHER", "KZ", "GONE", "", "UNI' OR 1=1"):
        assert send(director, write_yaml(make_plan()), organisation=organisation).status_code == 422
        assert confirm(director, organisation=organisation).status_code == 409
    assert everything() == before


def test_a_confirmation_cannot_move_the_plan_to_another_house(director):
    other = make_organisation(code="OTHER")
    send(director, write_yaml(make_plan()))
    assert confirm(director, organisation="OTHER").status_code == 302
    assert not Programme.objects.filter(organisation=other).exists()


def test_a_right_taken_away_meanwhile_is_no_right(director, university):
    elsewhere = make_organisation(code="ELSE")
    send(director, write_yaml(make_plan()))
    RoleAssignment.objects.filter(organisation=university).update(organisation=elsewhere)
    before = everything()
    answer = confirm(director)
    assert answer.status_code == 403
    assert "Nothing was written" in answer.content.decode()
    assert everything() == before


@pytest.mark.parametrize("role", ["teacher", "student", "ministry_analyst", "enterprise_engineer", "quality_officer"])
def test_other_roles_do_not_import(client, university, role):
    make_reference()
    client.force_login(make_user(role=role, at=university))
    assert client.get(PAGE).status_code == 403
    assert send(client, write_yaml(make_plan())).status_code == 403
    assert confirm(client).status_code == 403
    assert client.get(reverse("programmes:import_template")).status_code == 403
    assert not Programme.objects.exists()


# --- what is in the cells -----------------------------------------------------------------------------------------------------------

EVIL = "=HYPERLINK(\"http://x.invalid\")<script>alert(1)</script>"


def test_formulas_and_scripts_in_titles_stay_text(director):
    plan = make_plan(title={"en": EVIL, "kk": EVIL, "ru": EVIL})
    plan = replace(plan, courses=tuple(replace(course, title={"en": EVIL, "kk": EVIL, "ru": EVIL}) for course in plan.courses))
    page = send(director, write_yaml(plan), "<script>alert(1)</script>.yaml").content.decode()
    assert "<script>alert" not in page
    assert confirm(director).status_code == 302
    for path in ("", "findings/", "gap/", "history/", "matrix/"):
        assert "<script>alert" not in director.get(f"/programmes/{plan.code}/2026.1/{path}").content.decode()
    assert "<script>alert" not in director.get("/programmes/").content.decode()
    book = load_workbook(io.BytesIO(director.get(f"/programmes/{plan.code}/2026.1/export.xlsx").content))
    assert not [cell.value for sheet in book for row in sheet for cell in row if cell.data_type == "f"]


# --- the template -------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_template_imports_cleanly(director, language):
    director.cookies["sheber_language"] = language
    template = director.get(reverse("programmes:import_template"))
    assert template.status_code == 200
    answer = send(director, template.content, "template.xlsx")
    assert answer.status_code == 200
    assert "row-error" not in answer.content.decode()
    assert confirm(director).status_code == 302
    assert set(Course.objects.values_list("code", flat=True)) == {"EXAMPLE101", "EXAMPLE201"}


@pytest.mark.parametrize(("kind", "language"), [("xlsx", "kk"), ("xlsx", "ru"), ("xlsx", "en"), ("yaml", "en")])
def test_an_export_comes_back_in_as_it_went(director, university, kind, language):
    version = make_version(organisation=university)
    director.cookies["sheber_language"] = language
    file = director.get(f"/programmes/{version.programme.code}/{version.version}/export.{kind}").content
    answer = send(director, file, f"plan.{kind}")
    assert answer.status_code == 200
    assert "name=\"plan\"" in answer.content.decode()
    assert "<button class=\"btn btn-primary\">" not in answer.content.decode().split('name="plan"')[1].split("</form>")[0]
