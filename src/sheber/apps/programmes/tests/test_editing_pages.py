"""Forms of a draft over HTTP: who may, what is refused in words, two people at once, what it costs."""

import json
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sheber.apps.programmes.models import Course as CourseRow
from sheber.apps.programmes.models import Programme, ProgrammeVersion
from sheber.apps.programmes.queries import version_plan
from sheber.apps.programmes.rules.reading.values import write_requisites
from sheber.engines.curriculum.plan import Course, Outcome, Requisite
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_user

from .factories import make_assessment, make_plan, make_reference, make_version
from .strategies import requisite, texts, titles

HOURS = ("contact_hours", "lab_hours", "self_study_hours")
PAGES = {"course_add": (), "course_edit": ("MAT2",), "facts_edit": (), "targets_edit": ()}


@pytest.fixture
def university(db):
    return make_organisation()


@pytest.fixture
def version(university):
    return make_version(organisation=university)


def director_of(university, language="en", name="Aigerim"):
    client = Client()
    client.force_login(make_user(role="programme_director", at=university, name={"en": name, "ru": name, "kk": name}))
    client.cookies["sheber_language"] = language
    return client


@pytest.fixture
def director(university):
    return director_of(university)


def address(version, name, *more):
    return reverse(f"programmes:{name}", args=[version.programme.code, version.version, *more])


def data_of(form):
    """What a browser sends when nothing was touched."""
    data = {}
    for bound in form:
        value = bound.value()
        if bound.html_name in {"outcomes", "terms"}:
            for place, column in enumerate(bound.field.widget.columns):
                data[f"{bound.html_name}-{column}"] = [row[place] for row in value or ()]
        else:
            data[bound.html_name] = "" if value is None else value
    return data


def opened(client, version, name, *more):
    answer = client.get(address(version, name, *more))
    assert answer.status_code == 200
    return data_of(answer.context["form"])


def text(answer):
    return unescape(answer.content.decode())


def course_of(version, code):
    return next(one for one in version_plan(version.pk).courses if one.code == code)


# --- permission ---------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("role", "elsewhere", "may"), [
    ("programme_director", False, True), ("administrator", False, True), ("programme_director", True, False), ("teacher", False, False),
    ("student", False, False), ("ministry_analyst", False, False)])
def test_who_may_open_a_form(version, name, role, elsewhere, may):
    client = Client()
    client.force_login(make_user(role=role, at=make_organisation() if elsewhere else version.programme.organisation))
    url = address(version, name, *PAGES[name])
    assert client.get(url).status_code in ({200} if may else {403, 404})
    if not may:
        assert client.post(url, {}).status_code in {403, 404}


def test_who_may_remove_and_start(version, university):
    client = Client()
    client.force_login(make_user(role="teacher", at=university))
    assert client.post(address(version, "course_remove", "MAT2")).status_code in {403, 404}
    assert client.get(reverse("programmes:new")).status_code == 403
    assert course_of(version, "MAT2")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("status", "word"), [("published", "is in force"), ("archived", "is archived")])
def test_a_version_in_force_says_why_it_is_closed(version, director, name, status, word):
    data = opened(director, version, name, *PAGES[name])
    ProgrammeVersion.objects.filter(pk=version.pk).update(status=status)
    before = version_plan(version.pk)
    url = address(version, name, *PAGES[name])
    assert word in text(director.get(url))
    answer = director.post(url, data)
    assert (answer.status_code, word in text(answer)) == (409, True)
    assert version_plan(version.pk) == before


# --- reading back -------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["course_edit", "facts_edit", "targets_edit"])
def test_a_form_saved_untouched_changes_nothing(version, director, name):
    before = version_plan(version.pk)
    answer = director.post(address(version, name, *PAGES[name]), opened(director, version, name, *PAGES[name]))
    assert answer.status_code == 302
    assert version_plan(version.pk) == before
    assert ProgrammeVersion.objects.get(pk=version.pk).edit_version == version.edit_version


