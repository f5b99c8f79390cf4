"""Large files are looked through by background work: the same page in the end, to be cancelled, to be begun anew, nothing written."""

import json
import os
import signal
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sheber.kit.exchange.importing import run_import
from sheber.kit.exchange.writing import write
from sheber.spine.audit.models import AuditEntry
from sheber.spine.competences.models import Framework
from sheber.spine.competences.tests.case_plans import data as case_data
from sheber.spine.competences.tests.case_plans import foreign
from sheber.spine.exchange import rules, services
from sheber.spine.exchange.models import KeptFile
from sheber.spine.jobs import registry
from sheber.spine.jobs.models import Job
from sheber.spine.jobs.services import job_cancel, job_retry, run_now
from sheber.spine.organisations.exchange import ORGANISATIONS
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_root
from sheber.spine.people.models import RoleAssignment
from sheber.spine.people.tests.factories import make_user

from .killing import ROWS
from .test_work import stage, told, until, written  # noqa: F401 - a fixture

PAGE, API = "/exchange/organisations/", "/api/v1/exchange/organisations/"


@pytest.fixture
def admin(client, monkeypatch):
    for name, value in (("TRY_ROWS", 3), ("TRY_BYTES", 100), ("TRY_CASE_BYTES", 100)):
        monkeypatch.setattr(rules, name, value)
    person = make_user(role="administrator", at=make_root())
    client.force_login(person)
    client.cookies["sheber_language"] = "en"
    return person


def file(*, count=3, kind="csv", **changes):
    rows = [{"id": "", "code": f"F{one}", "kind": "faculty", "parent": "KZ", "name_en": f"F {one}", "country": "KZ"} | changes
            for one in range(count)]
    return SimpleUploadedFile(f"x.{kind}", write(ORGANISATIONS, rows, kind))


def look_job():
    return Job.objects.get(kind="exchange.look")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_page_waits_and_becomes_the_page_of_a_dry_run(client, admin, kind):
    answer = client.post(PAGE, {"file": file(kind=kind)})
    kept, entries = KeptFile.objects.get(), AuditEntry.objects.count()
    assert answer["Location"] == f"{PAGE}tried/{kept.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert f"/jobs/{kept.job}/progress/?page=job" in page
    assert f"/jobs/{kept.job}/cancel/" in page
    assert "Look again" in page, "without scripts it is reloaded"
    done = run_now(look_job())
    assert (done.state, done.result["url"]) == ("done", answer["Location"])
    assert client.get(f"/jobs/{kept.job}/progress/?page=job", headers={"hx-request": "true"})["HX-Refresh"] == "true"
    assert (Organisation.objects.count(), AuditEntry.objects.count()) == (1, entries), "nothing has been written"
    shown = client.get(answer["Location"])
    assert (shown.status_code, shown.context["outcome"].added) == (200, 3)
    assert shown.content.decode().count("<ins>F ") == 3
    small = services.file_try(exchange=ORGANISATIONS, data=file().read(), filename="x.csv", actor=admin, view=["/"], edit=["/"])
    assert shown.context["outcome"] == rules.tell(ORGANISATIONS, small), "what is told is what a small file is told"
    assert client.post(PAGE, {"plan": small.plan})["Location"] == PAGE
    assert Organisation.objects.count() == 4


@pytest.mark.django_db
def test_faults_are_told_in_the_language_of_who_asked_and_the_file_is_not_held(client, admin):
    client.cookies["sheber_language"] = "ru"
    url = client.post(PAGE, {"file": file(kind_="x", country="Nowhere")})["Location"]
    run_now(look_job())
    shown = client.get(url)
    faults = shown.context["outcome"].faults
    assert [fault.row for fault in faults] == [3, 4, 5]
    assert any("а" <= letter <= "я" for letter in faults[0].sentence.lower())
    assert sum(len(row.data) for row in KeptFile.objects.all()) == 0
    assert client.post(PAGE, {"plan": ""}).status_code == 409


@pytest.mark.django_db
def test_cancelled_it_says_so_and_again_it_is_done(client, admin):
    url = client.post(PAGE, {"file": file()})["Location"]
    job_cancel(actor=admin, job_id=look_job().pk)
    assert "cancelled" in client.get(url).content.decode()
    job_retry(actor=admin, job_id=look_job().pk)
    run_now(look_job())
    assert client.get(url).context["outcome"].added == 3


