"""What is kept of a deletion, on tables of every kind: links that are emptied, links of many to many, columns added since."""

import datetime as dt
import json

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import models, transaction
from django.utils import timezone, translation

from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.jobs.models import Job, Worker
from sheber.spine.jobs.tests.factories import make_job, make_worker
from sheber.spine.organisations import services as organisations
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import Invitation, User
from sheber.spine.people.tests.factories import make_role, make_user
from sheber.spine.trash import registry, services
from sheber.spine.trash.models import DeletedRow, Deletion
from sheber.spine.trash.registry import Kind
from sheber.spine.trash.services import snapshots
from sheber.spine.trash.services.putting import _no_person
from sheber.spine.trash.tests.factories import make_deletion
from sheber.spine.trash.tests.tables import all_rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def thing(monkeypatch):
    monkeypatch.setitem(registry._kinds, "tests.thing", Kind("tests.thing", "Thing", permission="operation.manage"))


def put(*rows: models.Model) -> int:
    rows = tuple(type(row).objects.get(pk=row.pk) for row in rows)         # a row that was deleted has lost its key
    with services.putting(actor=None, kind="tests.thing", target=rows[0], title={"en": "Thing"}, scope_path="/1/") as bag:
        for row in rows:
            bag.take(row)
    return bag.deletion_id


def back(deletion_id: int):
    return services.restore(actor=None, deletion_id=deletion_id)


def test_links_of_many_to_many_come_back():
    group = Group.objects.create(name="Readers")
    group.permissions.set(Permission.objects.all()[:3])
    before = all_rows()
    gone = put(group)
    assert Group.permissions.through.objects.count() == 0
    back(gone)
    assert all_rows() == before


def test_emptied_links_come_back_where_they_are_still_empty():
    job, other = make_job(state="running", result={"a": [1, 2.5, None]}, wait_s=0.1), make_job()
    first, second, third = (make_worker(name=name, job=job) for name in ("one:1", "two:2", "three:3"))
    before = all_rows()
    gone = put(job)
    assert list(Worker.objects.values_list("job", flat=True)) == [None] * 3
    assert back(gone).left == 0
    assert all_rows() == before
    gone = put(job)
    Worker.objects.filter(pk=second.pk).update(job=other)
    Worker.objects.filter(pk=third.pk).delete()
    assert back(gone).left == 2
    assert dict(Worker.objects.values_list("pk", "job")) == {first.pk: job.pk, second.pk: other.pk}


def test_moments_and_numbers_are_kept_to_the_last_digit():
    at = dt.datetime(2026, 11, 24, 5, 0, 0, 123457, tzinfo=dt.UTC)
    job = make_job(state="done", created_at=at, wait_s=0.1 + 0.2, result={"text": "ұ\n'\"\\", "n": 10 ** 30, "none": None})
    gone = put(job)
    back(gone)
    again = Job.objects.get(pk=job.pk)
    assert (again.created_at, again.wait_s, again.result) == (at, 0.1 + 0.2, job.result)


def altered(deletion_id: int, change) -> None:
    row = Deletion.objects.get(pk=deletion_id)
    found = json.loads(row.snapshot)
    change(found)
    row.snapshot = json.dumps(found)
    row.digest = snapshots.digest(row.snapshot)
    row.save()


def without(column):
    def change(found):
        for table in found["tables"]:
            place = table["columns"].index(column)
            table["columns"].pop(place)
            for row in table["rows"]:
                row.pop(place)
    return change


def test_a_column_added_since_has_its_default_and_one_taken_away_is_left_out():
    job = make_job(state="cancelled", max_attempts=9)
    gone = put(job)
    altered(gone, without("max_attempts"))
    altered(gone, lambda found: (found["tables"][0]["columns"].append("old"), found["tables"][0]["rows"][0].append("x")))
    back(gone)
    assert Job.objects.get(pk=job.pk).max_attempts == Job._meta.get_field("max_attempts").get_default()


@pytest.mark.parametrize("change", [
    without("created_at"), lambda found: found.update(format=99), lambda found: found["tables"][0].update(model="jobs.gone")])
def test_what_no_longer_fits_is_refused_in_words(change):
    gone = put(make_job())
    altered(gone, change)
    before = all_rows()
    with pytest.raises(DomainError) as no:
        back(gone)
    assert no.value.code == "too_old"
    assert all_rows() == before