@st.composite
def forms(draw):
    """What is typed, and the course it says."""
    listed = ["MAT1", "PHY1", "PHY2"]
    title = draw(titles())
    own = [draw(st.lists(requisite(listed[:1], (kind,)).filter(lambda one: one.options == ("MAT1",)), max_size=2)) for kind in (
        "prerequisite", "corequisite", "strict_corequisite")]
    outcomes = draw(st.lists(st.builds(Outcome, texts(8), titles()), max_size=3, unique_by=lambda one: one.code))
    hours = [draw(st.none() | st.integers(0, 900)) for _ in range(3)]
    credits = draw(st.integers(0, 240)) / 4
    features = draw(st.sets(st.sampled_from(("capstone", "industrial_practice", "design_implement_basic"))))
    term, cycle = draw(st.sampled_from((None, 1, 2))), draw(st.sampled_from(("general", "basic", "major", "other")))
    delivery = draw(st.sampled_from(("lecture", "lab", "practice", "project", "thesis")))
    code = draw(st.sampled_from(("MAT2", "ФИЗ 7", "AI-2.1")))
    comma = draw(st.booleans())
    typed = {
        "code": code, **{f"title_{language}": title.get(language, "") for language in ("kk", "ru", "en")},
        "ects": f"{credits:g}".replace(".", "," if comma else "."), "term": "" if term is None else str(term),
        "cycle": cycle, "delivery": delivery,
        **{name: "" if value is None else str(value) for name, value in zip(HOURS, hours, strict=True)},
        "features": sorted(features), **{name: write_requisites(tuple(each)) for name, each in zip(
            ("prerequisites", "corequisites", "strict_corequisites"), own, strict=True)},
        "outcomes-code": [one.code for one in outcomes],
        **{f"outcomes-{language}": [one.text.get(language, "") for one in outcomes] for language in ("kk", "ru", "en")}}
    said = Course(code, title, credits, term, cycle, delivery, *hours, tuple(one for each in own for one in each), (), frozenset(features),
                  tuple(outcomes))
    return typed, said


class TestWhatIsTypedIsWhatStands(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(forms())
    def test_a_course_read_back_is_what_was_typed(self, drawn):
        typed, said = drawn
        university = make_organisation()
        version, client = make_version(organisation=university), director_of(university)
        answer = client.post(address(version, "course_edit", "MAT2"), {**typed, "edit_version": str(version.edit_version), "opened": "{}"})
        assert answer.status_code == 302, answer.context["form"].errors
        found = course_of(version, said.code)
        cells = {"cells": found.cells}
        assert found == Course(**{**{name: getattr(said, name) for name in Course.__slots__}, **cells})
        assert [cell.item for cell in found.cells] == ["1.1", "2.1"]
        shown = opened(client, version, "course_edit", said.code)
        assert {**typed, "ects": typed["ects"].replace(",", ".")}.items() <= shown.items()


def test_facts_are_what_was_typed(version, director):
    data = opened(director, version, "facts_edit") | {
        "title_ru": "Другая", "qualification_kk": "Бакалавр", "nqf": "6", "languages": ["kk", "en"], "years": "2", "credits": "120",
        "term_load_min": "25,5", "terms-number": ["1", "2", "3", ""], "terms-year": ["1", "1", "2", ""],
        "terms-season": ["autumn", "spring", "autumn", ""], "reason": "Decision 4"}
    assert director.post(address(version, "facts_edit"), data).status_code == 302
    plan = version_plan(version.pk)
    assert plan.title["ru"] == "Другая"
    assert (plan.credits, plan.term_load) == (120.0, (25.5, 30.0, 33.0))
    assert [(term.number, term.season) for term in plan.terms] == [(1, "autumn"), (2, "spring"), (3, "autumn")]
    assert (plan.details["nqf"], plan.details["languages"], plan.details["qualification"]) == (6, ("kk", "en"), {"kk": "Бакалавр"})


def test_an_own_target_needs_a_reason_and_a_dash_takes_an_item_out(version, director):
    data = opened(director, version, "targets_edit") | {"own_1_1": "4,5", "own_4_3": "-", "entry_2_1": "1"}
    answer = director.post(address(version, "targets_edit"), data)
    assert answer.status_code == 422
    assert "Say why the targets differ" in text(answer)
    assert director.post(address(version, "targets_edit"), data | {"reason": "Survey"}).status_code == 302
    plan = version_plan(version.pk)
    assert plan.targets["1.1"] == 4.5
    assert "4.3" not in plan.targets
    assert plan.entry_levels == {"2.1": 1}
    assert opened(director, version, "targets_edit")["own_4_3"] == "–"


# --- refusals in words --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("changes", "field"), [
    ({"code": ""}, "code"), ({"code": "MAT1"}, "code"), ({"code": "A/B"}, "code"), ({"ects": "many"}, "ects"), ({"ects": "61"}, "ects"),
    ({"lab_hours": "2.5"}, "lab_hours"), ({"title_kk": "", "title_ru": "", "title_en": ""}, "title_kk"),
    ({"prerequisites": "MAT1, MAT2"}, "prerequisites"),
    ({"prerequisites": "MAT"}, "prerequisites"), ({"corequisites": "MAT2"}, "corequisites"), ({"term": "9"}, "term"),
    ({"title_en": "a\x00b"}, "title_en"),
    ({"outcomes-code": ["A", "A"], "outcomes-en": ["x", "y"], "outcomes-kk": ["", ""], "outcomes-ru": ["", ""]}, "outcomes"),
    ({"outcomes-code": [""], "outcomes-en": ["x"]}, "outcomes")])
