"""Courses, facts, targets and new programmes changed through the services: what is written, what is told, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.apps.programmes import services
from sheber.apps.programmes.models import Course, MatrixCell, Programme, ProgrammeVersion, Requisite, Term
from sheber.apps.programmes.queries import version_plan
from sheber.apps.programmes.rules.renaming import naming, with_code, without
from sheber.apps.programmes.services import course_editing
from sheber.engines.curriculum import plan as values
from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.audit.services import verify
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_user

from .factories import make_assessment, make_plan, make_reference, make_version

FACTS = {"title": {"en": "New"}, "ects": 5.0, "term": 1, "cycle": "basic", "delivery": "lab", "contact_hours": 50, "lab_hours": 0,
         "self_study_hours": 100, "features": ["capstone"]}


@pytest.fixture
def director(db):
    return make_user()


@pytest.fixture
def version(db):
    third = values.Course("PHY1", {"en": "Physics"}, 0.0, 2, requisites=(
        values.Requisite("prerequisite", ("MAT1", "MAT2"), 1), values.Requisite("corequisite", ("MAT2",)),
        values.Requisite("prerequisite", ("MAT1", "MAT2", "LATER"), 3)))
    plan = make_plan()
    return make_version(organisation=make_organisation(), plan=make_plan(courses=(*plan.courses, third)))


def course_of(version, code):
    return next(one for one in version_plan(version.pk).courses if one.code == code)


def unchanged(course):
    return {"title": course.title, "ects": course.credits, "term": course.term, "cycle": course.cycle, "delivery": course.delivery,
            "contact_hours": course.contact_hours, "lab_hours": course.lab_hours, "self_study_hours": course.self_study_hours,
            "features": sorted(course.features)}


def save(version, code, director, *, new_code=None, edit_version=None, **changes):
    course = course_of(version, code)
    return services.course_save(
        version_id=version.pk, code=code, new_code=new_code or code, facts={**unchanged(course), **changes.pop("facts", {})},
        requisites=changes.pop("requisites", course.requisites), outcomes=changes.pop("outcomes", course.outcomes), actor=director,
        edit_version=edit_version or ProgrammeVersion.objects.get(pk=version.pk).edit_version, **changes)


def last():
    return AuditEntry.objects.order_by("-sequence").first()


def test_what_is_so_already_is_not_written(version, director):
    before = AuditEntry.objects.count()
    assert save(version, "PHY1", director) == version.edit_version
    assert AuditEntry.objects.count() == before


def test_one_save_is_one_entry_with_before_and_after(version, director):
    number = save(version, "MAT2", director, facts={"ects": 6.5}, requisites=(values.Requisite("prerequisite", ("MAT1", "PHY1"), 1),),
                  outcomes=(values.Outcome("A", {"kk": "Шешеді"}),), reason="Survey")
    entry = last()
    assert number == version.edit_version + 1
    assert (entry.verb, entry.actor, entry.reason) == ("programme.course_changed", director, "Survey")
    assert entry.before == {"ects": 30.0, "prerequisite": "MAT1", "outcomes": {}}
    assert entry.after == {"ects": 6.5, "prerequisite": "any(MAT1, PHY1)", "outcomes": {"A": {"kk": "Шешеді"}}, "course": "MAT2"}
    assert verify().ok


def test_a_new_code_is_carried_into_the_requisites_of_the_others(version, director):
    pk = Course.objects.get(version=version, code="MAT1").pk
    cells = MatrixCell.objects.filter(course_id=pk).count()
    save(version, "MAT1", director, new_code="ALG1")
    assert Course.objects.get(pk=pk).code == "ALG1"
    assert MatrixCell.objects.filter(course_id=pk).count() == cells
    assert course_of(version, "MAT2").requisites == (values.Requisite("prerequisite", ("ALG1",)),)
    assert [one.options for one in course_of(version, "PHY1").requisites] == [("ALG1", "MAT2"), ("MAT2",), ("ALG1", "MAT2", "LATER")]
    assert last().after["requisites_renamed"] == ["MAT2", "PHY1"]


def test_the_code_of_another_course_is_refused_and_nothing_is_written(version, director):
    with pytest.raises(DomainError) as no:
        save(version, "MAT1", director, new_code="MAT2", facts={"ects": 1.0})
    assert (no.value.code, set(no.value.detail["fields"])) == ("bad_course", {"code"})
    assert course_of(version, "MAT1").credits == 30.0


@pytest.mark.parametrize("code", ["", " ", "A/B", "A(B", "X" * 31, "A;B"])
def test_what_is_no_code_is_refused(version, director, code):
    with pytest.raises(DomainError) as no:
        services.course_add(version_id=version.pk, code=code, facts=FACTS, actor=director, edit_version=version.edit_version)
    assert (no.value.code, set(no.value.detail["fields"])) == ("bad_course", {"code"})


def test_a_new_course_stands_after_the_others(version, director):
    services.course_add(version_id=version.pk, code="NEW1", facts=FACTS, requisites=[values.Requisite("prerequisite", ("MAT1",))],
                        outcomes=[values.Outcome("LO1", {"en": "Do."})], actor=director, edit_version=version.edit_version)
    assert [one.code for one in version_plan(version.pk).courses] == ["MAT1", "MAT2", "PHY1", "NEW1"]
    assert course_of(version, "NEW1") == values.Course(
        "NEW1", {"en": "New"}, 5.0, 1, "basic", "lab", 50, 0, 100, (values.Requisite("prerequisite", ("MAT1",)),), (),
        frozenset({"capstone"}), (values.Outcome("LO1", {"en": "Do."}),))
    assert last().verb == "programme.course_added"


def test_a_removed_course_leaves_no_trace_but_the_record(version, director):
    services.course_remove(version_id=version.pk, code="MAT2", actor=director, edit_version=version.edit_version, reason="Merged")
    assert [one.code for one in version_plan(version.pk).courses] == ["MAT1", "PHY1"]
    assert course_of(version, "PHY1").requisites == (
        values.Requisite("prerequisite", ("MAT1",), 1), values.Requisite("prerequisite", ("MAT1", "LATER"), 2))
    entry = last()
    assert entry.before["cells"] == {"1.1": "U3", "2.1": "I1"}
    assert entry.before["prerequisite"] == "MAT1"
    assert entry.before["requisites_of_others"] == {"PHY1": "any(MAT1, MAT2); MAT2; 3 of (MAT1, MAT2, LATER)"}
    assert (entry.after, entry.reason) == ({"course": "MAT2"}, "Merged")


def test_a_course_in_which_people_were_assessed_stays(version, director):
    make_assessment(course=Course.objects.get(version=version, code="MAT1"))
    with pytest.raises(DomainError) as no:
        services.course_remove(version_id=version.pk, code="MAT1", actor=director, edit_version=version.edit_version)
    assert no.value.code == "course_in_use"
    assert course_of(version, "MAT2").requisites == (values.Requisite("prerequisite", ("MAT1",)),)


CHANGES = {
    "course_add": lambda v, **more: services.course_add(version_id=v.pk, code="N1", facts=FACTS, **more),
    "course_save": lambda v, **more: services.course_save(version_id=v.pk, code="MAT1", new_code="MAT9", facts=FACTS, requisites=(),
                                                          outcomes=(), **more),
    "course_remove": lambda v, **more: services.course_remove(version_id=v.pk, code="MAT2", **more).edit_version,
    "facts_update": lambda v, **more: services.facts_update(version_id=v.pk, title={"en": "Other"}, facts={"years": 2}, terms=(
        values.Term(1, 1, "autumn"), values.Term(2, 1, "spring"), values.Term(3, 2, "autumn")), **more),
    "targets_update": lambda v, **more: services.targets_update(version_id=v.pk, overrides={"1.1": 5.0}, entry_levels={"1.1": 1},
                                                                **{"reason": "Survey", **more})}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(("status", "stated", "refusal"), [
    ("published", 0, "not_draft"), ("archived", 0, "not_draft"), ("draft", 1, "stale")])
def test_only_a_draft_that_nobody_changed_meanwhile_is_changed(version, director, name, status, stated, refusal):
    ProgrammeVersion.objects.filter(pk=version.pk).update(status=status)
    before, entries = version_plan(version.pk), AuditEntry.objects.count()
    with pytest.raises(DomainError) as no:
        CHANGES[name](version, actor=director, edit_version=version.edit_version - stated)
    assert no.value.code == refusal
    assert version_plan(version.pk) == before
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize("name", CHANGES)
def test_no_audit_no_change(version, director, name, monkeypatch):
    before = version_plan(version.pk)
    monkeypatch.setattr(course_editing.audit, "record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        CHANGES[name](version, actor=director, edit_version=version.edit_version)
    assert version_plan(version.pk) == before


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_counted_and_told_once(version, director, name):
    entries = AuditEntry.objects.count()
    assert CHANGES[name](version, actor=director, edit_version=version.edit_version) == version.edit_version + 1
    assert AuditEntry.objects.count() == entries + 1


def test_a_term_with_courses_does_not_go(version, director):
    with pytest.raises(DomainError) as no:
        services.facts_update(version_id=version.pk, title={"en": "Programme"}, facts={}, terms=[values.Term(1, 1, "autumn")],
                              actor=director, edit_version=version.edit_version)
    assert no.value.code == "term_in_use"
    assert no.value.detail["courses"] == ["MAT2", "PHY1"]
    assert Term.objects.filter(version=version).count() == 2


@pytest.mark.parametrize(("facts", "field"), [
    ({"nqf": 9}, "nqf"), ({"degree": "guru"}, "degree"), ({"isced_f": "123456789"}, "isced_f"),
    ({"engineer_type_id": "x"}, "engineer_type"), ({"term_load_min": 31.0}, "term_load_target")])
def test_facts_that_do_not_fit_are_refused_by_name(version, director, facts, field):
    with pytest.raises(DomainError) as no:
        services.facts_update(version_id=version.pk, title={"en": "P"}, facts=facts, terms=(), actor=director,
                              edit_version=version.edit_version)
    assert (no.value.code, set(no.value.detail["fields"])) == ("bad_facts", {field})


def test_own_targets_take_the_place_of_the_engineer_types_and_need_a_reason(version, director):
    default = version_plan(version.pk).targets
    given = {"version_id": version.pk, "overrides": {"1.1": 4.5, "4.3": None}, "entry_levels": {"1.1": 2}, "actor": director,
             "edit_version": version.edit_version}
    with pytest.raises(DomainError) as no:
        services.targets_update(**given)
    assert no.value.code == "reason_missing"
    services.targets_update(**given, reason="Survey of 2026")
    plan = version_plan(version.pk)
    assert plan.targets == {**{item: level for item, level in default.items() if item != "4.3"}, "1.1": 4.5}
    assert plan.entry_levels == {"1.1": 2}


@pytest.mark.parametrize(("overrides", "entry", "code"), [
    ({"9.9": 1.0}, {}, "unknown_items"), ({"1.1": 5.5}, {}, "bad_level"), ({}, {"1.1": -1}, "bad_level")])
def test_targets_that_cannot_be_are_refused(version, director, overrides, entry, code):
    with pytest.raises(DomainError) as no:
        services.targets_update(version_id=version.pk, overrides=overrides, entry_levels=entry, actor=director,
                                edit_version=version.edit_version, reason="Survey")
    assert no.value.code == code


GIVEN = {"code": "6B07999", "title": {"kk": "Жаңа", "ru": "Новая"}, "engineer_type": "technician", "degree": "bachelor",
         "version": "2027.1", "years": 4, "system": "semester"}


def start(director, **fields):
    return services.programme_start(**{**GIVEN, "organisation": make_organisation(code="HOUSE").code, "actor": director, **fields})


def test_a_new_programme_is_an_empty_draft_with_terms(director):
    make_reference()
    draft = start(director)
    plan = version_plan(draft.pk)
    assert (draft.status, plan.courses, plan.credits, plan.term_load) == ("draft", (), 240.0, (27.0, 30.0, 33.0))
    assert [(term.number, term.year, term.season) for term in plan.terms] == [
        (number, (number + 1) // 2, "autumn" if number % 2 else "spring") for number in range(1, 9)]
    assert (plan.details["nqf"], plan.details["eqf"]) == (6, 6)
    assert plan.targets
    assert last().verb == "programme.started"


def test_a_programme_is_started_once_at_a_place(director):
    make_reference()
    start(director)
    with pytest.raises(DomainError) as no:
        services.programme_start(**GIVEN, organisation="HOUSE", actor=director)
    assert no.value.code == "programme_exists"


@pytest.mark.parametrize(("fields", "wrong"), [
    ({"code": "new"}, "code"), ({"code": "A/B"}, "code"), ({"code": "X" * 21}, "code"), ({"version": "1/2"}, "version"),
    ({"title": {}}, "title"), ({"years": 9}, "years"), ({"engineer_type": "x"}, "engineer_type")])
def test_a_programme_that_does_not_fit_is_refused_by_name(director, fields, wrong):
    make_reference()
    with pytest.raises(DomainError) as no:
        start(director, **fields)
    assert wrong in no.value.detail["fields"]
    assert not Programme.objects.exists()


# --- laws ---------------------------------------------------------------------------------------------------------------------------

OPTIONS = st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=5, unique=True).map(tuple)
REQUISITES = st.builds(values.Requisite, st.just("prerequisite"), OPTIONS, st.integers(1, 5)).filter(
    lambda one: one.need <= len(one.options))


def met(requisite, passed):
    return sum(option in passed for option in requisite.options) >= requisite.need


@given(REQUISITES, st.sets(st.sampled_from("ABCDE")))
def test_a_new_name_changes_no_meaning(requisite, passed):
    renamed = with_code(requisite, "A", "NEW")
    assert not naming([renamed], "A")
    assert met(renamed, {"NEW" if one == "A" else one for one in passed}) == met(requisite, passed)
    assert with_code(renamed, "NEW", "A") == requisite


@given(REQUISITES)
def test_what_is_left_can_be_met_and_never_asks_for_more(requisite):
    left = without(requisite, "A")
    if left is None:
        assert requisite.options == ("A",)
        return
    assert not naming([left], "A")
    assert met(left, set("BCDE"))
    assert left.need <= requisite.need


@given(REQUISITES)
def test_a_name_that_is_there_already_is_there_once(requisite):
    renamed = with_code(requisite, "A", "B")
    assert len(set(renamed.options)) == len(renamed.options)
    assert met(renamed, set("BCDE"))


def test_requisites_of_another_version_stay(version, director):
    ProgrammeVersion.objects.filter(pk=version.pk).update(status="published")
    draft = services.version_revise(version_id=version.pk, version="2027.1", actor=director)
    save(draft, "MAT1", director, new_code="ALG1")
    assert Requisite.objects.filter(course__version=version, options=["MAT1"]).exists()