@pytest.mark.django_db
def test_cancelled_in_the_middle_it_leaves_nothing(client, admin, monkeypatch):
    url = client.post(PAGE, {"file": file()})["Location"]
    before = Organisation.objects.count(), AuditEntry.objects.count()
    apply = ORGANISATIONS.apply

    def stopped(change, actor, paths):
        apply(change, actor, paths)
        if change.row == 4:
            raise registry.Cancelled

    monkeypatch.setattr(services, "run_import", lambda exchange, *given, **more: run_import(
        replace(exchange, apply=stopped), *given, **more))
    run_now(look_job(), raising=False)
    assert look_job().state == "cancelled"
    assert (Organisation.objects.count(), AuditEntry.objects.count()) == before
    assert KeptFile.objects.get().outcome is None
    assert "cancelled" in client.get(url).content.decode()


@pytest.mark.django_db
def test_another_file_takes_its_place_and_a_right_that_has_ended_is_none(client, admin):
    first = client.post(PAGE, {"file": file()})["Location"]
    client.post(PAGE, {"file": file(count=4)})
    one, two = Job.objects.filter(kind="exchange.look").order_by("pk")
    assert "Another file" in run_now(one).result["sentence"]
    assert client.get(first).status_code == 404
    RoleAssignment.objects.filter(user=admin).delete()
    assert "no longer" in run_now(two).result["sentence"]
    assert KeptFile.objects.get().outcome is None


@pytest.mark.django_db
def test_nobody_else_sees_it(client, admin):
    url = client.post(PAGE, {"file": file()})["Location"]
    run_now(look_job())
    tried = client.post(f"{API}try", {"file": file()}).json()
    client.force_login(make_user(role="administrator", at=Organisation.objects.get(code="KZ")))
    assert client.get(url).status_code == 404
    assert client.get(f"{API}tried/{tried['file_id']}").status_code == 404


@pytest.mark.django_db
def test_a_large_one_is_then_written_by_background_work_and_the_page_says_so(client, admin, monkeypatch):
    monkeypatch.setattr(services, "LARGE_ROWS", 2)
    url = client.post(PAGE, {"file": file()})["Location"]
    run_now(look_job())
    plan = client.get(url).context["outcome"].plan
    client.post(PAGE, {"plan": plan})
    assert client.get(url).context["job"].kind == "exchange.bring_in"
    assert client.post(PAGE, {"plan": plan}).status_code in {302, 409}
    run_now(Job.objects.filter(kind="exchange.bring_in").first())
    assert Organisation.objects.count() == 4
    assert "3 rows are written" in client.get(url).content.decode()
    assert client.post(PAGE, {"plan": plan}).status_code == 409, "a file is written once"


@pytest.mark.django_db
def test_files_wait_for_an_hour_and_those_at_work_for_a_week(client, admin):
    client.post(PAGE, {"file": file()})
    client.post(f"{API}try", {"file": file()})
    KeptFile.objects.update(kept_at=timezone.now() - services.KEPT_FOR * 2)
    assert services.kept_prune() == 0
    run_now(Job.objects.filter(kind="exchange.look").order_by("pk").last())
    KeptFile.objects.update(kept_at=timezone.now() - services.KEPT_FOR * 2)
    assert services.kept_prune() == 1
    KeptFile.objects.update(kept_at=timezone.now() - services.KEPT_FOR_WORK * 2)
    assert services.kept_prune() == 1


@pytest.mark.django_db
def test_over_the_api_202_says_where_and_the_answer_is_that_of_a_small_file(client, admin, monkeypatch):
    begun = client.post(f"{API}try", {"file": file()}, headers={"Idempotency-Key": "one"})
    again = client.post(f"{API}try", {"file": file()}, headers={"Idempotency-Key": "one"})
    assert (begun.status_code, again.status_code, again.json(), Job.objects.count()) == (202, 202, begun.json(), 1)
    assert client.get(f"/api/v1/jobs/{begun.json()['job_id']}").json()["state"] == "waiting"
    where = f"{API}tried/{begun.json()['file_id']}"
    assert (client.get(where).status_code, client.get(where).json()) == (202, begun.json())
    run_now(look_job())
    answer = client.get(where).json()
    monkeypatch.setattr(rules, "TRY_ROWS", 100)
    assert answer == client.post(f"{API}try", {"file": file()}).json()
    monkeypatch.setattr(rules, "TRY_ROWS", 3)
    writing = client.post(f"{API}apply", {"file": file(), "plan": answer["plan"]})
    assert (writing.status_code, Organisation.objects.count()) == (202, 1)
    run_now(Job.objects.get(pk=writing.json()["job_id"]))
    done = client.get(f"{API}tried/{writing.json()['file_id']}").json()
    assert (done["written"], done["added"], Organisation.objects.count()) == (True, 3, 4)
    late = client.post(f"{API}apply", {"file": file(count=4), "plan": answer["plan"]}).json()
    run_now(Job.objects.get(pk=late["job_id"]))
    refused = client.get(f"{API}tried/{late['file_id']}")
    assert refused.status_code in {409, 422}
    assert Organisation.objects.count() == 4