def test_a_slip_is_told_at_its_field_and_what_was_typed_stays(version, director, changes, field):
    before = version_plan(version.pk)
    answer = director.post(address(version, "course_edit", "MAT2"),
                           opened(director, version, "course_edit", "MAT2") | {"contact_hours": "77"} | changes)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert 'name="contact_hours" value="77"' in text(answer)
    assert version_plan(version.pk) == before


def test_a_code_that_leads_nowhere_is_answered_with_the_nearest(version, director):
    data = opened(director, version, "course_edit", "MAT2") | {"prerequisites": "MAT11"}
    answer = director.post(address(version, "course_edit", "MAT2"), data)
    assert "MAT11 is not among the courses. Did you mean MAT1?" in text(answer)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_errors_speak_the_readers_language(version, university, language):
    client = director_of(university, language)
    answer = client.post(address(version, "course_edit", "MAT2"), opened(client, version, "course_edit", "MAT2") | {"ects": "x"})
    page = text(answer)
    assert answer.status_code == 422
    assert f'<html lang="{language}"' in page
    assert ("is not a number" in page) == (language == "en")
    assert answer.context["form"].errors["ects"][0]


# --- two people ---------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def colleague(university):
    return director_of(university, name="Serik")


def both(version, director, colleague, mine, theirs):
    """The director opens the form, the colleague saves first, then the director saves."""
    url = address(version, "course_edit", "MAT2")
    data = opened(director, version, "course_edit", "MAT2")
    assert colleague.post(url, opened(colleague, version, "course_edit", "MAT2") | theirs).status_code == 302
    answer = director.post(url, data | mine)
    assert answer.status_code == 409
    return answer


def test_a_stale_save_shows_both_field_by_field_and_keeps_what_was_typed(version, director, colleague):
    answer = both(version, director, colleague, {"lab_hours": "45", "ects": "7"}, {"title_ru": "Матан", "ects": "8"})
    page = text(answer)
    assert "Serik changed this version at" in page
    assert {(one.label, one.mine, one.saved, one.is_clash) for one in answer.context["stale"].differences} == {
        ("Credits", "7", "8", True), ("Laboratory hours", "45", "0", False), ("Title in Russian", "Математика 2", "Матан", False)}
    assert 'name="lab_hours" value="45"' in page
    assert course_of(version, "MAT2").lab_hours == 0


