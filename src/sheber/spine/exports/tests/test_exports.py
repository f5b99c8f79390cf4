"""Large exports: offered, written by background work as the person may see them then, told of, taken by nobody else, forgotten."""

import csv
import datetime as dt
import io

import pytest
from django.test import override_settings
from django.utils import timezone, translation
from openpyxl import load_workbook

from sheber.kit import exports as kit
from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.exports import services
from sheber.spine.exports.models import Export
from sheber.spine.exports.services import asking
from sheber.spine.files.models import Blob
from sheber.spine.files.services import collect, files_check
from sheber.spine.jobs.models import Job
from sheber.spine.jobs.services import job_cancel, job_retry, run_now
from sheber.spine.notices.models import Notice
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import RoleAssignment
from sheber.spine.people.tests.factories import make_role, make_user

LIST = "/people/?role=student"


@pytest.fixture
def stage(client, settings, tmp_path):
    """A nation with two universities, six students in each, and a chief of one of them; files of more than three rows are large."""
    from sheber.spine.files.rules.places import Folder

    settings.EXPORTS_AT_ONCE, settings.FILES_PLACE = 3, Folder(tmp_path / "files")
    make_root()
    houses = [make_organisation(code="OURS"), make_organisation(code="THEIRS")]
    for house in houses:
        for number in range(6):
            make_user(role="student", at=house, email=f"s{number}@{house.code.lower()}.example",
                      name={"en": f"=Name {number} {house.code}"})
    chief = make_user(role="administrator", at=houses[0])
    client.force_login(chief)
    client.cookies["sheber_language"] = "en"
    return chief


def page_rows(client, address):
    """What the page of the list shows, by its own export when it is small enough to come at once."""
    with override_settings(EXPORTS_AT_ONCE=1000):
        return rows_of(client.get(f"{address}{'&' if '?' in address else '?'}format=csv"))