@pytest.mark.django_db
def test_over_the_api_faults_and_the_end_of_the_work_are_told(client, admin):
    begun = client.post(f"{API}try", {"file": file(country="Nowhere")}).json()
    run_now(Job.objects.get(pk=begun["job_id"]))
    told_ = client.get(f"{API}tried/{begun['file_id']}")
    assert (told_.status_code, told_.json()["code"]) == (422, "file_problems")
    assert [one["row"] for one in told_.json()["detail"]["problems"]] == [3, 4, 5]
    stopped = client.post(f"{API}try", {"file": file()}).json()
    job_cancel(actor=admin, job_id=stopped["job_id"])
    ended = client.get(f"{API}tried/{stopped['file_id']}")
    assert (ended.status_code, ended.json()["code"]) == (409, "work_ended")


@pytest.mark.django_db
def test_a_large_case_package_goes_the_same_way(client, admin, monkeypatch):
    package = case_data(foreign())
    url = client.post("/exchange/case/", {"file": SimpleUploadedFile("c.json", package)})["Location"]
    assert "/progress/?page=job" in client.get(url).content.decode()
    run_now(look_job())
    assert Framework.objects.count() == 0
    shown = client.get(url)
    assert shown.status_code == 200
    monkeypatch.setattr(services, "LARGE_ROWS", 0)
    client.post("/exchange/case/", {"plan": shown.context["outcome"]["mark"]})
    done = run_now(Job.objects.get(kind="exchange.bring_in"))
    framework = Framework.objects.get()
    assert done.result["url"] == f"/competences/{framework.code}/{framework.version}/"
    assert client.get(url)["Location"] == done.result["url"]


@pytest.mark.django_db
def test_a_large_case_package_over_the_api(client, admin, monkeypatch):
    package = case_data(foreign())
    begun = client.post("/api/v1/case/try", {"file": SimpleUploadedFile("c.json", package)})
    assert begun.status_code == 202
    where = f"/api/v1/case/tried/{begun.json()['file_id']}"
    assert client.get(where).status_code == 202
    run_now(look_job())
    plan = client.get(where).json()
    writing = client.post("/api/v1/case/apply", {"file": SimpleUploadedFile("c.json", package), "plan": plan["plan"]}).json()
    run_now(Job.objects.get(pk=writing["job_id"]))
    done = client.get(f"/api/v1/case/tried/{writing['file_id']}").json()
    assert (done["written"], done["items"], Framework.objects.count()) == (True, plan["items"], 1)
    wrong = client.post("/api/v1/case/try", {"file": SimpleUploadedFile("c.json", b"{" + b" " * 200)}).json()
    run_now(Job.objects.get(pk=wrong["job_id"]))
    assert client.get(f"/api/v1/case/tried/{wrong['file_id']}").status_code == 422


@pytest.mark.slow     # four processes that each start Django, and a lease that has to run out
def test_a_worker_killed_in_the_middle_of_looking_leaves_nothing_and_the_next_one_completes(stage):  # noqa: F811 - the fixture
    assert stage("prepare_look").wait(120) == 0
    before = told(stage)
    first = stage("work")
    until(lambda: written(stage) > ROWS // 4)
    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)
    assert ROWS // 4 < written(stage) < ROWS, "killed in the middle"
    assert {**told(stage), "job": None} == {**before, "job": None}
    second = stage("work")
    until(lambda: told(stage)["job"][0] == "done")
    second.terminate()
    end = told(stage)
    assert {**end, "job": None, "looked": None} == {**before, "job": None, "looked": None}, "looked through, and nothing written"
    assert (end["looked"], end["verifies"], end["job"][1] >= 2) == (ROWS, True, True), json.dumps(end)
