"""Laws of the import: what goes in comes out, and what is refused leaves nothing behind."""

import contextlib

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sheber.apps.programmes import queries, services
from sheber.apps.programmes.models import Course, Programme, ProgrammeVersion
from sheber.apps.programmes.rules.targets import type_targets
from sheber.apps.programmes.tests.factories import make_plan, make_reference
from sheber.apps.programmes.tests.strategies import plans
from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation

pytestmark = pytest.mark.django_db
few = settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
               suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
FACTS = {"engineer_type": "technician", "degree": "bachelor", "years": 3}


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Programme, ProgrammeVersion, Course, AuditEntry))


def not_to_be_held(plan) -> bool:
    """Items that the framework of the tests does not have, or a version that cannot stand in an address."""
    used = {cell.item for course in plan.courses for cell in course.cells} | {*plan.targets, *plan.entry_levels}
    return bool(used - set(type_targets("technician"))) or "/" in plan.version or plan.version in {".", ".."}


@few
@given(plan=plans())
def test_a_plan_goes_in_whole_or_not_at_all(db, plan):
    """Drawn plans name items that the framework does not have, versions with a slash, and other things to be refused."""
    make_reference()
    organisation = Organisation.objects.filter(kind="university").first() or make_organisation()
    before = counts()
    with contextlib.ExitStack() as stack:
        expected = stack.enter_context(pytest.raises(DomainError)) if not_to_be_held(plan) else None
        report = services.import_programme(plan=plan, organisation=organisation, actor=None, facts=FACTS)
    if expected is not None:
        assert expected.value.code in {"unknown_items", "does_not_fit"}
        assert counts() == before
        return
    stored = queries.version_plan(report.version_id)
    assert stored.courses == plan.courses
    assert stored.terms == plan.terms
    assert not services.import_programme(plan=stored, organisation=organisation, actor=None).written


@few
@given(data=st.data())
def test_the_inverse_of_any_changes_undoes_them(db, data):
    make_reference()
    report = services.import_programme(plan=make_plan(), organisation=make_organisation(), actor=None)
    before = queries.version_plan(report.version_id)
    change = st.fixed_dictionaries({"course": st.sampled_from(("MAT1", "MAT2")), "item": st.sampled_from(("1.1", "2.1", "4.7"))}).flatmap(
        lambda place: st.just({**place, "mode": None, "level": None}) | st.fixed_dictionaries(
            {"mode": st.sampled_from("ITU"), "level": st.integers(1, 5)}).map(lambda value: {**place, **value}))
    done = services.cells_set(version_id=report.version_id, changes=data.draw(st.lists(change, max_size=6)), actor=None, edit_version=1)
    services.cells_set(version_id=report.version_id, changes=done.inverse, actor=None, edit_version=done.edit_version)
    assert queries.version_plan(report.version_id) == before


@pytest.mark.parametrize(("fields", "named"), [
    ({"code": "6" * 21}, "code"), ({"version": "2026/1"}, "version"), ({"details": {**make_plan().details, "isced_f": "x" * 9}}, "isced_f"),
    ({"details": {**make_plan().details, "nqf": 9}}, "nqf")])
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_the_tables_cannot_hold_is_refused(fields, named, dry_run):
    make_reference()
    before = counts()
    with pytest.raises(DomainError) as refused:
        services.import_programme(plan=make_plan(**fields), organisation=make_organisation(), actor=None, dry_run=dry_run)
    assert refused.value.code == "does_not_fit"
    assert set(refused.value.detail["fields"]) == {named}
    assert counts() == before