@pytest.mark.parametrize(("way", "expected"), [("merge", (45, 7.0, "Матан")), ("mine", (45, 7.0, "Математика 2"))])
def test_ways_out_of_a_stale_save(version, director, colleague, way, expected):
    answer = both(version, director, colleague, {"lab_hours": "45", "ects": "7"}, {"title_ru": "Матан", "ects": "8"})
    again = data_of(answer.context["form"]) | {"way": way}
    assert director.post(address(version, "course_edit", "MAT2"), again).status_code == 302
    found = course_of(version, "MAT2")
    assert (found.lab_hours, found.credits, found.title["ru"]) == expected


def test_a_third_save_in_between_is_seen_too(version, director, colleague):
    answer = both(version, director, colleague, {"lab_hours": "45"}, {"title_ru": "Матан"})
    url = address(version, "course_edit", "MAT2")
    assert colleague.post(url, opened(colleague, version, "course_edit", "MAT2") | {"term": "1"}).status_code == 302
    assert director.post(url, data_of(answer.context["form"]) | {"way": "merge"}).status_code == 409
    assert course_of(version, "MAT2").lab_hours == 0


@pytest.mark.parametrize("name", ["facts_edit", "targets_edit", "course_add"])
def test_every_form_is_told_that_it_is_stale(version, director, colleague, name):
    data = opened(director, version, name) | {"reason": "Survey"}
    data |= {"facts_edit": {"years": "2"}, "targets_edit": {"own_1_1": "4.5"},
             "course_add": {"code": "N1", "title_en": "New", "ects": "5"}}[name]
    theirs = opened(colleague, version, "course_edit", "MAT2") | {"ects": "8"}
    assert colleague.post(address(version, "course_edit", "MAT2"), theirs).status_code == 302
    answer = director.post(address(version, name), data)
    assert answer.status_code == 409
    assert director.post(address(version, name), data_of(answer.context["form"]) | {"way": "merge"}).status_code == 302


@pytest.mark.parametrize("lie", ["", "x", "-1", "99999999999999999999", "١"])
@pytest.mark.parametrize("kept", ["", "{", "[]", "null", "[" * 5000])
def test_a_form_without_its_marks_is_stale_and_breaks_nothing(version, director, lie, kept):
    data = opened(director, version, "course_edit", "MAT2") | {"edit_version": lie, "opened": kept}
    assert director.post(address(version, "course_edit", "MAT2"), data | {"ects": "3"}).status_code == 409
    assert director.post(address(version, "course_edit", "MAT2"), data | {"ects": "3", "way": "merge"}).status_code == 409


def test_a_course_that_is_gone_can_be_added_again_from_what_was_typed(version, director, colleague):
    data = opened(director, version, "course_edit", "MAT2") | {"ects": "9"}
    assert colleague.post(address(version, "course_remove", "MAT2"), {"edit_version": version.edit_version}).status_code == 302
    answer = director.post(address(version, "course_edit", "MAT2"), data)
    assert answer.status_code == 409
    assert "no longer in this version" in text(answer)
    assert director.post(address(version, "course_add"), data_of(answer.context["form"])).status_code == 302
    assert course_of(version, "MAT2").credits == 9.0


# --- adding, removing, starting -----------------------------------------------------------------------------------------------------

def test_the_question_says_what_else_goes(version, director):
    page = text(director.get(address(version, "course_edit", "MAT1")))
    assert "its place in the requisites of MAT2" in page
    assert "1 cell of the matrix" in page
    answer = director.post(address(version, "course_remove", "MAT1"), {"edit_version": version.edit_version, "reason": "Merged"})
    assert answer.status_code == 302
    assert course_of(version, "MAT2").requisites == ()


def test_a_course_with_assessments_is_not_removed(version, director):
    make_assessment(course=CourseRow.objects.get(version=version, code="MAT1"))
    assert "so the course stays" in text(director.get(address(version, "course_edit", "MAT1")))
    answer = director.post(address(version, "course_remove", "MAT1"), {"edit_version": version.edit_version})
    assert answer.status_code == 409
    assert "Somebody was assessed in MAT1" in text(answer)