def content_of(answer):
    """Read to its end, by which the test client closes the answer and no connection."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows_of(answer):
    return list(csv.reader(io.StringIO(content_of(answer).decode("utf-8-sig"), newline="")))


def taken(client, row):
    """The status of taking the file."""
    answer = client.get(f"/exports/{row.pk}/file/")
    content_of(answer)
    return answer.status_code


def asked(client, address=LIST, kind="csv"):
    answer = client.post("/exports/start/", {"address": address, "kind": kind})
    row = Export.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, f"/jobs/{row.job_id}/")
    return row


def made(client, address=LIST, kind="csv"):
    row = asked(client, address, kind)
    assert run_now(row.job).state == "done"
    row.refresh_from_db()
    return row


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/people/", LIST, "/people/?q=name+2", "/people/?sort=-name&at=OURS", "/organisations/all/?q=zzz"])
def test_the_file_holds_what_the_list_shows_the_person_and_no_formula(client, stage, settings, address):
    settings.EXPORTS_AT_ONCE = -1
    told = page_rows(client, address)
    row = made(client, address)
    answer = client.get(f"/exports/{row.pk}/file/")
    assert (answer.status_code, answer["Content-Type"], row.rows) == (200, "text/csv", len(told) - 1)
    assert "attachment" in answer["Content-Disposition"]
    assert rows_of(answer) == told
    assert not [cell for line in told for cell in line if "theirs" in cell.lower()]
    assert any(cell.startswith("'=") for line in told for cell in line) or "zzz" in address
    workbook = made(client, address, "xlsx")
    sheet = load_workbook(io.BytesIO(content_of(client.get(f"/exports/{workbook.pk}/file/")))).worksheets[0]
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    assert [str(line[0]) for line in sheet.iter_rows(values_only=True)][:len(told)] == [line[0] for line in told]


@pytest.mark.django_db
def test_a_small_list_comes_at_once_and_a_large_one_is_offered_first(client, stage, settings):
    assert client.get("/people/?q=name+2&format=csv")["Content-Type"].startswith("text/csv")
    page = client.get(f"{LIST}&format=xlsx&page=1")
    assert page.status_code == 200
    assert page["Content-Type"].startswith("text/html")
    assert page.context["address"] == LIST
    assert b"background" in page.content
    assert (Job.objects.filter(kind="exports.make").count(), Export.objects.count()) == (0, 0), "a look writes nothing"
    row = asked(client, kind="xlsx")
    assert client.get(f"/jobs/{row.job_id}/").status_code == 200
    assert asked(client, kind="xlsx").pk == row.pk, "asked for twice, written once"


@pytest.mark.django_db
def test_it_is_written_with_the_rights_of_that_moment_and_given_only_while_they_last(client, stage):
    row = asked(client, "/people/")
    make_role(user=stage, role="administrator", at=make_root_of(stage))
    run_now(row.job)
    row.refresh_from_db()
    assert row.rows == 13, "those of the moment at which it is written"
    assert taken(client, row) == 200
    RoleAssignment.objects.filter(user=stage, organisation__parent=None).delete()
    refused = client.get(f"/exports/{row.pk}/file/")
    assert refused.status_code == 403
    assert b"A right of yours has ended" in refused.content
    ours = made(client, "/people/")
    assert ours.rows == 7
    RoleAssignment.objects.filter(user=stage).delete()
    assert taken(client, ours) == 403


def make_root_of(person):
    from sheber.spine.organisations.models import Organisation

    return Organisation.objects.get(parent=None)


@pytest.mark.django_db
def test_who_lost_the_role_before_it_is_written_gets_nothing(client, stage):
    row = asked(client)
    RoleAssignment.objects.filter(user=stage).delete()
    with pytest.raises(DomainError):
        run_now(row.job)
    job = Job.objects.get(pk=row.job_id)
    assert (job.state, job.error_code, Blob.objects.count()) == ("failed", "export_not_allowed", 0)
    page = client.get("/exports/")
    assert b"You may no longer see this list" in page.content


@pytest.mark.django_db
def test_nobody_else_sees_takes_or_removes_it(client, stage):
    row = made(client)
    other = make_user(role="administrator", at=make_root_of(stage))
    client.force_login(other)
    assert taken(client, row) == 404
    assert client.post(f"/exports/{row.pk}/remove/").status_code == 404
    assert client.get(f"/api/v1/exports/{row.pk}").status_code == 404
    assert client.get(f"/api/v1/exports/{row.pk}/content").status_code == 404
    assert row.filename.encode() not in client.get("/exports/").content
    client.logout()
    assert taken(client, row) == 302


@pytest.mark.django_db
def test_a_notice_leads_to_it_and_the_record_knows_who_took_it(client, stage):
    row = made(client)
    notice = Notice.objects.get(person=stage, type="exports.ready")
    assert (notice.link, notice.params["rows"]) == ("/exports/", 6)
    assert not Notice.objects.filter(person=stage, type="job.done").exists()
    taken(client, row)
    assert list(AuditEntry.objects.filter(verb__startswith="exports.").order_by("sequence").values_list("verb", flat=True)) == [
        "exports.asked", "exports.taken"]


@pytest.mark.django_db
def test_it_speaks_the_language_in_which_it_was_asked_for(client, stage):
    client.cookies["sheber_language"] = "ru"
    told = page_rows(client, LIST)
    row = made(client)
    client.cookies["sheber_language"] = "kk"
    with translation.override("en"):
        assert rows_of(client.get(f"/exports/{row.pk}/file/"))[0] == told[0]
    assert row.language == "ru"


@pytest.mark.django_db
def test_a_workbook_that_cannot_hold_the_rows_says_so_and_offers_csv(client, stage, monkeypatch):
    monkeypatch.setattr(kit, "SHEET_ROWS", 8)
    page = client.get(f"{LIST}&format=xlsx")
    assert b"A workbook holds 5 rows at most" in page.content
    assert b'value="xlsx"' not in page.content
    assert b'value="csv"' in page.content
    refused = client.post("/exports/start/", {"address": LIST, "kind": "xlsx"})
    assert (refused.status_code, Export.objects.count()) == (409, 0)
    assert b"Take it as CSV" in refused.content
    assert made(client).rows == 6


@pytest.mark.django_db
def test_a_list_that_outgrows_the_workbook_while_it_waits_fails_with_that_sentence(client, stage, monkeypatch):
    row = asked(client, kind="xlsx")
    monkeypatch.setattr(kit, "SHEET_ROWS", 8)
    with pytest.raises(DomainError):
        run_now(row.job)
    assert "Take it as CSV" in Job.objects.get(pk=row.job_id).error


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "https://elsewhere.example/people/", "//elsewhere.example/", "/people/\\", "/nowhere/",
                                     "/jobs/999/",
                                     "/", "/api/v1/people", "/people/sign-in/", "javascript:alert(1)", "/" + "x" * 3000, "/people/%00"],
                         ids=range(12))
def test_addresses_that_are_no_list_are_refused(client, stage, address):
    answer = client.post("/exports/start/", {"address": address, "kind": "csv"})
    assert (answer.status_code, Export.objects.count()) == (409, 0)
    assert client.post("/exports/start/", {"address": LIST, "kind": "pdf"}).status_code == 409


@pytest.mark.django_db
def test_a_list_the_person_may_not_see_is_refused(client, stage):
    client.force_login(make_user(role="student", at=make_root_of(stage)))
    assert client.post("/exports/start/", {"address": "/jobs/", "kind": "csv"}).status_code == 403
    assert client.post("/api/v1/exports", {"address": "/jobs/"}, content_type="application/json").status_code == 409


@pytest.mark.django_db
def test_cancelled_and_begun_anew(client, stage):
    row = asked(client)
    job_cancel(actor=stage, job_id=row.job_id)
    assert client.get("/exports/").context["table"].rows[0].state == "cancelled"
    job_retry(actor=stage, job_id=row.job_id)
    assert run_now(Job.objects.get(pk=row.job_id)).state == "done"
    assert client.get("/exports/").context["table"].rows[0].state == "ready"
    first = Export.objects.get(pk=row.pk)
    Job.objects.filter(pk=row.job_id).update(state="waiting", attempts=0)
    run_now(Job.objects.get(pk=row.job_id))
    assert Export.objects.get(pk=row.pk).blob_id == first.blob_id, "again, when it is made, changes nothing"
    assert Notice.objects.filter(type="exports.ready").count() == 1


@pytest.mark.django_db
def test_removed_by_the_person_by_the_schedule_and_contents_a_day_later(client, stage):
    first, second, third = made(client), made(client, "/people/"), asked(client, "/people/?q=name")
    assert client.post(f"/exports/{first.pk}/remove/").status_code == 302
    assert client.post(f"/exports/{third.pk}/remove/").status_code == 302
    assert Job.objects.get(pk=third.job_id).state == "cancelled"
    Export.objects.filter(pk=second.pk).update(kept_until=timezone.now() - dt.timedelta(minutes=1))
    assert taken(client, second) == 404, "its time is over, removed or not"
    assert services.exports_forget_old() == 1
    assert services.exports_forget_old() == 0
    assert Export.objects.count() == 0
    assert collect().contents == 0, "what was let go just now stays for a day"
    assert {fault.what for fault in files_check().faults} == {"orphaned"}
    assert collect(now=timezone.now() + dt.timedelta(days=2)).contents == 2
    assert files_check().faults == ()


@pytest.mark.django_db
def test_what_is_kept_is_never_collected(client, stage):
    row = made(client)
    Blob.objects.update(touched_at=timezone.now() - dt.timedelta(days=30))
    assert collect().contents == 0
    assert files_check().faults == ()
    assert taken(client, row) == 200


@pytest.mark.django_db
def test_so_many_and_no_more(client, stage, monkeypatch):
    monkeypatch.setattr(asking, "MOST", 1)
    row = made(client)
    refused = client.post("/exports/start/", {"address": "/people/", "kind": "csv"})
    assert refused.status_code == 409
    assert b"as many as are kept" in refused.content
    client.post(f"/exports/{row.pk}/remove/")
    made(client, "/people/")


@pytest.mark.django_db
@pytest.mark.parametrize("how_many", [1, 18])
def test_the_list_costs_the_same_whatever_its_length(client, stage, django_assert_max_num_queries, how_many):
    for number in range(how_many):
        (made if number < 2 else asked)(client, f"/people/?n={number}")
    client.get("/exports/")
    with django_assert_max_num_queries(12):
        assert client.get("/exports/").status_code == 200
    from sheber.spine.exports.queries import exports_of

    with django_assert_max_num_queries(2):
        assert len(exports_of(stage.pk)) == how_many


@pytest.mark.django_db
def test_over_the_api(client, stage):
    body = {"address": LIST, "kind": "csv"}
    first = client.post("/api/v1/exports", body, content_type="application/json", headers={"Idempotency-Key": "one"})
    again = client.post("/api/v1/exports", body, content_type="application/json", headers={"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code, first.json()["id"]) == (202, 202, again.json()["id"])
    told = first.json()
    assert (told["state"], told["rows"], told["url"]) == ("waiting", 6, "")
    assert client.get(f"/api/v1/exports/{told['id']}/content").json()["code"] == "export_not_made"
    run_now(Job.objects.get(pk=told["job_id"]))
    ready = client.get(f"/api/v1/exports/{told['id']}").json()
    assert ready["state"] == "ready"
    assert rows_of(client.get(ready["url"])) == page_rows(client, LIST)
    assert client.get("/api/v1/exports").json()["total"] == 1
    assert client.post("/api/v1/exports", {"address": "/"}, content_type="application/json").status_code == 422
    assert client.delete(f"/api/v1/exports/{told['id']}").status_code == 200
    assert client.get(f"/api/v1/exports/{told['id']}").status_code == 404
