"""Large files are written by background work: confirmed as shown, once, by who may; kill -9 in the middle leaves nothing half-written."""

import json
import os
import signal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sheber.kit.exchange.writing import write
from sheber.kit.tests import stages
from sheber.kit.tests.stages import until
from sheber.spine.exchange import services
from sheber.spine.exchange.models import KeptFile
from sheber.spine.jobs.models import Job
from sheber.spine.jobs.services import job_cancel, run_now
from sheber.spine.organisations.exchange import ORGANISATIONS
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_root
from sheber.spine.people.models import RoleAssignment
from sheber.spine.people.tests.factories import make_user

from .killing import ROWS

PAGE = "/exchange/organisations/"


@pytest.fixture
def admin(client, monkeypatch):
    monkeypatch.setattr(services, "LARGE_ROWS", 2)
    person = make_user(role="administrator", at=make_root())
    client.force_login(person)
    return person


def confirmed(client, count=3):
    rows = [{"id": "", "code": f"F{one}", "kind": "faculty", "parent": "KZ", "name_en": f"F {one}", "country": "KZ"}
            for one in range(count)]
    shown = client.post(PAGE, {"file": SimpleUploadedFile("x.csv", write(ORGANISATIONS, rows, "csv"))})
    return client.post(PAGE, {"plan": shown.context["outcome"].plan})


@pytest.mark.django_db
def test_a_large_file_is_written_in_the_background_and_a_second_run_writes_nothing_twice(client, admin):
    answer = confirmed(client)
    job = Job.objects.get(kind="exchange.bring_in")
    assert answer["Location"] == f"/jobs/{job.pk}/"
    assert client.get(answer["Location"]).status_code == 200
    assert Organisation.objects.count() == 1, "not yet"
    done = run_now(job)
    assert (done.state, done.result["written"], done.result["url"]) == ("done", 3, PAGE)
    assert Organisation.objects.count() == 4
    Job.objects.filter(pk=job.pk).update(state="waiting", attempts=0)
    again = run_now(Job.objects.get(pk=job.pk))
    assert (again.state, "written" in again.result, Organisation.objects.count()) == ("done", False, 4)
    assert sum(len(row.data) for row in KeptFile.objects.all()) == 0


@pytest.mark.django_db
def test_a_small_file_is_written_at_once(client, admin):
    assert confirmed(client, 2)["Location"] == PAGE
    assert (Organisation.objects.count(), Job.objects.count()) == (3, 0)


@pytest.mark.django_db
def test_what_has_changed_meanwhile_and_who_may_no_longer_write_is_looked_at_again(client, admin):
    confirmed(client)
    RoleAssignment.objects.filter(user=admin).delete()
    done = run_now(Job.objects.get())
    assert (done.state, done.result["written"], Organisation.objects.count()) == ("done", 0, 1)


@pytest.mark.django_db
def test_work_that_is_cancelled_before_it_begins_writes_nothing(client, admin):
    confirmed(client)
    job_cancel(actor=admin, job_id=Job.objects.get().pk)
    assert (Job.objects.get().state, Organisation.objects.count()) == ("cancelled", 1)


@pytest.fixture
def stage(tmp_path):
    """A way to run what :mod:`.killing` does."""
    with stages.stage("sheber.spine.exchange.tests.killing", tmp_path) as begin:
        yield begin


def told(stage):
    out, _errors = stage("count").communicate(timeout=60)
    return json.loads(out)


def written(stage):
    return stage.trace.stat().st_size if stage.trace.exists() else 0


@pytest.mark.slow     # four processes that each start Django, and a lease that has to run out
def test_a_worker_killed_in_the_middle_leaves_nothing_half_written_and_the_next_one_completes(stage):
    assert stage("prepare").wait(120) == 0
    before = told(stage)
    assert before["organisations"] == 1
    first = stage("work")
    until(lambda: written(stage) > ROWS // 4)
    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)
    assert ROWS // 4 < written(stage) < ROWS, "killed in the middle"
    after = told(stage)
    assert {**after, "job": None} == {**before, "job": None}, "the ledger, the rows and the file stand as before"
    second = stage("work")
    until(lambda: written(stage) >= ROWS // 4 + ROWS)
    until(lambda: told(stage)["job"][0] == "done")
    second.terminate()
    end = told(stage)
    assert (end["organisations"], end["brought_in"], end["verifies"], end["bytes"]) == (1 + ROWS, 1, True, 0)
    assert end["ledger"] == before["ledger"] + ROWS + 1
    assert end["job"][1] >= 2, "another attempt"
