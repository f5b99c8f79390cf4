"""Writing programmes: all or nothing, recorded, never over somebody else's work, never in what is in force."""

from dataclasses import replace
from datetime import date

import pytest

from sheber.apps.programmes import queries, services
from sheber.apps.programmes.models import Assessment, Course, MatrixCell, Programme, ProgrammeVersion
from sheber.apps.programmes.tests.factories import make_plan, make_reference, make_version
from sheber.engines.curriculum.plan import Cell, Requisite
from sheber.engines.curriculum.plan import Course as PlanCourse
from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db


def everything() -> list[object]:
    """Every row of a programme, to be compared before and after."""
    return [list(model.objects.order_by("pk").values()) for model in (Programme, ProgrammeVersion, Course, MatrixCell, AuditEntry)]


def break_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sheber.spine.audit.services.record", fail)


def test_import_keeps_the_plan():
    make_reference()
    plan = make_plan()
    report = services.import_programme(plan=plan, organisation=make_organisation(), actor=make_user())
    assert report.written
    assert report.is_new_programme
    stored = queries.version_plan(report.version_id)
    assert stored.courses == plan.courses
    assert (stored.terms, stored.credits, stored.term_load, stored.title) == (plan.terms, plan.credits, plan.term_load, plan.title)
    assert stored.targets["4.5"] == 4


def test_dry_run_writes_nothing_and_tells_the_same():
    make_reference()
    organisation, plan = make_organisation(), make_plan()
    before = everything()
    dry = services.import_programme(plan=plan, organisation=organisation, actor=None, dry_run=True)
    assert everything() == before
    wet = services.import_programme(plan=plan, organisation=organisation, actor=None)
    assert (dry.difference, dry.findings, dry.written, wet.written) == (wet.difference, wet.findings, False, True)


def test_import_into_a_draft_tells_what_changes_and_keeps_courses():
    version = make_version(organisation=make_organisation())
    plan = queries.version_plan(version.pk)
    first, second = plan.courses
    added = PlanCourse("NEW", {"en": "New"}, 3.0, 2)
    changed = replace(plan, courses=(replace(first, credits=28.0, cells=(Cell("1.1", "T", 3),)), added))
    kept = Course.objects.get(version=version, code="MAT1").pk
    report = services.import_programme(plan=changed, organisation=version.programme.organisation, actor=None)
    assert report.difference.courses_added == ("NEW",)
    assert report.difference.courses_removed == (second.code,)
    assert [(change.code, dict(change.facts)) for change in report.difference.courses_changed] == [("MAT1", {"credits": ("30", "28")})]
    assert {(cell.course, cell.item, cell.before, cell.after) for cell in report.difference.cells} == {
        ("MAT1", "1.1", "T2", "T3"), ("MAT2", "1.1", "U3", ""), ("MAT2", "2.1", "I1", "")}
    assert Course.objects.get(version=version, code="MAT1").pk == kept
    assert queries.version_plan(version.pk).courses == changed.courses


def test_the_same_plan_twice_writes_once():
    organisation, plan = make_organisation(), make_plan()
    version = make_version(organisation=organisation, plan=plan)
    before = everything()
    report = services.import_programme(plan=plan, organisation=organisation, actor=None)
    assert not report.written
    assert not report.difference
    assert everything() == before
    again = services.import_programme(plan=queries.version_plan(version.pk), organisation=organisation, actor=None)
    assert not again.difference


def test_a_course_somebody_was_assessed_in_stays():
    version = make_version(organisation=make_organisation())
    course = Course.objects.get(version=version, code="MAT1")
    Assessment.objects.create(course=course, kind="exam", title={"en": "Exam"}, held_on=date(2026, 1, 14), assessor=make_user())
    plan = queries.version_plan(version.pk)
    before = everything()
    with pytest.raises(DomainError) as refused:
        services.import_programme(plan=replace(plan, courses=plan.courses[1:]), organisation=version.programme.organisation, actor=None)
    assert (refused.value.code, refused.value.detail["courses"]) == ("course_in_use", ["MAT1"])
    assert everything() == before


@pytest.mark.parametrize(("fields", "code"), [
    ({"engineer_type": "wizard"}, "unknown_engineer_type"), ({"details": {}}, "facts_missing"), ({"engineer_type": ""}, "facts_missing"),
    ({"targets": {"9.9": 3.0}}, "unknown_items"), ({"details": {"degree": "knight", "nqf": 5, "eqf": 5}}, "unknown_degree")])
def test_import_refuses_what_it_cannot_place(fields, code):
    make_reference()
    before = everything()
    with pytest.raises(DomainError) as refused:
        services.import_programme(plan=make_plan(**fields), organisation=make_organisation(), actor=None)
    assert refused.value.code == code
    assert everything() == before