def test_a_removal_of_what_changed_meanwhile_asks_again(version, director):
    answer = director.post(address(version, "course_remove", "MAT1"), {"edit_version": version.edit_version - 1})
    assert answer.status_code == 409
    assert f'name="edit_version" value="{version.edit_version}"' in text(answer)
    assert course_of(version, "MAT1")


def test_a_programme_started_from_nothing_breaks_no_page(university, director):
    make_reference()
    page = text(director.get(reverse("programmes:new")))
    assert university.code in page
    data = {"code": "6B07555", "title_kk": "Жаңа", "title_ru": "", "title_en": "", "organisation": university.code,
            "engineer_type": "line_engineer", "degree": "bachelor", "years": "4", "system": "semester", "version": "2027.1", "reason": ""}
    answer = director.post(reverse("programmes:new"), data)
    assert answer.status_code == 302
    version = ProgrammeVersion.objects.get(programme__code="6B07555")
    overview = text(director.get(answer["Location"]))
    assert "The programme has no courses yet" in overview
    assert address(version, "course_add") in overview
    for name in ("matrix", "findings", "gap", "gap_changes", "students", "history", "map_svg", "course_add", "facts_edit", "targets_edit"):
        assert director.get(address(version, name)).status_code == 200, name
    for kind in ("xlsx", "csv", "yaml"):
        assert director.get(address(version, "export", kind)).status_code == 200, kind
    assert director.get(reverse("programmes:list")).status_code == 200
    assert director.post(reverse("programmes:new"), data).status_code == 409
    assert Programme.objects.filter(code="6B07555").count() == 1


@pytest.mark.parametrize(("changes", "field"), [
    ({"code": ""}, "code"), ({"title_kk": ""}, "title_kk"), ({"years": "9"}, "years"), ({"organisation": "ELSEWHERE"}, "organisation")])
def test_a_programme_is_started_only_with_what_it_needs(university, director, changes, field):
    make_reference()
    make_organisation(code="ELSEWHERE")
    data = {"code": "6B07555", "title_kk": "Жаңа", "organisation": university.code, "engineer_type": "line_engineer", "degree": "bachelor",
            "years": "4", "system": "semester", "version": "2027.1"}
    answer = director.post(reverse("programmes:new"), data | changes)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not Programme.objects.exists()


# --- cost ---------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", PAGES)
def test_a_form_costs_the_same_for_two_courses_and_25(university, director, name):
    def cost(how_many):
        first = (Requisite("prerequisite", ("MAT1",)),)
        courses = tuple(Course(f"MAT{n}", {"en": f"Course {n}"}, 1.0, 1, requisites=first if n > 1 else (),
                               outcomes=(Outcome("A", {"en": "Do."}),)) for n in range(1, how_many + 1))
        version = make_version(organisation=university, plan=make_plan(courses=courses))
        opened(director, version, name, *PAGES[name])
        with CaptureQueriesContext(connection) as read:
            data = opened(director, version, name, *PAGES[name])
        data |= ({"code": "MAT99", "title_en": "Other", "ects": "2"} if name.startswith("course")
                 else {"reason": "Survey", "own_1_1": "4.5", "years": "2"})
        with CaptureQueriesContext(connection) as written:
            assert director.post(address(version, name, *PAGES[name]), data).status_code == 302
        return len(read), len(written)

    few, many = cost(2), cost(25)
    assert few == many
    assert max(few) < 60


def test_what_a_form_keeps_cannot_leave_its_field(university, director):
    evil = '"><script>alert(1)</script>'
    version = make_version(organisation=university, plan=make_plan(courses=(Course("C1", {"en": evil}, 30.0, 1),)))
    page = director.get(address(version, "course_edit", "C1")).content.decode()
    assert "<script>alert" not in page
    assert json.loads(opened(director, version, "course_edit", "C1")["opened"])["title_en"] == evil
