"""What doctor and the metrics say of background work."""

import datetime as dt

import pytest
from django.utils import timezone

from sheber.spine.jobs.tests.factories import make_job, make_worker
from sheber.spine.operation.checks.data import JOB_LATE, worker
from sheber.spine.operation.checks.results import Look
from sheber.spine.operation.metrics import jobs_by_state

pytestmark = pytest.mark.django_db
LOOK = Look("worker")


def test_without_a_worker_doctor_warns():
    assert worker(LOOK).state == "warn"


def test_a_worker_heard_of_just_now_is_fine_and_one_silent_for_an_hour_is_not():
    one = make_worker()
    assert worker(LOOK).state == "ok"
    one.beat_at = timezone.now() - dt.timedelta(hours=1)
    one.save()
    assert worker(LOOK).state == "warn"


def test_work_that_waits_for_long_is_bad_whatever_the_workers_say():
    make_worker()
    make_job(created_at=timezone.now() - JOB_LATE - dt.timedelta(minutes=1))
    assert worker(LOOK).state == "bad"


def test_the_metrics_count_works_by_state():
    make_job()
    make_job(state="failed")
    make_job(state="failed")
    counted = dict(jobs_by_state())
    assert (counted["waiting"], counted["failed"], counted["running"]) == (1, 2, 0)
