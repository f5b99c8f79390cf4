"""Every table that comes back: out and in changes nothing, a changed row changes just that, a bad one is named."""

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sheber.apps.programmes.models import Enrolment
from sheber.apps.programmes.tests.factories import make_assessment, make_student, make_version
from sheber.kit.exchange.declaring import exchange_named, exchanges
from sheber.kit.exchange.importing import run_import
from sheber.kit.exchange.writing import write
from sheber.spine.audit.models import AuditEntry
from sheber.spine.audit.services import verify
from sheber.spine.competences.models import Alignment, Competence, EngineerType, Profile, ProfileTarget
from sheber.spine.competences.tests.factories import make_framework
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """A faculty with a programme and a student, a draft and two published frameworks, and who edits at the root and elsewhere."""

    root: Any
    faculty: Any
    version: Any
    enrolment: Any
    draft: Any
    item: Any
    piece: Any
    chief: Any


@pytest.fixture
def world():
    root = make_root()
    faculty = make_organisation(code="FAC", kind="faculty")
    version = make_version(organisation=faculty, status="published")
    enrolment = make_student(version=version)
    one, two = make_framework(code="ONE"), make_framework(code="TWO")
    Alignment.objects.create(origin=one.competences.get(code="1.1"), target=two.competences.get(code="2"), kind="main")
    draft = make_framework(code="DRAFT", published=False)
    kind = EngineerType.objects.order_by("pk")[0]
    profile = Profile.objects.create(kind="engineer_type", version="next", framework=one, engineer_type=kind)
    ProfileTarget.objects.create(profile=profile, competence=one.competences.get(code="1.1"), level=3.5, weight=0.1)
    piece = make_assessment(course=version.courses.order_by("pk")[0])
    item = make_evidence(person=enrolment.student, competence=one.competences.get(code="1.1"), level=2.5,
                         source_kind="programmes.assessment", source_id=str(piece.pk))
    return World(root, faculty, version, enrolment, draft, item, piece, make_user(role="administrator", at=root))


def bring(name, rows, world, **more):
    """Rows without the mark of what they were made from, so that an edited one is no conflict."""
    exchange = exchange_named(name)
    lines = list(csv.reader(io.StringIO(write(exchange, rows, "csv").decode("utf-8-sig"), newline="")))
    out = io.StringIO(newline="")
    csv.writer(out).writerows([*lines[:2], *([*line[:-1], ""] for line in lines[2:])])
    return run_import(exchange, out.getvalue().encode(), "x.csv", **{
        "actor": world.chief, "view": ["/"], "edit": ["/"], "dry": False} | more)


def standing(name):
    return list(exchange_named(name).rows(["/"], None))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", [one.name for one in exchanges()])
def test_every_table_goes_out_and_comes_back_unchanged_in_every_language(world, name, kind):
    exchange, entries = exchange_named(name), AuditEntry.objects.count()
    rows = standing(name)
    assert rows, f"nothing of {name} in the world of this test: add a row, or the law says nothing"
    for language in ("kk", "ru", "en"):
        with override(language):
            data = write(exchange, exchange.rows(["/"], None), kind)
        outcome = run_import(exchange, data, f"x.{kind}", actor=world.chief, view=["/"], edit=["/"], dry=False)
        assert (outcome.faults, outcome.added, outcome.changed, outcome.unchanged) == ([], [], [], len(rows))
    assert standing(name) == rows
    assert AuditEntry.objects.count() == entries


# What a changed row and a new row are in each table: values that differ, and how many entries of the record they make at least.
CHANGES = {
    "competences": ({"title_kk": "Жаңа", "sort": 7, "is_extension": True, "code": "9", "parent": ""}, {"code": "77", "parent": "1"}),
    "alignments": ({"kind": "partial"}, {"origin": "2.1"}),
    "profile-targets": ({"level": 0.1 + 0.2, "weight": 1.0}, {"competence": "2.2", "level": None, "profile": "brand new"}),
    "enrolments": ({"class_year": 2031, "is_active": False}, {"student": "fresh@example.invalid"}),
    "evidence": ({"level": 4.0, "reason": "counted anew"}, {"level": 0.0, "competence": "2.1"}),
}


