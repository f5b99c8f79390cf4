"""Pages of students, assessments and courses: who sees what, at what cost, and that figures are the engine's."""

import datetime as dt
import re
from html import unescape

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from sheber.apps.programmes.models import Enrolment
from sheber.apps.programmes.queries.students import distances_of, enrolled
from sheber.apps.programmes.tests.factories import make_assessment, make_plan, make_reference, make_student, make_version
from sheber.engines.competence import DEFAULT_METHOD, attainment
from sheber.engines.curriculum.plan import Cell, Course, Requisite
from sheber.kit import formats
from sheber.spine.competences.models import Competence, ProfileTarget
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 1, 14)


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["sheber_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def faculty():
    make_root()
    return make_organisation(kind="faculty", code="FACULTY")


@pytest.fixture
def version(faculty):
    return make_version(organisation=faculty, status="published")


def item(code):
    return Competence.objects.get(framework=make_reference(), code=code)


def page(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def words(answer):
    """The text of a page, without marks, one space between words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def row_of(answer, code):
    """The lines of the table for one item: its bar, and the evidence behind it."""
    html = answer.content.decode()
    end = html.index(f'id="item-{code}"')
    behind = html[end:html.index("</tr>", end)]
    return html[html.rindex("<tr", 0, html.rindex("<tr", 0, end)):end], behind


# ---- who sees whom ----

@pytest.mark.parametrize(("role", "where", "status"), [
    ("teacher", "faculty", 200), ("programme_director", "faculty", 200), ("quality_officer", "university", 200),
    ("teacher", "elsewhere", 403), ("student", "faculty", 403), ("lab_manager", "faculty", 403), ("external_reviewer", "faculty", 403),
    ("enterprise_engineer", "enterprise", 403), ("hr", "enterprise", 403), ("ministry_analyst", "ministry", 403)])
def test_who_opens_a_students_page_and_an_assessment(client, role, where, status):
    make_root()
    university = make_organisation(code="UNI")
    places = {"university": university, "faculty": make_organisation(parent=university, kind="faculty", code="F"),
              "elsewhere": make_organisation(code="ELSEWHERE"), "enterprise": make_organisation(kind="enterprise", code="ENT"),
              "ministry": make_organisation(kind="ministry", code="MIN")}
    version = make_version(organisation=places["faculty"], status="published")
    student = make_student(version=version)
    held = make_assessment(course=version.courses.get(code="MAT1"))
    reader = make_user(role=role, at=places[where])
    assert page(client, reader, "students:student", student.student_id).status_code == status
    assert page(client, reader, "students:assessment", held.pk).status_code == status


def test_a_student_sees_the_own_page_only(client, version):
    own, other = make_student(version=version), make_student(version=version)
    assert page(client, own.student, "students:student", own.student_id).status_code == 200
    assert page(client, own.student, "students:student", other.student_id).status_code == 403
    assert page(client, own.student, "students:list").status_code == 403
    me = page(client, own.student, "students:me")
    assert me.headers["Location"] == reverse("students:student", args=[own.student_id])


def test_the_own_row_of_an_assessment(client, version):
    own, other = make_student(version=version), make_student(version=version)
    held = make_assessment(course=version.courses.get(code="MAT1"))
    for one in (own, other):
        make_evidence(person=one.student, competence=item("1.1"), observed_on=DAY, source_kind="programmes.assessment",
                      source_id=str(held.pk))
    shown = words(page(client, own.student, "students:assessment", held.pk))
    assert str(own.student.name) in shown
    assert str(other.student.name) not in shown
    teacher = make_user(role="teacher", at=version.programme.organisation)
    for reader in (teacher, held.assessor):             # who assessed sees what they wrote, wherever they work
        shown = words(page(client, reader, "students:assessment", held.pk))
        assert str(own.student.name) in shown
        assert str(other.student.name) in shown


@pytest.mark.parametrize(("role", "sees"), [("teacher", True), ("student", False), ("external_reviewer", False)])
def test_names_of_a_class(client, version, role, sees):
    student = make_student(version=version)
    reader = make_user(role=role, at=version.programme.organisation)
    answer = page(client, reader, "programmes:students", version.programme.code, version.version)
    assert answer.status_code == 200
    assert (str(student.student.name) in words(answer)) is sees
    assert "2028" in words(answer)
    exported = page(client, reader, "programmes:students", version.programme.code, version.version, format="csv")
    assert (str(student.student.name).encode() in exported.content) is sees


def test_the_list_shows_the_own_faculty_only(client, version):
    ours = make_student(version=version)
    theirs = make_student(version=make_version(organisation=make_organisation(kind="faculty", code="OTHER"), status="published"))
    shown = words(page(client, make_user(role="teacher", at=version.programme.organisation), "students:list"))
    assert str(ours.student.name) in shown
    assert str(theirs.student.name) not in shown
    assert theirs.version.programme.code not in shown, "nor in the choices of the filter"


def test_no_such_person_and_no_such_goal(client, version):
    teacher = make_user(role="teacher", at=version.programme.organisation)
    student = make_student(version=version)
    assert page(client, teacher, "students:student", 10**17).status_code == 404
    assert client.get(f"/students/{'9' * 30}/").status_code == 404
    assert page(client, teacher, "students:student", student.student_id, goal="wizard").status_code == 404


# ---- at what cost ----

@pytest.mark.parametrize("query", [{}, {"verdict": "short"}, {"sort": "-short"}, {"q": "person"}])
@pytest.mark.parametrize("name", ["list", "version"])
def test_lists_cost_the_same_for_1_and_25(client, version, name, query, django_assert_num_queries):
    teacher = make_user(role="teacher", at=version.programme.organisation)
    address = reverse("students:list") if name == "list" else reverse("programmes:students", args=[version.programme.code, version.version])
    client.force_login(teacher)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def grow(how_many):
        for _ in range(how_many):
            one = make_student(version=version)
            for _item in range(8):                      # so many that the whole interval lies below any target
                make_evidence(person=one.student, competence=item("1.1"), level=0.5, observed_on=DAY)

    grow(1)
    client.get(address, query)
    with CaptureQueriesContext(connection) as first:
        answer = client.get(address, query)
    assert len(answer.context["table"].rows) == 1
    grow(24)
    with django_assert_num_queries(len(first)):
        answer = client.get(address, query)
    assert len(answer.context["table"].rows) == 25


def test_a_page_of_a_student_costs_the_same_for_1_and_25_items(client, version, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    student = make_student(version=version)
    address = reverse("students:student", args=[student.student_id])
    client.force_login(student.student)
    held = make_assessment(course=version.courses.get(code="MAT1"))

    def grow(how_many):
        for _ in range(how_many):
            make_evidence(person=student.student, competence=item("1.1"), source_kind="programmes.assessment", source_id=str(held.pk),
                          observed_on=DAY)

    grow(1)
    client.get(address)
    with CaptureQueriesContext(connection) as first:
        client.get(address)
    grow(24)
    with django_assert_num_queries(len(first)):
        assert len(client.get(address).context["report"].ledger) == 25


def test_only_the_rows_of_the_page_are_measured(client, version, monkeypatch):
    from sheber.apps.programmes.queries import students as queries

    for _ in range(30):
        make_student(version=version)
    asked = []
    real = queries.people_attainment
    monkeypatch.setattr(queries, "people_attainment", lambda ids, *args, **more: asked.append(len(ids)) or real(ids, *args, **more))
    page(client, make_user(role="teacher", at=version.programme.organisation), "students:list", page="2")
    assert asked == [5]


# ---- figures ----

def test_the_page_shows_the_engines_figures(client, version):
    student = make_student(version=version, goal="line_engineer")
    first = make_evidence(person=student.student, competence=item("1.1"), level=2, observed_on=dt.date(2025, 1, 14))
    make_evidence(person=student.student, competence=item("1.1"), level=4, observed_on=DAY, setting="workplace")
    make_evidence(person=student.student, competence=item("1.1"), level=1, observed_on=dt.date(2025, 1, 20), supersedes=first)
    today = timezone.localdate()
    # The first item no longer counts: levels 1 and 4 are left; setting 0 is a course, 5 the workplace.
    wanted = attainment(np.array([0, 0]), np.array([0, 0]), np.array([1.0, 4.0]),
                        np.array([dt.date(2025, 1, 20).toordinal(), DAY.toordinal()]), np.array([0, 5]), n_people=1, n_competences=1,
                        on_day=today.toordinal(), method=DEFAULT_METHOD)
    answer = page(client, student.student, "students:student", student.student_id)
    row = next(one for one in answer.context["report"].items if one.code == "1.1")
    assert (row.attained, row.low, row.high) == pytest.approx((wanted.level[0, 0], wanted.low[0, 0], wanted.high[0, 0]))
    target = ProfileTarget.objects.get(profile__engineer_type="line_engineer", competence__code="1.1").level
    assert row.required == target
    shown, _behind = row_of(answer, "1.1")
    assert formats.number(row.attained, 1, fixed=True) in shown
    distance = distances_of(enrolled(Enrolment.objects.all()), on_day=today)[student.pk]
    report = answer.context["report"]
    assert (distance.short, distance.fine, distance.not_assessed, distance.required) == (
        len(report.short), report.fine, len(report.not_assessed), report.required)


def test_not_assessed_is_hatched_and_never_zero(client, version):
    student = make_student(version=version)
    make_evidence(person=student.student, competence=item("1.1"), level=3, observed_on=DAY)
    answer = page(client, student.student, "students:student", student.student_id)
    unknown, behind = row_of(answer, "2.1")
    assert 'class="g-na"' in unknown
    assert "lv-na" in unknown
    assert 'class="g-att"' not in unknown
    assert "g-dim" not in unknown, "no gap is drawn where nothing was assessed"
    assert "not zero" in behind
    known, _behind = row_of(answer, "1.1")
    assert 'class="g-att"' in known
    assert "g-na" not in known
    row = next(one for one in answer.context["report"].items if one.code == "2.1")
    assert row.attained is None


def test_a_superseded_item_is_struck_through_and_opens(client, version):
    student = make_student(version=version)
    held = make_assessment(course=version.courses.get(code="MAT1"))
    source = {"source_kind": "programmes.assessment", "source_id": str(held.pk)}
    first = make_evidence(person=student.student, competence=item("1.1"), level=2, observed_on=DAY, **source)
    make_evidence(person=student.student, competence=item("1.1"), level=4, observed_on=DAY + dt.timedelta(days=5), supersedes=first,
                  reason="Wrong row", **source)
    answer = page(client, student.student, "students:student", student.student_id)
    _bar, behind = row_of(answer, "1.1")
    old = behind[behind.index(f'id="e-{first.pk}"'):]
    assert "<s>" in old
    assert reverse("evidence:item", args=[first.pk]) in old
    assert "Wrong row" in behind
    assert reverse("students:assessment", args=[held.pk]) in behind, "what counts opens at its source"
    ledger = answer.content.decode().split('id="ledger"')[1]
    assert "<s>1.1</s>" in ledger
    results = page(client, make_user(role="teacher", at=version.programme.organisation), "students:assessment", held.pk).content.decode()
    assert re.search(r"<s class=\"is-superseded\"[^>]*><span class=\"lv lv-2\">2.0", results)


def test_the_goal_can_be_another_type(client, version):
    student = make_student(version=version)
    reports = {goal: page(client, student.student, "students:student", student.student_id, goal=goal).context["report"]
               for goal in ("technician", "research_engineer")}
    assert {report.goal.engineer_type.code for report in reports.values()} == {"technician", "research_engineer"}
    assert [[one.is_goal for one in report.types].count(True) for report in reports.values()] == [1, 1]
    assert {one.code: one.required for one in reports["technician"].items} != {one.code: one.required for one in
                                                                                 reports["research_engineer"].items}


def test_the_way_takes_courses_that_are_not_over(client, faculty):
    courses = (Course("PAST", {"en": "Past"}, 30.0, 1, cells=(Cell("1.1", "T", 5),)),
               Course("NEXT", {"en": "Next"}, 30.0, 2, cells=(Cell("1.1", "T", 5),)))
    version = make_version(organisation=faculty, plan=make_plan(courses=courses), status="published")
    today = timezone.localdate()
    # Term 1 ends on 31 January: an entry a year ago has it behind, an entry of this academic year has not.
    entry = today.year - 1 if today >= dt.date(today.year, 2, 1) and today < dt.date(today.year, 7, 1) else None
    if entry is None:
        entry = today.year if today >= dt.date(today.year, 9, 1) else today.year - 1
    student = make_student(version=version, entry_year=entry)
    for _ in range(6):
        make_evidence(person=student.student, competence=item("1.1"), level=1, observed_on=DAY)
    report = page(client, student.student, "students:student", student.student_id).context["report"]
    assert [one.code for one in report.short] == ["1.1"]
    ahead = {"PAST", "NEXT"} if today < dt.date(entry + 1, 2, 1) else {"NEXT"} if today <= dt.date(entry + 1, 6, 30) else set()
    assert {step.course.code for step in report.way.steps} <= ahead
    assert bool(report.way.steps) is bool(ahead)
    Enrolment.objects.update(is_active=False)
    report = page(client, student.student, "students:student", student.student_id).context["report"]
    assert report.way.steps == (), "who has left has no course ahead"


def test_a_person_without_studies_has_a_ledger(client, faculty):
    make_reference()
    teacher = make_user(role="teacher", at=faculty)
    make_evidence(person=teacher, competence=item("1.1"), observed_on=DAY)
    answer = page(client, teacher, "students:student", teacher.pk)
    assert answer.status_code == 200
    assert answer.context["report"] is None
    assert "1.1" in words(answer)
    assert page(client, teacher, "students:me").headers["Location"] == reverse("people:account")


def test_filters_and_exports(client, version):
    short, fine = make_student(version=version, class_year=2027), make_student(version=version, class_year=2029)
    for level, one in ((1, short), (5, fine)):
        for _ in range(6):
            make_evidence(person=one.student, competence=item("1.1"), level=level, observed_on=DAY)
    unknown = make_student(version=version)
    teacher = make_user(role="teacher", at=version.programme.organisation)
    for verdict, expected in (("short", short), ("fine", fine), ("unassessed", unknown)):
        table = page(client, teacher, "students:list", verdict=verdict).context["table"]
        assert [row.who.id for row in table.rows] == [expected.pk]
    assert [row.who.id for row in page(client, teacher, "students:list", **{"class": "2029"}).context["table"].rows] == [fine.pk]
    csv = page(client, teacher, "students:list", format="csv", verdict="short").content.decode("utf-8-sig")
    assert str(short.student.name) in csv
    assert str(fine.student.name) not in csv
    ledger = page(client, teacher, "students:student", short.student_id, format="csv").content.decode("utf-8-sig")
    assert ledger.count("1.1") == 6


# ---- a course ----

def test_a_course_names_both_ways_and_checks_its_hours(client, faculty):
    courses = (
        Course("A", {"en": "First"}, 5.0, 1, "basic", "lecture", 50, 0, 100, cells=(Cell("1.1", "T", 2),)),
        Course("B", {"en": "Second"}, 5.0, 2, "basic", "lecture", 50, 0, 99, (Requisite("prerequisite", ("A", "GONE"), 1),)),
        Course("C", {"en": "Third"}, 5.0, 2, "basic", "lecture", 50, 0, 100, (Requisite("corequisite", ("B",)),)))
    version = make_version(organisation=faculty, plan=make_plan(courses=courses), status="published")
    held = make_assessment(course=version.courses.get(code="B"))
    reader = make_user(role="teacher", at=faculty)
    answer = page(client, reader, "programmes:course", version.programme.code, version.version, "B")
    found, text = answer.context["page"], words(answer)
    assert [(need.kind, need.need, [code for code, *_rest in need.options]) for need in found.needs] == [("prerequisite", 1, ["A", "GONE"])]
    assert "leads nowhere" in text
    assert [(code, kind) for code, _title, _term, kind in found.needed_by] == [("C", "corequisite")]
    assert (found.hours, found.hours_expected) == (149, 150.0)
    assert "hours differ from the credits" in text
    assert reverse("students:assessment", args=[held.pk]) in answer.content.decode()
    assert page(client, reader, "programmes:course", version.programme.code, version.version, "GONE").status_code == 404
    first = page(client, reader, "programmes:course", version.programme.code, version.version, "A").context["page"]
    assert [one.item.code for one in first.cells] == ["1.1"]
    assert (first.metrics.blocking, first.metrics.complexity) == (2, first.metrics.blocking + first.metrics.delay)


# ---- found by others ----

def test_the_palette_finds_students_by_name_where_evidence_may_be_seen(client, version):
    student = make_student(version=version, user=make_user(
        role="student", at=version.programme.organisation, name={"kk": "Әсел Қалиева", "ru": "Асель Калиева", "en": "Asel Kaliyeva"}))
    address = reverse("students:student", args=[student.student_id])
    for words_typed, role, found in (("әсел", "teacher", True), ("калиева асель", "teacher", True), ("nobody", "teacher", False),
                                     ("asel", "student", False), ("asel", "ministry_analyst", False)):
        reader = make_user(role=role, at=version.programme.organisation)
        assert (address in page(client, reader, "search:results", q=words_typed).content.decode()) is found, (words_typed, role)


def test_a_source_opens_for_those_who_may_see_it(version):
    from sheber.spine.evidence.sources import resolve

    held = make_assessment(course=version.courses.get(code="MAT1"))
    key = ("programmes.assessment", str(held.pk))
    source = resolve([key])[key]
    assert source.url == reverse("students:assessment", args=[held.pk])
    assert source.visible_to(make_user(role="teacher", at=version.programme.organisation))
    assert source.visible_to(held.assessor)
    assert not source.visible_to(make_user(role="enterprise_engineer", at=make_organisation(kind="enterprise")))
    unknown = ("programmes.assessment", "x")
    assert resolve([unknown])[unknown].url == ""
