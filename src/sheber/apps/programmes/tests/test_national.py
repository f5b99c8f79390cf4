"""The synthetic nation: counts, what the services would have refused, the digests of the record of changes, two equal builds."""

import datetime as dt
from hashlib import sha256

import numpy as np
import pytest
from django.db import connection, transaction
from django.db.models import DateTimeField, F

from sheber.apps.programmes.models import Assessment, Enrolment, ProgrammeVersion
from sheber.apps.programmes.queries import version_plans
from sheber.apps.programmes.rules import national as lots
from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.rules.publishing import publication_blockers
from sheber.apps.programmes.services.demo import load_demo_programmes
from sheber.apps.programmes.services.national import WRITTEN, OtherNationError, load_national
from sheber.spine.audit import services as audit
from sheber.spine.audit.models import AuditEntry
from sheber.spine.competences import seeds as competences
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.organisations import seeds as organisations
from sheber.spine.organisations.models import Organisation
from sheber.spine.people import seeds as people
from sheber.spine.people.models import User

TODAY = dt.date(2026, 11, 24)
SCALE = 0.002


@pytest.fixture
def demonstration(db):
    organisations.seed_reference()
    competences.seed_reference()
    organisations.load_demo()
    people.load_demo()
    load_demo_programmes()


def digest():
    """Every row that was written, without the moments at which that was done."""
    total = sha256()
    for model in WRITTEN:
        names = [field.attname for field in model._meta.concrete_fields if not isinstance(field, DateTimeField)]
        for row in model.objects.order_by("pk").values_list(*names):
            total.update(repr([dict(one) if isinstance(one, dict) else one for one in row]).encode())
    return total.hexdigest()


def index_names():
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, EvidenceItem._meta.db_table))


@pytest.mark.parametrize("scale", [0.002, 0.01, 0.2, 1.0])
def test_sizes_add_up_and_every_region_has_a_university(scale):
    wanted = lots.nation(scale)
    planned = lots.universities(wanted, templates=[3, 4, 4, 4, 4, 2], regions=20)
    assert len(planned) == wanted.universities
    assert sum(one.students for one in planned) == wanted.students == sum(
        size for one in planned for programme in one.programmes for size in programme.sizes)
    if scale == 1.0:
        assert {one.region for one in planned} == set(range(20))
        assert all(6 <= len(one.programmes) <= 10 for one in planned)
        assert max(sum(programme.sizes) for programme in planned[0].programmes) > 2_000     # a programme with thousands


@pytest.mark.parametrize("scale", [0.0, -1.0, 1.01, float("nan")])
def test_no_nation_of_such_a_size(scale):
    with pytest.raises(ValueError, match="scale"):
        lots.nation(scale)


def test_marks_are_halves_on_days_that_are_over():
    cells = np.zeros(4, dtype=np.int64)
    drawn = list(lots.marks(terms=[1, 2], cell_course=np.array([0, 0, 1, 1]), cell_item=cells, cell_level=cells + 3, students=500,
                            entry_year=2025, today=TODAY, lot=np.random.default_rng(1)))
    assert [(one.course, one.piece) for one in drawn] == [(n, piece) for n in (0, 1) for piece in lots.PIECES]
    for one in drawn:
        assert one.held_on <= TODAY
        assert not (one.tenths % 5).any()
        assert one.tenths.min() >= 5
        assert one.tenths.max() <= 50
        assert abs(one.tenths.size / 1000 - (1 - lots.UNASSESSED_SHARE)) < 0.05


def test_a_nation_as_the_services_would_have_written_it(demonstration):
    before = {model: model.objects.count() for model in WRITTEN}
    indexes = index_names()
    written = load_national(scale=SCALE, today=TODAY)
    wanted = lots.nation(SCALE)
    assert written["universities"] == wanted.universities
    assert written["students"] == wanted.students == Enrolment.objects.count() - before[Enrolment]
    assert written["evidence"] == EvidenceItem.objects.count() > 80 * wanted.students
    assert index_names() == indexes
    assert audit.verify().ok
    items = EvidenceItem.objects.all()
    assert not items.filter(is_synthetic=False).exists()
    assert not items.filter(observed_on__gt=TODAY).exists()
    assert not items.filter(assessor=F("person")).exists()
    assert not User.objects.filter(pk__in=items.values("person"), is_synthetic=False).exists()
    assert items.filter(source_id__in=[str(pk) for pk in Assessment.objects.values_list("pk", flat=True)]).count() == items.count()
    connection.check_constraints()
    for node in Organisation.objects.select_related("parent").filter(code__startswith="NU"):
        assert node.path == f"{node.parent.path}{node.pk}/"
        assert node.is_synthetic
        assert "ynthetic" in node.name["en"] or node.kind != "university"
    corrected = items.filter(supersedes__isnull=False)
    assert corrected.count() == written["corrections"]
    for item in corrected.select_related("supersedes"):
        assert (item.person_id, item.competence_id, item.source_id) == (
            item.supersedes.person_id, item.supersedes.competence_id, item.supersedes.source_id)
        assert item.reason
        assert abs(item.level - item.supersedes.level) == 1


def test_the_record_of_changes_proves_every_item(demonstration):
    """The digests are worked out again here from the rows of the ledger, as the service states them."""
    load_national(scale=SCALE, today=TODAY)
    proved = 0
    for entry in AuditEntry.objects.filter(verb="evidence.recorded_many"):
        text = "".join(
            f"{row.pk}|{row.person_id}|{row.competence_id}|{row.level}|{row.setting}|{row.observed_on}|{row.source_kind}|{row.source_id}|"
            f"{row.assessor_id}|{row.assessor_rule}\n"
            for row in EvidenceItem.objects.filter(pk__range=(entry.after["first_id"], entry.after["last_id"])).order_by("pk"))
        assert sha256(text.encode()).hexdigest() == entry.after["digest"], entry.sequence
        proved += entry.after["count"]
    assert proved + AuditEntry.objects.filter(verb="evidence.superseded").count() == EvidenceItem.objects.count()


def test_programmes_in_force_have_no_errors(demonstration):
    load_national(scale=SCALE, today=TODAY)
    versions = ProgrammeVersion.objects.filter(programme__code__contains="-N")
    assert versions
    for pk, plan in version_plans([one.pk for one in versions]).items():
        assert publication_blockers(status="draft", title=plan.title, courses=len(plan.courses), findings=check_plan(plan)) == (), pk
        assert any(course.cells for course in plan.courses)


def test_two_builds_are_equal_and_a_stopped_one_goes_on(demonstration):
    class Stopped(Exception):  # noqa: N818
        pass

    def stop_after_one(done):
        if done.universities:
            raise Stopped

    seen = []
    for is_stopped in (False, True):
        with transaction.atomic():
            if is_stopped:
                with pytest.raises(Stopped):
                    load_national(scale=SCALE, today=TODAY, progress=stop_after_one)
            load_national(scale=SCALE, today=TODAY if not is_stopped else TODAY + dt.timedelta(days=3))
            assert set(load_national(scale=SCALE, today=TODAY).values()) == {0}
            seen.append(digest())
            assert audit.verify().ok
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


def test_another_scale_is_refused(demonstration):
    load_national(scale=SCALE, today=TODAY)
    with pytest.raises(OtherNationError) as refused:
        load_national(scale=0.003, today=TODAY)
    assert refused.value.scale == SCALE