@pytest.mark.parametrize(("code", "version", "course"), [
    ("new", "1", "MAT1"), ("import", "1", "MAT1"), ("..", "1", "MAT1"), ("P", ".", "MAT1"), ("P", "1/2", "MAT1"), ("P", "1", "MAT/1"),
    ("P", "1", ".."), ("P", "1", "."),
])
def test_what_has_no_address_is_not_imported(code, version, course):
    """A page would be hidden behind another one, or could not be linked to."""
    make_reference()
    plan = replace(make_plan(), code=code, version=version, courses=(PlanCourse(course, {"en": "One"}, 5.0, 1),))
    before = everything()
    with pytest.raises(DomainError) as refused:
        services.import_programme(plan=plan, organisation=make_organisation(), actor=None, dry_run=True)
    assert refused.value.code == "does_not_fit"
    assert everything() == before


def test_own_targets_are_kept_as_differences_from_the_profile():
    version = make_version(organisation=make_organisation(), plan=make_plan(targets={"1.1": 4.0, "2.1": 3.0}))
    assert queries.version_plan(version.pk).targets == {"1.1": 4.0, "2.1": 3.0}
    assert version.target_overrides["1.1"] == 4.0
    assert version.target_overrides["4.5"] is None
    assert "2.1" not in version.target_overrides


def test_cells_are_set_cleared_recorded_and_undone():
    version, actor = make_version(organisation=make_organisation()), make_user()
    before = queries.version_plan(version.pk)
    done = services.cells_set(version_id=version.pk, actor=actor, edit_version=version.edit_version, changes=[
        {"course": "MAT1", "item": "1.1", "mode": "T", "level": 3, "assessed_by": "Exam"},
        {"course": "MAT2", "item": "2.1", "mode": None, "level": None},
        {"course": "MAT1", "item": "3.2", "mode": "I", "level": 1},
        {"course": "MAT2", "item": "1.1", "mode": "U", "level": 3}])
    assert (done.changed, done.edit_version) == (3, version.edit_version + 1)
    plan = queries.version_plan(version.pk)
    assert plan.courses[0].cells == (Cell("1.1", "T", 3), Cell("3.2", "I", 1))
    assert plan.courses[1].cells == (Cell("1.1", "U", 3),)
    entry = AuditEntry.objects.order_by("-sequence")[0]
    assert (entry.verb, entry.actor, entry.scope_path) == ("programme.cells_changed", actor, version.programme.organisation.path)
    assert entry.before["cells"] == {"MAT1~1.1": "T2", "MAT2~2.1": "I1", "MAT1~3.2": ""}
    assert entry.after["cells"] == {"MAT1~1.1": "T3 (Exam)", "MAT2~2.1": "", "MAT1~3.2": "I1"}
    services.cells_set(version_id=version.pk, actor=actor, edit_version=done.edit_version, changes=done.inverse)
    assert queries.version_plan(version.pk) == before
    assert not MatrixCell.objects.get(course__version=version, course__code="MAT1").assessed_by


def test_a_stale_save_is_refused_with_both_versions():
    version = make_version(organisation=make_organisation())
    change = {"course": "MAT1", "item": "1.1", "mode": "T", "level": 4}
    services.cells_set(version_id=version.pk, changes=[change], actor=None, edit_version=1)
    before = everything()
    with pytest.raises(DomainError) as refused:
        services.cells_set(version_id=version.pk, changes=[{**change, "level": 5}], actor=None, edit_version=1)
    assert refused.value.code == "stale"
    assert dict(refused.value.detail) == {"yours": 1, "saved": 2}
    assert everything() == before


@pytest.mark.parametrize(("change", "code"), [
    ({"course": "NONE", "item": "1.1", "mode": "T", "level": 1}, "unknown_course"),
    ({"course": "MAT1", "item": "9.9", "mode": "T", "level": 1}, "unknown_item"),
    ({"course": "MAT1", "item": "1.1", "mode": "X", "level": 1}, "bad_cell"),
    ({"course": "MAT1", "item": "1.1", "mode": "T", "level": 6}, "bad_cell"),
    ({"course": "MAT1", "item": "1.1", "mode": "T", "level": True}, "bad_cell")])
def test_one_bad_cell_stops_the_whole_batch(change, code):
    version = make_version(organisation=make_organisation())
    before = everything()
    good = {"course": "MAT1", "item": "1.1", "mode": "T", "level": 5}
    with pytest.raises(DomainError) as refused:
        services.cells_set(version_id=version.pk, changes=[good, change | {"course": change["course"]}], actor=None, edit_version=1)
    assert refused.value.code == code
    assert everything() == before


