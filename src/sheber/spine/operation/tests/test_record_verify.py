"""The daily walk along the whole record of changes."""

import datetime as dt

import pytest

from sheber.kit.errors import DomainError
from sheber.spine.audit import services
from sheber.spine.audit.models import AuditCheckpoint, AuditHead
from sheber.spine.jobs import registry
from sheber.spine.jobs import services as jobs
from sheber.spine.jobs.models import Job
from sheber.spine.operation.checks import data
from sheber.spine.operation.checks.results import Look

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def write(n):
    for _time in range(n):
        services.record(actor=None, verb="tests.done", target=("tests.thing", 1))


def walk():
    """The work, its start told in the record too."""
    return jobs.run_now(jobs.job_start(actor=None, kind="operation.record_verify"))


def test_it_comes_every_day():
    assert registry.find("operation.record_verify").every == dt.timedelta(days=1)


def test_a_whole_record_is_remembered():
    write(3)
    done = walk()
    count = AuditHead.objects.get().sequence
    assert (done.state, done.result["checked"], AuditCheckpoint.objects.get().sequence) == ("done", count, count)
    assert done.result["sentence"] == f"The record of changes is whole: {count} entries."
    assert services.standing().recomputed == 0


def test_a_broken_record_is_failed_work_that_is_not_tried_again():
    write(3)
    AuditHead.objects.update(entry_hash="x")
    with pytest.raises(DomainError, match="broken at entry"):
        walk()
    assert Job.objects.get(kind="operation.record_verify").state == "failed"
    assert services.standing().first_broken.what == "head_differs"


def test_the_deep_look_of_the_doctor_is_remembered_too():
    write(2)
    assert data.audit(Look("audit")).state == "ok"
    assert not AuditCheckpoint.objects.exists()
    assert data.audit(Look("audit", deep=True)).state == "ok"
    assert AuditCheckpoint.objects.get().sequence == 2
    AuditHead.objects.update(entry_hash="x")
    assert data.audit(Look("audit", deep=True)).state == "bad"
    assert not services.standing().ok
