"""Attaching and opening files, by the pages and by the API."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sheber.spine.audit.models import AuditEntry
from sheber.spine.competences.tests.factories import make_competence
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.files.models import StoredFile
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user

from .factories import EVIDENCE, ORGANISATION, PDF, make_file

pytestmark = pytest.mark.django_db


def client_of(person, language="en"):
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(person)
    client.cookies["sheber_language"] = language
    return client


@pytest.fixture
def place():
    return make_organisation()


@pytest.fixture
def director(place):
    return make_user(role="programme_director", at=place)


def sent(name="Отчёт о практике.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/x-msdownload")


def body(answer):
    return b"".join(answer.streaming_content)


def opened(person, url):
    """Status, and the content when there is one, read to its end as browsers do."""
    answer = client_of(person).get(url)
    return answer.status_code, body(answer) if answer.streaming else b""


def test_a_document_is_attached_to_an_organisation_and_opened_by_a_student_there(place, director):
    there = f"/organisations/{place.code}/"
    client = client_of(director)
    assert "No file is attached yet" in client.get(there).content.decode()
    form = f"/files/to/{ORGANISATION}/{place.pk}/"
    assert f'href="{form}"' in client.get(there).content.decode()
    answer = client.post(form, {"file": sent(), "purpose": "Agreement"}, follow=True)
    assert answer.redirect_chain == [(there, 302)]
    page = client_of(make_user(role="student", at=place)).get(there).content.decode()
    assert "Отчёт о практике.pdf" in page
    assert "Agreement" in page
    assert "not scanned" in page                                      # no scanner, and that is said
    assert "/remove/" not in page
    file = StoredFile.objects.get()
    assert f'href="/files/{file.pk}/"' in page
    got = client_of(make_user(role="student", at=place)).get(f"/files/{file.pk}/")
    assert body(got) == PDF


def test_a_content_never_opens_within_the_product(place, director):
    file = make_file(at=place, name="Отчёт “1”.pdf", content=PDF)
    for url in (f"/files/{file.pk}/", f"/api/v1/files/{file.pk}/content"):
        answer = client_of(director).get(url)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment; filename=\"")
        assert answer["Content-Disposition"].isascii()
        assert "filename*=UTF-8''%D0%9E%D1%82%D1%87%D1%91%D1%82%20%E2%80%9C1%E2%80%9D.pdf" in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Type"] == "application/pdf"            # by the content, not by what the sender said
        assert int(answer["Content-Length"]) == len(PDF)
        assert body(answer) == PDF


@pytest.mark.parametrize(("name", "content", "words"), [
    ("page.html", b"<html></html>", "Files of this kind are not taken"),
    ("report.pdf", b"plain text", "not what its name says"),
    ("empty.txt", b"", "empty"),
    ("tool.pdf", b"MZ\x90\0" + b"\0" * 60, "program")])
def test_what_is_refused_is_told_beside_the_field(place, director, name, content, words):
    answer = client_of(director).post(f"/files/to/{ORGANISATION}/{place.pk}/", {"file": sent(name, content), "purpose": "kept <b>"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "kept &lt;b&gt;" in page
    assert re.search(r'aria-describedby="[^"]*id_file_error', page)
    assert StoredFile.objects.count() == 0


def test_without_a_file_the_form_says_so(place, director):
    answer = client_of(director).post(f"/files/to/{ORGANISATION}/{place.pk}/", {"purpose": ""})
    assert answer.status_code == 422
    assert "is-invalid" in answer.content.decode()


def test_the_script_is_told_where_to_go_and_the_message_waits_there(place, director):
    client = client_of(director)
    answer = client.post(f"/files/to/{ORGANISATION}/{place.pk}/", {"file": sent()}, headers={"X-Upload": "1"})
    assert (answer.status_code, answer["X-Location"]) == (204, f"/organisations/{place.code}/")
    assert "is attached" in client.get(answer["X-Location"]).content.decode()


def test_over_the_api_everything_that_the_pages_do(place, director):
    client = client_of(director)
    made = client.post("/api/v1/files", {"kind": ORGANISATION, "key": str(place.pk), "purpose": "Licence", "file": sent()})
    assert made.status_code == 201, made.content
    told = made.json()
    assert told["attached_to"] == {"kind": ORGANISATION, "key": str(place.pk), "title": str(place.name),
                                   "url": f"/organisations/{place.code}/"}
    assert (told["name"], told["scan"], told["media_type"]) == ("Отчёт о практике.pdf", "none", "application/pdf")
    number = told["id"]
    assert client.get(f"/api/v1/files/{number}").json() == told
    assert body(client.get(f"/api/v1/files/{number}/content")) == PDF
    assert [one["id"] for one in client.get("/api/v1/files?text=ЛИЦЕНЗ").json()["items"]] == []
    assert [one["id"] for one in client.get("/api/v1/files?text=licen").json()["items"]] == [number]
    gone = client.delete(f"/api/v1/files/{number}?reason=old")
    assert gone.json()["removed_at"] is not None
    assert client.get(f"/api/v1/files/{number}").status_code == 404
    assert client.get(f"/api/v1/files/{number}/content").status_code == 404
    assert client.get("/api/v1/files").json()["total"] == 0
    assert client.get("/api/v1/files?removed=true").json()["total"] == 1
    assert client.post(f"/api/v1/files/{number}/bring-back").json()["removed_at"] is None
    refused = client.post("/api/v1/files", {"kind": ORGANISATION, "key": str(place.pk), "file": sent("a.svg", b"<svg/>")})
    assert (refused.status_code, refused.json()["code"], refused.json()["detail"]["reason"]) == (422, "bad_file", "kind_refused")
    assert client.post("/api/v1/files", {"kind": "no.such", "key": "1", "file": sent()}).status_code == 404


def test_removed_and_brought_back_on_the_pages(place, director):
    file, client = make_file(at=place, name="old.txt"), client_of(director)
    assert "Remove “old.txt”" in client.get(f"/files/{file.pk}/remove/").content.decode()
    page = client.post(f"/files/{file.pk}/remove/", {"reason": "Twice."}, follow=True).content.decode()
    assert "old.txt” is removed" in page
    assert client.get(f"/files/{file.pk}/").status_code == 404
    assert "old.txt" not in client.get("/files/").content.decode()
    removed = client.get("/files/?state=removed").content.decode()
    assert f'action="/files/{file.pk}/bring-back/"' in removed
    student = client_of(make_user(role="student", at=place))
    assert "old.txt" not in student.get("/files/?state=removed").content.decode()
    assert student.post(f"/files/{file.pk}/bring-back/").status_code == 404
    client.post(f"/files/{file.pk}/bring-back/")
    assert opened(director, f"/files/{file.pk}/")[0] == 200
    verbs = list(AuditEntry.objects.filter(verb__startswith="file.").order_by("sequence").values_list("verb", "reason"))
    assert verbs == [("file.attached", ""), ("file.removed", "Twice."), ("file.brought_back", "")]


def test_the_list_searches_sorts_filters_and_exports(place, director):
    client = client_of(director)
    assert "No file is open to you yet" in client.get("/files/").content.decode()
    for name in ("Бета.txt", "Альфа.txt", "Әлем.txt"):
        make_file(at=place, name=name)
    page = client.get("/files/?sort=name").content.decode()
    assert [page.index(name) for name in ("Альфа", "Әлем", "Бета")] == sorted(page.index(name) for name in ("Альфа", "Әлем", "Бета"))
    found = client.get("/files/?q=алем").content.decode()
    assert "Әлем" in found
    assert "Бета" not in found
    assert "No file matches" in client.get("/files/?q=zzz").content.decode()
    table = client.get("/files/?format=csv&sort=-name").content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in table] == ["Name", "Бета.txt", "Әлем.txt", "Альфа.txt"]
    assert client.get(f"/files/?of={EVIDENCE}").content.decode().count("<tr>") == 0


def test_evidence_shows_the_work_behind_it_to_the_person_and_their_assessors(place):
    student = make_user(role="student", at=place)
    item = make_evidence(person=student, competence=make_competence())
    teacher = client_of(make_user(role="teacher", at=place))
    url = f"/files/to/{EVIDENCE}/{item.pk}/"
    assert teacher.post(url, {"file": sent("work.pdf")}).status_code == 302
    file = StoredFile.objects.get()
    assert (file.subject_id, file.is_personal) == (student.pk, True)
    own = client_of(student)
    page = own.get(f"/evidence/{item.pk}/").content.decode()
    assert "work.pdf" in page
    assert "Attach a file" not in page
    assert own.post(url, {"file": sent()}).status_code == 403           # nobody adds to what they are assessed by
    assert opened(student, f"/files/{file.pk}/") == (200, PDF)
    mate = client_of(make_user(role="student", at=place))
    assert mate.get(f"/files/{file.pk}/").status_code == 404
    assert mate.get(url).status_code == 404


def test_reading_a_file_about_somebody_is_recorded_and_ones_own_is_not(place):
    student, teacher = make_user(role="student", at=place), make_user(role="teacher", at=place)
    file = make_file(item=make_evidence(person=student, competence=make_competence()), name="Иванов, диагноз.txt")
    document = make_file(at=place)
    opened(student, f"/files/{file.pk}/")
    opened(teacher, f"/files/{document.pk}/")
    assert not AuditEntry.objects.filter(verb="file.read").exists()
    opened(teacher, f"/files/{file.pk}/")
    opened(teacher, f"/api/v1/files/{file.pk}/content")
    read = AuditEntry.objects.filter(verb="file.read")
    assert {(one.actor_id, one.target_id, one.scope_path) for one in read} == {(teacher.pk, str(file.pk), place.path)}
    assert read.count() == 2
    assert not any("диагноз" in str(one.after) for one in AuditEntry.objects.filter(target_id=str(file.pk)))


@pytest.mark.parametrize("url", ["/files/", "/files/?format=csv", "/api/v1/files", "/files/?state=removed"])
def test_the_list_costs_the_same_for_one_and_for_many(url, place):
    from django.db import connection

    costs = []
    admin = client_of(make_user(role="administrator", at=make_root()))
    for how_many in (1, 25):
        for _again in range(how_many):
            make_file(at=make_organisation())
            make_file(item=make_evidence(person=make_user(role="student", at=place), competence=make_competence()))
        admin.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(url).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_the_block_of_a_page_costs_the_same_for_one_and_for_many(place, director):
    from django.db import connection

    client, costs = client_of(director), []
    for how_many in (1, 25):
        for _again in range(how_many):
            make_file(at=place)
        client.get(f"/organisations/{place.code}/")
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/organisations/{place.code}/")
        costs.append(len(seen))
    assert costs[0] == costs[1]