def with_fresh_student(world):
    make_user(email="fresh@example.invalid", role="student", at=world.faculty)


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_row_and_a_new_one_are_written_just_so_and_recorded(world, name):
    with_fresh_student(world)
    changes, fresh = CHANGES[name]
    row = standing(name)[-1]
    count, entries = len(standing(name)), AuditEntry.objects.count()
    edited = {**row, **changes}
    outcome = bring(name, [edited, {**row, **fresh, "id": ""}], world, dry=True)
    assert not outcome.faults, outcome.faults
    assert (len(standing(name)), AuditEntry.objects.count()) == (count, entries), "a dry run leaves nothing"
    done = bring(name, [edited, {**row, **fresh, "id": ""}], world)
    assert (done.faults, len(done.changed), len(done.added)) == ([], 1, 1)
    now = {one["id"]: one for one in standing(name)}
    assert len(now) == count + 1
    if name == "evidence":
        assert row["id"] not in now, "the earlier item is superseded"
        assert EvidenceItem.objects.get(supersedes=row["id"]).level == 4
        assert EvidenceItem.objects.get(pk=row["id"]).level == world.item.level, "and stays as it was"
        now[row["id"]] = next(one for one in now.values() if one["level"] == 4)
        changes = changes | {"reason": ""}
    assert {key: now[row["id"]][key] for key in changes} == changes
    added = [one for key, one in now.items() if int(key) > int(row["id"]) and all(one[column] == value for column, value in fresh.items())]
    assert len(added) == 1
    assert AuditEntry.objects.count() >= entries + 2
    assert verify().ok


BAD = [
    ("competences", {"title_kk": "", "title_ru": "", "title_en": ""}, "Title, English"), ("competences", {"sort": -1}, "Order"),
    ("competences", {"code": "a/b"}, "Code"), ("competences", {"parent": "nothing"}, "Stands below"),
    ("competences", {"code": "2.3", "parent": "2.3"}, None), ("competences", {"framework": "ONE", "version": "1.0"}, "Framework"),
    ("competences", {"stage": "X"}, "Stage"),
    ("alignments", {"target": "1.2"}, "Competence"), ("alignments", {"kind": "same"}, "Relation"),
    ("profile-targets", {"level": 5.5}, "Required level"), ("profile-targets", {"weight": -0.1}, "Weight"),
    ("profile-targets", {"weight": None}, "Weight"), ("profile-targets", {"competence": "2.1"}, "Competence"),
    ("enrolments", {"class_year": 1000}, "Year of graduation"), ("enrolments", {"goal": "wizard"}, "Engineer type aimed at"),
    ("enrolments", {"student": "fresh@example.invalid"}, "Student"), ("enrolments", {"entry_year": 2099}, "Year of graduation"),
    ("evidence", {"level": 6.0, "reason": "x"}, "Level shown"), ("evidence", {"level": 2.55, "reason": "x"}, "Level shown"),
    ("evidence", {"level": 3.0}, "Reason of the correction"), ("evidence", {"reason": "for nothing"}, "Reason of the correction"),
    ("evidence", {"setting": "research", "reason": "x"}, "Person"),
    ("evidence", {"observed_on": dt.date(2999, 1, 1), "reason": "x"}, None)]


@pytest.mark.parametrize("name", CHANGES)
def test_a_bad_row_is_named_and_the_good_one_beside_it_is_not_written(world, name):
    with_fresh_student(world)
    row = standing(name)[-1]
    before, entries = standing(name), AuditEntry.objects.count()
    good = {**row, **CHANGES[name][1], "id": ""}
    for changes, label in [(changes, label) for table, changes, label in BAD if table == name]:
        with override("en"):
            done = bring(name, [good, {**row, **changes}], world)
        assert [fault.row for fault in done.faults] == [4], (changes, done.faults)
        assert label is None or done.faults[0].column == label
        assert (standing(name), AuditEntry.objects.count()) == (before, entries), changes


