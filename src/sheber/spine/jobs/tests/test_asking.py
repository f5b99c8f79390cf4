"""Asked for, run, failed, tried again, cancelled."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone, translation

from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.jobs import queries, registry, services
from sheber.spine.jobs.models import Job, Schedule
from sheber.spine.jobs.services import recurring, taking
from sheber.spine.people.tests.factories import make_user

from .factories import make_job

pytestmark = pytest.mark.django_db


def test_work_is_done_and_its_result_kept(kind):
    person = make_user()

    def work(run):
        run.progress(2, 4, "Reading")
        assert queries.job(run.job_id).share == 0.5
        return {"n": run.params["n"] + 1, "day": dt.date(2026, 11, 24), "who": run.actor.pk, "nothing": "a\x00b"}

    job = services.job_start(actor=person, kind=kind(work), params={"n": 1})
    row = queries.job(services.run_now(job).pk)
    assert (row.state, row.attempts, row.progress_done, row.sentence) == ("done", 1, 2, "Reading")
    assert row.result == {"n": 2, "day": "2026-11-24", "who": person.pk, "nothing": "a\ufffdb"}
    assert row.kept_until - row.finished_at == registry.KEEP
    entry = AuditEntry.objects.get(verb="job.started")
    assert (entry.actor_id, entry.target_id) == (person.pk, str(job.pk))


def test_what_is_rolled_back_is_never_done(kind):
    name = kind(lambda run: None)
    with transaction.atomic():
        services.job_start(actor=None, kind=name)
        transaction.set_rollback(True)
    assert services.run_due() == 0


def test_no_audit_no_work(kind, monkeypatch):
    name = kind(lambda run: None)
    monkeypatch.setattr("sheber.spine.jobs.services.asking.audit.record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.job_start(actor=make_user(), kind=name)
    assert not Job.objects.exists()


def test_a_fault_is_told_to_operators_and_tried_again_until_it_counts_as_failed(kind):
    def work(run):
        raise ValueError(f"row {run.attempt} of Secret Person")

    job = services.job_start(actor=make_user(), kind=kind(work, max_attempts=2))
    with translation.override("en"):
        row = queries.job(services.run_now(job, raising=False).pk)
        assert (row.state, row.attempts, row.error_told) == ("waiting", 1, "ValueError: row 1 of Secret Person")
        assert row.due_at > timezone.now()
        assert row.problem
        assert "Secret" not in row.problem
        assert "raise ValueError" in queries.trace(job.pk)
        assert services.run_due() == 0                                 # not before its time
        with pytest.raises(ValueError, match="row 2"):
            services.run_now(job)
        assert queries.job(job.pk).state == "failed"


def test_a_refusal_is_told_to_the_person_and_not_tried_again(kind):
    def work(run):
        raise DomainError("file_problems", "Row 3 has no name.")

    row = queries.job(services.run_now(services.job_start(actor=None, kind=kind(work)), raising=False).pk)
    assert (row.state, row.error_code, row.problem) == ("failed", "file_problems", "Row 3 has no name.")


@pytest.mark.parametrize("result", [{"x": float("nan")}, {"x": object()}, [1]], ids=["nan", "object", "no mapping"])
def test_a_result_that_is_no_json_fails(kind, result):
    job = services.job_start(actor=None, kind=kind(lambda run: result, max_attempts=1))
    assert services.run_now(job, raising=False).state == "failed"


def test_work_is_written_in_the_language_of_the_person(kind):
    with translation.override("ru"):
        job = services.job_start(actor=None, kind=kind(lambda run: {"language": translation.get_language()}))
    assert services.run_now(job).result == {"language": "ru"}


def test_one_waits_for_a_key_and_two_never_run_together(kind):
    name = kind(lambda run: None)
    first = services.job_start(actor=None, kind=name, unique_key="here", not_before=timezone.now() + dt.timedelta(days=1))
    again = services.job_start(actor=None, kind=name, unique_key="here")
    other = services.job_start(actor=None, kind=name, unique_key="there")
    assert first.pk == again.pk != other.pk
    assert queries.job(first.pk).due_at is None                        # asked for at once by somebody
    running = taking.claim(worker="a", kinds=[name])
    assert running.job_id == first.pk
    behind = services.job_start(actor=None, kind=name, unique_key="here")
    assert behind.pk != first.pk                                       # what changed meanwhile the running one may have missed
    assert taking.claim(worker="b", kinds=[name]).job_id == other.pk
    assert taking.claim(worker="c", kinds=[name]) is None
    taking.done(running, {})
    assert taking.claim(worker="c", kinds=[name]).job_id == behind.pk


def test_exclusive_work_runs_alone(kind):
    name = kind(lambda run: None, exclusive=True)
    jobs = [services.job_start(actor=None, kind=name) for _ in range(2)]
    first = taking.claim(worker="a", kinds=[name])
    assert taking.claim(worker="b", kinds=[name]) is None
    with pytest.raises(RuntimeError):
        services.run_now(jobs[1])
    taking.failed(first, code="error", told="x")
    assert taking.claim(worker="b", kinds=[name]).job_id == jobs[1].pk


def test_cancel_ends_what_waits_and_stops_what_runs(kind):
    person, steps = make_user(), []

    def work(run):
        steps.append("before")
        services.job_cancel(actor=person, job_id=run.job_id)
        run.progress(1, 2)
        steps.append("after")

    name = kind(work)
    waiting = services.job_start(actor=person, kind=name)
    assert services.job_cancel(actor=person, job_id=waiting.pk, reason="not now").state == "cancelled"
    running = services.job_start(actor=person, kind=name)
    assert services.run_now(running, raising=False).state == "cancelled"
    assert steps == ["before"]
    with pytest.raises(DomainError):
        services.job_cancel(actor=person, job_id=running.pk)
    assert AuditEntry.objects.filter(verb="job.cancelled").count() == 2


def test_retry_begins_anew(kind):
    person, fails = make_user(), [True]

    def work(run):
        if fails:
            raise ValueError

    job = services.job_start(actor=person, kind=kind(work, max_attempts=1))
    services.run_now(job, raising=False)
    fails.clear()
    services.job_retry(actor=person, job_id=job.pk)
    assert services.run_due() == 1
    row = queries.job(job.pk)
    assert (row.state, row.attempts, row.error_code) == ("done", 1, "")
    with pytest.raises(DomainError):
        services.job_retry(actor=person, job_id=job.pk)


def test_a_lost_lease_writes_nothing(kind):
    name = kind(lambda run: None)
    services.job_start(actor=None, kind=name)
    one = taking.claim(worker="frozen", kinds=[name])
    assert taking.taken_away(job_id=one.job_id, token=one.token, beat=0)
    two = taking.claim(worker="next", kinds=[name])
    assert (two.job_id, two.attempt) == (one.job_id, 2)
    assert not any((taking.done(one, {}), taking.stopped(one), taking.released(one), taking.failed(one, code="x", told="x")))
    assert not taking.taken_away(job_id=one.job_id, token=one.token, beat=0)
    assert taking.done(two, {"by": "next"})
    assert queries.job(one.job_id).result == {"by": "next"}


def test_a_worker_that_moved_keeps_its_work(kind):
    name = kind(lambda run: None)
    services.job_start(actor=None, kind=name)
    one = taking.claim(worker="slow", kinds=[name])
    Job.objects.update(beat=1)
    assert not taking.taken_away(job_id=one.job_id, token=one.token, beat=0)
    assert taking.done(one, {})


def test_work_that_kills_its_workers_ends(kind):
    name = kind(lambda run: None, max_attempts=2)
    job = services.job_start(actor=None, kind=name)
    for _ in range(2):
        one = taking.claim(worker="doomed", kinds=[name])
        taking.taken_away(job_id=one.job_id, token=one.token, beat=0)
    row = queries.job(job.pk)
    assert (row.state, row.error_code, row.attempts) == ("failed", "worker_lost", 2)


def test_released_work_is_not_counted(kind):
    name = kind(lambda run: None)
    services.job_start(actor=None, kind=name)
    assert taking.released(taking.claim(worker="a", kinds=[name]))
    assert taking.claim(worker="b", kinds=[name]).attempt == 1


def test_a_wait_seen_out_begins_although_the_clock_says_otherwise(kind):
    name = kind(lambda run: None)
    job = make_job(kind=name, due_at=timezone.now() + dt.timedelta(hours=3), wait_s=10.0)
    assert taking.claim(worker="a", kinds=[name]) is None
    assert taking.claim(worker="a", kinds=[name], ripe=[job.pk]).job_id == job.pk


def test_unknown_kinds_wait_for_a_worker_that_knows_them():
    make_job(kind="gone.away")
    assert services.run_due() == 0
    with pytest.raises(ValueError, match=r"gone\.away"):
        services.job_start(actor=None, kind="gone.away")


def test_in_tests_work_may_run_at_once(kind, settings):
    settings.JOBS_IMMEDIATE = True
    assert services.job_start(actor=None, kind=kind(lambda run: {"ran": True})).result == {"ran": True}


def test_what_is_old_is_removed_and_what_is_open_stays():
    past = timezone.now() - dt.timedelta(days=1)
    gone, kept = make_job(state="done", kept_until=past), make_job(state="failed", kept_until=timezone.now() + dt.timedelta(days=1))
    waiting = make_job(kept_until=past)
    assert services.forget_old() == (1, 0)
    assert set(Job.objects.values_list("pk", flat=True)) == {kept.pk, waiting.pk}
    assert queries.job(gone.pk) is None


@pytest.mark.parametrize("name", ["Bad", "one", "a.b-c", "a." + "b" * 70])
def test_kinds_are_written_alike(name):
    with pytest.raises(ValueError, match="kind of work"):
        registry.handler(name, title="x")


def test_a_kind_is_stated_once(kind):
    name = kind(lambda run: None)
    with pytest.raises(ValueError, match="already"):
        registry.handler(name, title="x")(lambda run: None)


def test_work_behind_another_does_not_count_as_waiting_for_a_worker(kind):
    name = kind(lambda run: None, exclusive=True)
    first, second = (services.job_start(actor=None, kind=name) for _ in range(2))
    assert queries.waiting_since() == first.created_at
    one = taking.claim(worker="a", kinds=[name])
    assert queries.waiting_since() is None
    taking.done(one, {})
    assert queries.waiting_since() == second.created_at


def test_workers_that_saw_the_same_turn_start_it_once(kind):
    """Also when the first start has ended before the second worker comes to it."""
    every = dt.timedelta(hours=1)
    name, now = kind(lambda run: None, every=every), timezone.now()
    assert recurring._new(name, every, now) is not None
    assert services.run_due() == 1
    assert recurring._new(name, every, now + dt.timedelta(seconds=1)) is None
    seen, later = Schedule.objects.get(kind=name), now + dt.timedelta(hours=1, minutes=1)
    assert recurring._look(seen, every, later) is not None
    assert services.run_due() == 1
    assert recurring._look(seen, every, later) is None
    assert Job.objects.filter(kind=name, is_recurring=True).count() == 2
    assert Schedule.objects.get(kind=name).next_at == now + 2 * every


def test_another_period_in_a_new_version_counts_at_once(kind):
    name, now = kind(lambda run: None, every=dt.timedelta(hours=1)), timezone.now()
    recurring._new(name, dt.timedelta(days=1), now)
    recurring._look(Schedule.objects.get(kind=name), dt.timedelta(hours=1), now)
    row = Schedule.objects.get(kind=name)
    assert (row.next_at, row.every_s) == (now + dt.timedelta(hours=1), 3600)