def test_a_snapshot_changed_behind_the_products_back_is_not_put_back():
    gone = put(make_job())
    Deletion.objects.filter(pk=gone).update(snapshot=models.functions.Replace("snapshot", models.Value("jobs.tidy"),
                                                                              models.Value("jobs.evil")))
    with pytest.raises(DomainError) as no:
        back(gone)
    assert no.value.code == "damaged"


def test_twice_is_refused_and_once_is_enough():
    job = make_job()
    gone = put(job)
    back(gone)
    with pytest.raises(DomainError) as no:
        back(gone)
    assert no.value.code == "restored_already"
    assert (Deletion.objects.get().snapshot, DeletedRow.objects.count()) == ("", 0)


def test_nothing_is_deleted_when_the_service_fails_afterwards():
    job = make_job()

    @transaction.atomic
    def fails():
        put(job)
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        fails()
    assert Job.objects.filter(pk=job.pk).exists()
    assert Deletion.objects.count() == 0


def test_persons_and_addresses_do_not_go_into_the_trash():
    with pytest.raises(TypeError, match="identifies a person"):
        _no_person(User)
    with pytest.raises(TypeError, match="identifies a person"):
        _no_person(Invitation)


# ---- organisations ----

@pytest.fixture
def house():
    make_root()
    return make_organisation(code="HOUSE")


def delete(row, **more):
    row.refresh_from_db()
    return organisations.organisation_delete(actor=None, organisation_id=row.pk, edit_version=row.edit_version, **more)


def test_an_organisation_comes_back_as_it_was(house):
    faculty = make_organisation(parent=house, kind="faculty", code="HOUSE-F")
    before = all_rows()
    gone = delete(faculty)
    back(gone)
    assert all_rows() == before


def test_it_stays_while_something_is_there(house):
    make_role(user=make_user(), role="teacher", at=house)
    make_organisation(parent=house, kind="faculty", code="HOUSE-F")
    with translation.override("en"), pytest.raises(DomainError) as no:
        delete(house)
    assert no.value.code == "held"
    assert "1 organisation" in str(no.value.message)


def test_it_hangs_where_its_parent_hangs_now(house):
    other, faculty = make_organisation(code="OTHER"), make_organisation(parent=house, kind="faculty", code="HOUSE-F")
    department = make_organisation(parent=faculty, kind="department", code="HOUSE-F-D")
    gone = delete(department)
    organisations.organisation_move(actor=None, organisation_id=faculty.pk, parent_id=other.pk, reason="Merged")
    assert Deletion.objects.get().scope_path.startswith(other.path), "those who look after the new place put it back"
    back(gone)
    department.refresh_from_db()
    faculty.refresh_from_db()
    assert department.path == f"{faculty.path}{department.pk}/"


def test_its_code_is_taken(house):
    faculty = make_organisation(parent=house, kind="faculty", code="HOUSE-F")
    gone = delete(faculty)
    make_organisation(parent=house, kind="faculty", code="HOUSE-F")
    with pytest.raises(DomainError) as no:
        back(gone)
    assert no.value.code == "place_taken"


def test_the_root_and_a_stale_page_delete_nothing(house):
    with pytest.raises(DomainError) as no:
        delete(make_root())
    assert no.value.code == "organisation_root_stays"
    with pytest.raises(DomainError) as no:
        organisations.organisation_delete(actor=None, organisation_id=house.pk, edit_version=house.edit_version - 1)
    assert no.value.code == "stale"


# ---- the end ----

def test_after_thirty_days_it_is_gone_and_the_record_says_so():
    now = timezone.now()
    old, young = make_deletion(scope_path="/1/", kept_until=now), make_deletion(scope_path="/1/", kept_until=now + dt.timedelta(seconds=60))
    back_already = make_deletion(scope_path="/1/", kept_until=now, snapshot="", restored_at=now)
    assert services.purge() == 2
    assert list(Deletion.objects.all()) == [young]
    assert [entry.target_id for entry in AuditEntry.objects.filter(verb="trash.purged")] == [str(old.pk)]
    assert back_already.pk != old.pk
    assert services.purge() == 0


def test_what_is_kept_lasts_thirty_days():
    row = Deletion.objects.get(pk=put(make_job()))
    assert row.kept_until - row.deleted_at == dt.timedelta(days=30)