WRITES = {
    "cells": lambda pk: services.cells_set(version_id=pk, changes=[{"course": "MAT1", "item": "1.1", "mode": "T", "level": 5}], actor=None,
                                           edit_version=1),
    "course": lambda pk: services.course_update(version_id=pk, code="MAT1", facts={"ects": 5}, actor=None, edit_version=1),
    "requisites": lambda pk: services.requisites_set(
        version_id=pk, code="MAT1", requisites=[Requisite("corequisite", ("MAT2",))], actor=None, edit_version=1),
    "import": lambda pk: services.import_programme(
        plan=replace(queries.version_plan(pk), credits=59.0), actor=None,
        organisation=ProgrammeVersion.objects.get(pk=pk).programme.organisation),
    "archive": lambda pk: services.version_archive(version_id=pk, actor=None),
    "publish": lambda pk: services.version_publish(version_id=pk, actor=None),
}


@pytest.mark.parametrize("write", WRITES)
def test_no_audit_no_change(monkeypatch, write):
    version = make_version(organisation=make_organisation())
    before = everything()
    with monkeypatch.context() as patched:
        break_audit(patched)
        with pytest.raises(ZeroDivisionError):
            WRITES[write](version.pk)
    assert everything() == before
    WRITES[write](version.pk)
    assert everything() != before


@pytest.mark.parametrize("status", ["published", "archived"])
@pytest.mark.parametrize("write", ["cells", "course", "requisites", "import"])
def test_only_drafts_change(write, status):
    version = make_version(organisation=make_organisation(), status=status)
    before = everything()
    with pytest.raises(DomainError) as refused:
        WRITES[write](version.pk)
    assert refused.value.code in {"not_draft", "version_in_force"}
    assert everything() == before


def test_a_revision_copies_everything_and_leaves_the_old():
    source = make_version(organisation=make_organisation(), status="published")
    old = queries.version_plan(source.pk)
    copy = services.version_revise(version_id=source.pk, version="2027.1", actor=make_user())
    assert (copy.status, copy.replaces_id, copy.edit_version) == ("draft", source.pk, 1)
    new = queries.version_plan(copy.pk)
    assert (new.courses, new.terms, new.targets) == (old.courses, old.terms, old.targets)
    cleared = {"course": "MAT1", "item": "1.1", "mode": None, "level": None}
    services.cells_set(version_id=copy.pk, changes=[cleared], actor=None, edit_version=1)
    assert queries.version_plan(source.pk) == old
    with pytest.raises(DomainError, match=r"2027\.1") as refused:
        services.version_revise(version_id=source.pk, version="2028.1", actor=None)
    assert refused.value.code == "already_replaced"


def test_a_draft_is_not_revised():
    version = make_version(organisation=make_organisation())
    with pytest.raises(DomainError) as refused:
        services.version_revise(version_id=version.pk, version="2027.1", actor=None)
    assert refused.value.code == "still_draft"


def test_errors_stand_in_the_way_of_publishing():
    plan = make_plan()
    broken = replace(plan, courses=(replace(plan.courses[0], requisites=(Requisite("prerequisite", ("GONE",)),)), plan.courses[1]))
    version = make_version(organisation=make_organisation(), plan=broken)
    with pytest.raises(DomainError) as refused:
        services.version_publish(version_id=version.pk, actor=None)
    assert refused.value.detail["blockers"] == ["errors"]
    assert [finding["code"] for finding in refused.value.detail["findings"]] == ["unknown_prerequisite"]
    services.requisites_set(version_id=version.pk, code="MAT1", requisites=[], actor=None, edit_version=1)
    assert services.version_publish(version_id=version.pk, actor=None).status == "published"


def test_a_course_out_of_bounds_names_the_field():
    version = make_version(organisation=make_organisation())
    with pytest.raises(DomainError) as refused:
        services.course_update(version_id=version.pk, code="MAT1", facts={"ects": 61}, actor=None, edit_version=1)
    assert refused.value.code == "bad_course"
    assert set(refused.value.detail["fields"]) == {"ects"}
    number = services.course_update(version_id=version.pk, code="MAT1", facts={"ects": 29.5, "title": {"en": "Calculus"}}, actor=None,
                                    edit_version=1)
    course = queries.version_plan(version.pk).courses[0]
    assert (number, course.credits, dict(course.title)) == (2, 29.5, {"en": "Calculus"})


@pytest.mark.parametrize("requisite", [
    Requisite("prerequisite", ()), Requisite("prerequisite", ("A", "A")), Requisite("prerequisite", ("A",), 0)])
def test_a_requisite_without_sense_is_refused(requisite):
    version = make_version(organisation=make_organisation())
    with pytest.raises(DomainError) as refused:
        services.requisites_set(version_id=version.pk, code="MAT1", requisites=[requisite], actor=None, edit_version=1)
    assert refused.value.code == "bad_requisite"


def test_the_demonstration_loads_once():
    make_reference()
    for code in ("TPC-AUTO", "UMTU-MIN", "EKTU-MET", "SU-AUT", "CIEE-ENV"):
        make_organisation(code=code)
    assert services.load_demo_programmes() == 6
    assert services.load_demo_programmes() == 0
    assert Course.objects.count() == 269
    assert Programme.objects.filter(is_synthetic=True).count() == 6