@pytest.mark.parametrize("name", CHANGES)
def test_a_row_of_somebody_elses_is_neither_told_nor_written(world, name):
    other = make_organisation(code="OTHER", kind="faculty")
    with_fresh_student(world)
    row = standing(name)[-1]
    changes, fresh = CHANGES[name]
    stranger = make_user(role="administrator", at=other)
    for edited in ({**row, **changes}, {**row, **fresh, "id": ""}):
        outcome = bring(name, [edited], world, view=["/"], edit=[other.path], actor=stranger)
        assert outcome.faults, edited
        assert not outcome.written
    if name in {"enrolments", "evidence"}:
        assert list(exchange_named(name).rows([other.path], None)) == []
        assert list(exchange_named(name).rows([other.path], [row["id"]])) == []
        assert len(list(exchange_named(name).rows([world.faculty.path], None))) == 1


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=15) | st.sampled_from(
    ["=1+1", "'=1", "''@x", " +7", "-", "a;b,c\"d", "x\ny", "ӘҒҚҢӨҰҮҺІ", "00123", "1e5", "NaN", "true"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
          phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(title=TEXT, kind=TEXT, level=st.none() | st.floats(0, 5), weight=st.floats(0, 1))
def test_any_text_and_any_number_come_back_as_they_went(world, title, kind, level, weight):
    Competence.objects.filter(framework=world.draft, code="1.1").update(title={"kk": title, "en": "x"}, kind=kind[:30])
    ProfileTarget.objects.filter(profile__version="next").update(level=level, weight=weight)
    for name in ("competences", "profile-targets", "evidence"):
        for form in ("csv", "xlsx"):
            exchange = exchange_named(name)
            data = write(exchange, standing(name), form)
            outcome = run_import(exchange, data, f"x.{form}", actor=None, view=["/"], edit=["/"], dry=False)
            assert (outcome.faults, outcome.added, outcome.changed) == ([], [], []), name
    told = next(one for one in standing("profile-targets") if one["profile"] == "next")
    assert (told["level"], told["weight"]) == (level, weight)


def test_over_the_page_a_teacher_records_for_their_own_students_only(world, client):
    teacher = make_user(role="teacher", at=world.faculty)
    client.force_login(teacher)
    sheet = client.get("/exchange/evidence/export.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    table = book.worksheets[0]
    assert [row[1] for row in table.iter_rows(min_row=3, values_only=True)] == [world.enrolment.student.email]
    names = {cell.value: cell.column for cell in table[2]}
    table.cell(3, names["level"]).value = 3.7
    table.cell(3, names["reason"]).value = "Two points were not counted."
    out = io.BytesIO()
    book.save(out)
    shown = client.post("/exchange/evidence/", {"file": SimpleUploadedFile("x.xlsx", out.getvalue())})
    assert shown.status_code == 200, shown.context["outcome"].faults
    done = client.post("/exchange/evidence/", {"plan": shown.context["outcome"].plan})
    assert done.status_code == 302
    item = EvidenceItem.objects.get(supersedes=world.item)
    assert (float(item.level), item.assessor_id, item.reason) == (3.7, teacher.pk, "Two points were not counted.")
    again = client.post("/exchange/evidence/", {"file": SimpleUploadedFile("x.xlsx", out.getvalue())})
    assert again.status_code == 422, "the same file again corrects nothing: the row is gone"


def test_a_large_table_is_offered_as_background_work_on_the_page_and_over_the_api(world, client, settings):
    settings.EXPORTS_AT_ONCE = 0
    client.force_login(world.chief)
    page = client.get("/exchange/enrolments/export.xlsx?x=1")
    assert page["Content-Type"].startswith("text/html")
    assert (page.context["address"], page.context["back"]) == ("/exchange/enrolments/export.xlsx?x=1", "/exchange/enrolments/")
    told = client.get("/api/v1/exchange/enrolments/export.csv")
    assert (told.status_code, told.json()["code"]) == (409, "export_large")
    assert told.json()["detail"]["address"] == "/exchange/enrolments/export.csv"
    assert Enrolment.objects.count() == 1
