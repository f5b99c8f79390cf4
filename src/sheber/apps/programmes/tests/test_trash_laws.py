"""The law of the trash: deleted and put back, the database is as it was, row for row, whatever the plan looked like."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sheber.apps.programmes import services
from sheber.apps.programmes.models import Course, ProgrammeVersion
from sheber.apps.programmes.rules.targets import engineer_type_targets
from sheber.apps.programmes.services.deleting import version_delete
from sheber.apps.programmes.tests.factories import make_reference
from sheber.apps.programmes.tests.strategies import plans
from sheber.engines.curriculum.plan import Plan
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.trash import services as trash
from sheber.spine.trash.tests.tables import all_rows

pytestmark = pytest.mark.django_db
few = settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
               suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
FACTS = {"engineer_type": "technician", "degree": "bachelor", "years": 3}


def fitting(plan: Plan) -> Plan:
    """The plan drawn, with items that the framework of the tests has: nothing of it is refused."""
    known = sorted(engineer_type_targets()["technician"])
    courses = tuple(replace(course, cells=tuple(replace(cell, item=known[place]) for place, cell in enumerate(course.cells)))
                    for course in plan.courses)
    return replace(plan, courses=courses, version="2026.1", targets={}, entry_levels={}, engineer_type="technician")


def stored(plan: Plan) -> ProgrammeVersion:
    make_reference()
    organisation = Organisation.objects.filter(kind="university").first() or make_organisation()
    report = services.import_programme(plan=fitting(plan), organisation=organisation, actor=None, facts=FACTS)
    return ProgrammeVersion.objects.get(pk=report.version_id)


def remove(version: ProgrammeVersion, code: str) -> int:
    version.refresh_from_db()
    return services.course_remove(version_id=version.pk, code=code, actor=None, edit_version=version.edit_version).deletion_id


@few
@given(plan=plans(), data=st.data())
def test_courses_and_their_draft_come_back_the_last_first_and_nothing_has_changed(db, plan, data):
    version = stored(plan)
    codes = list(Course.objects.filter(version=version).values_list("code", flat=True))
    chosen = data.draw(st.lists(st.sampled_from(codes), unique=True, min_size=1))
    before = all_rows()
    gone = [remove(version, code) for code in chosen]
    version.refresh_from_db()
    gone.append(version_delete(version_id=version.pk, actor=None, edit_version=version.edit_version).deletion_id)
    assert all_rows() != before
    for deletion_id in reversed(gone):
        assert trash.restore(actor=None, deletion_id=deletion_id).left == 0
    assert all_rows() == before


@few
@given(plan=plans(), data=st.data())
def test_in_whatever_order_every_course_comes_back_whole(db, plan, data):
    version = stored(plan)
    codes = list(Course.objects.filter(version=version).values_list("code", flat=True))
    before = all_rows()
    gone = [remove(version, code) for code in data.draw(st.permutations(codes))]
    for deletion_id in data.draw(st.permutations(gone)):
        trash.restore(actor=None, deletion_id=deletion_id)
    after = all_rows()
    assert {table: rows for table, rows in after.items() if table != "programmes_requisite"} == {
        table: rows for table, rows in before.items() if table != "programmes_requisite"}
