"""What the operations do, as a script meets them: one's own session, the CSRF token, stale writes, files, and what stays hidden."""

import json

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sheber.apps.programmes.models import Enrolment, ProgrammeVersion
from sheber.apps.programmes.rules.reading import read_plan
from sheber.apps.programmes.rules.writing import write_xlsx, write_yaml
from sheber.apps.programmes.tests.factories import make_plan, make_version
from sheber.spine.audit.models import AuditEntry
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def send(client, method, url, body=None, **headers):
    return getattr(client, method)(url, json.dumps(body or {}), content_type="application/json", **headers)


def shape(answer):
    return set(answer.json())


# --- who asks -----------------------------------------------------------------------------------------------------------------

def test_a_script_signs_in_as_a_person_does(lasting_nation):
    """The steps of docs/reference/api.md, with the CSRF check on."""
    make_user(email="script@example.invalid", password=PASSWORD, role="programme_director", at=lasting_nation.faculty)
    client = Client(enforce_csrf_checks=True)
    client.get("/people/sign-in/")
    token = client.cookies["sheber_csrf"].value
    client.post("/people/sign-in/", {"email": "script@example.invalid", "password": PASSWORD, "csrfmiddlewaretoken": token})
    assert client.get("/api/v1/me").json()["email"] == "script@example.invalid"
    url, body = f"{lasting_nation.address}/2027.1/matrix", {"edit_version": lasting_nation.draft.edit_version, "changes": []}
    refused = send(client, "patch", url, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert send(client, "patch", url, body, headers={"X-CSRFToken": client.cookies["sheber_csrf"].value}).status_code == 200


def test_every_refusal_has_one_shape(lasting_nation, client):
    director, url = lasting_nation.client("director"), lasting_nation.address
    refusals = {
        401: client.get("/api/v1/me"), 403: lasting_nation.client("student").get("/api/v1/audit/entries"),
        404: director.get("/api/v1/organisations/NOWHERE"), 422: director.get("/api/v1/programmes?limit=201"),
        409: send(director, "post", f"{url}/2026.1/publish"),
        400: director.patch(f"{url}/2027.1/matrix", "{", content_type="application/json")}
    assert {status: answer.status_code for status, answer in refusals.items()} == {status: status for status in refusals}
    assert {status for status, answer in refusals.items() if shape(answer) != {"code", "message", "detail"}} == set()


@pytest.mark.parametrize("url", ["/api/v1/nothing/here", "/api/v1/evidence/x", "/api/v1/frameworks/a%00b/1"])
def test_an_address_that_leads_nowhere_answers_in_the_same_shape(lasting_nation, url):
    answer = lasting_nation.client("director").get(url)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_sentences_come_in_the_language_asked_for(lasting_nation):
    client = lasting_nation.client("director")
    labels = {language: client.get(f"/api/v1/me?language={language}").json()["roles"][0]["label"] for language in ("kk", "ru", "en")}
    assert len(set(labels.values())) == 3
    assert client.get("/api/v1/me", headers={"Accept-Language": "ru"}).json()["roles"][0]["label"] == labels["ru"]
    assert client.get("/api/v1/me?language=xx").json()["code"] == "unknown_language"


# --- lists --------------------------------------------------------------------------------------------------------------------

def test_parts_of_a_list_make_the_whole(lasting_nation):
    client = lasting_nation.client("analyst")
    whole = client.get("/api/v1/organisations?limit=200").json()
    parts = [client.get(f"/api/v1/organisations?limit=2&offset={offset}").json() for offset in range(0, whole["total"], 2)]
    assert [one for part in parts for one in part["items"]] == whole["items"]
    assert {part["total"] for part in parts} == {len(whole["items"])} == {4}
    followed, here = [], "/api/v1/organisations?limit=3&language=ru"
    while here:
        part = client.get(here).json()
        followed, here = followed + part["items"], part["next"]
    assert [one["code"] for one in followed] == [one["code"] for one in whole["items"]]
    assert whole["next"] is None
    assert [one["code"] for one in client.get("/api/v1/organisations?kind=faculty").json()["items"]] == ["OURS-F"]


def _more(nation, how_many):
    """So many more of everything that lists show."""
    item = nation.item
    for n in range(how_many):
        person = make_user(role="student", at=nation.faculty)
        Enrolment.objects.create(student=person, version=nation.version, entry_year=2025, class_year=2026, goal_id="technician")
        for whose in (item.person, person):
            make_evidence(person=whose, competence=item.competence, source_kind=item.source_kind, source_id=item.source_id)
        make_organisation(parent=nation.faculty, kind="department")
        make_version(organisation=nation.faculty, plan=make_plan(code="6B99001", version=f"v{n}"))
        make_version(organisation=nation.faculty)


def address(nation, path):
    return "/api/v1/" + path.format(person=nation.people["student"].pk, assessment=nation.assessment.pk, item=nation.item.pk)


LISTS = ["organisations", "organisations/OURS-F", "programmes", "programmes/6B99001/versions", "students",
         "programmes/6B99001/versions/2026.1/students", "programmes/6B99001/versions/2026.1/classes",
         "programmes/6B99001/versions/2027.1/findings", "programmes/6B99001/versions/2026.1/gap",
         "programmes/6B99001/versions/2026.1/gap/items/1.1", "programmes/6B99001/versions/2027.1/history", "people/{person}/evidence",
         "people/{person}/attainment", "assessments/{assessment}/results", "evidence/{item}", "audit/entries"]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_for_one_row_and_for_many(lasting_nation, path):
    client, url = lasting_nation.client("director"), address(lasting_nation, path)
    client.get(url)                                                # what is kept for the process is there for both
    cache.clear()
    with CaptureQueriesContext(connection) as few:
        assert client.get(url).status_code == 200
    _more(lasting_nation, 25)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url + "?limit=200").status_code == 200
    assert len(many) == len(few), "\n".join(one["sql"][:120] for one in many.captured_queries)


# --- what stays hidden --------------------------------------------------------------------------------------------------------

def test_nobody_sees_a_named_student_without_the_right(lasting_nation):
    person = lasting_nation.people["student"]
    named = {str(person.name), *person.name.values(), person.email}
    opened: dict[str, set[str]] = {}
    for who in ("analyst", "neighbour", "director"):
        client = lasting_nation.client(who)
        for path in LISTS:
            text = client.get(address(lasting_nation, path) + "?class_year=2026").content.decode()
            opened.setdefault(who, set()).update({path} if any(name in text for name in named) else ())
    assert (opened["analyst"], opened["neighbour"]) == (set(), set())
    assert len(opened["director"]) > 5, "who may see persons finds them there"
    item = lasting_nation.client("director").get(f"{lasting_nation.address}/2026.1/gap/items/1.1?class_year=2026").json()
    assert [one["id"] for one in item["people"]] == [person.pk]
    item = lasting_nation.client("analyst").get(f"{lasting_nation.address}/2026.1/gap/items/1.1?class_year=2026").json()
    # A class of one person has no figure either: it would be that of the person.
    assert (item["people"], sum(one["students"] for one in item["spread"]), item["row"]["attained"]) == ([], 0, None)


def test_counts_respect_what_may_be_seen(lasting_nation):
    totals = {who: lasting_nation.client(who).get("/api/v1/students").json().get("total") for who in ("director", "neighbour", "analyst")}
    assert totals == {"director": 1, "neighbour": 0, "analyst": None}
    own = lasting_nation.client("student")
    assert own.get(f"/api/v1/people/{lasting_nation.people['student'].pk}/attainment").status_code == 200
    assert own.get(f"/api/v1/people/{lasting_nation.people['student'].pk}/evidence").json()["total"] == 1
    assert own.get(f"/api/v1/people/{lasting_nation.people['teacher'].pk}/evidence").status_code == 403


# --- the matrix ---------------------------------------------------------------------------------------------------------------

def test_a_stale_write_is_refused_and_a_change_can_be_undone(lasting_nation):
    client, url = lasting_nation.client("director"), f"{lasting_nation.address}/2027.1/matrix"
    before = client.get(url).json()
    change = {"edit_version": before["edit_version"], "changes": [{"course": "MAT1", "item": "1.1", "mode": "T", "level": 4}]}
    saved = send(client, "patch", url, change).json()
    assert (saved["changed"], saved["edit_version"]) == (1, before["edit_version"] + 1)
    stale = send(client, "patch", url, change)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert stale.json()["detail"] == {"yours": before["edit_version"], "saved": saved["edit_version"]}
    back = send(client, "patch", url, {"edit_version": saved["edit_version"], "changes": saved["undo"]})
    assert back.status_code == 200, back.json()
    assert client.get(url).json()["rows"] == before["rows"]


def test_unknown_fields_are_refused_and_nothing_is_written(lasting_nation):
    client, url = lasting_nation.client("director"), f"{lasting_nation.address}/2027.1/matrix"
    entries = AuditEntry.objects.count()
    cell = {"course": "MAT1", "item": "1.1", "mode": "T", "level": 1}
    wrong = [{"changes": [], "status": "published"}, {"changes": [cell | {"item": "9.9"}]}, {"changes": [cell | {"mode": "X"}]}]
    number = lasting_nation.draft.edit_version
    assert [send(client, "patch", url, {"edit_version": number, **body}).status_code for body in wrong] == [422, 422, 422]
    assert AuditEntry.objects.count() == entries


# --- files --------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("name", "write"), [("plan.yaml", write_yaml), ("plan.xlsx", write_xlsx)])
def test_an_import_is_a_dry_run_unless_told_otherwise(lasting_nation, name, write):
    client, plan = lasting_nation.client("director"), make_plan(code="6B99777")
    form = {"organisation": "OURS-F", "file": SimpleUploadedFile(name, write(plan))}
    told = client.post("/api/v1/programmes/import", form).json()
    assert (told["dry_run"], told["written"], told["courses_added"]) == (True, False, ["MAT1", "MAT2"])
    assert not ProgrammeVersion.objects.filter(programme__code="6B99777").exists()
    form = {"organisation": "OURS-F", "dry_run": "false", "file": SimpleUploadedFile(name, write(plan))}
    assert client.post("/api/v1/programmes/import", form).json()["written"]
    again = client.get("/api/v1/programmes/6B99777/versions/2026.1/export/yaml")
    assert read_plan(again.content, "again.yaml").plan.courses == plan.courses


def test_a_bad_file_names_row_and_column_and_writes_nothing(lasting_nation):
    bad = write_yaml(make_plan()).replace(b"ects: 30", b"ects: many", 1)
    answer = lasting_nation.client("director").post("/api/v1/programmes/import", {
        "organisation": "OURS-F", "dry_run": "false", "file": SimpleUploadedFile("plan.yaml", bad)})
    assert (answer.status_code, answer.json()["code"]) == (422, "file_problems")
    problem = answer.json()["detail"]["problems"][0]
    assert problem["row"] > 0
    assert problem["sentence"]


def test_nobody_imports_into_a_house_that_is_not_theirs(lasting_nation):
    form = {"organisation": "OURS-F", "file": SimpleUploadedFile("plan.yaml", write_yaml(make_plan()))}
    assert lasting_nation.client("neighbour").post("/api/v1/programmes/import", form).status_code == 403


# --- life of a version, evidence, the record ------------------------------------------------------------------------------------

def test_a_version_is_revised_published_and_archived(lasting_nation):
    client, url = lasting_nation.client("director"), lasting_nation.address
    made = send(client, "post", f"{url}/2026.1/revise", {"version": "2028.1", "reason": "New labs."})
    assert (made.status_code, made.json()["status"], made.json()["replaces"]) == (201, "draft", "2026.1")
    assert send(client, "post", f"{url}/2028.1/publish").json()["status"] == "published"
    assert send(client, "post", f"{url}/2026.1/archive").json()["status"] == "archived"
    acts = client.get(f"{url}/2028.1/history").json()["items"]
    assert [one["verb"] for one in acts] == ["programme.published", "programme.revised"]
    assert acts[1]["reason"] == "New labs."


def _observation(nation, **fields):
    return {"person_id": nation.people["student"].pk, "framework": "CDIO", "framework_version": "2.0", "competence": "2.1", "level": 3.5,
            "setting": "course", "observed_on": "2026-02-01", "source_kind": "programmes.assessment",
            "source_id": str(nation.assessment.pk), **fields}


def test_evidence_is_recorded_corrected_and_taken_back(lasting_nation):
    client = lasting_nation.client("teacher")
    made = send(client, "post", "/api/v1/evidence", _observation(lasting_nation))
    assert made.status_code == 201, made.json()
    correction = {"level": 4, "reason": "Two points were missed."}
    better = send(client, "post", f"/api/v1/evidence/{made.json()['id']}/supersede", correction).json()
    assert [one["level"] for one in better["chain"]] == [3.5, 4.0]
    late = send(client, "post", f"/api/v1/evidence/{made.json()['id']}/withdraw", {"reason": "Mistaken."})
    assert (late.status_code, late.json()["code"]) == (409, "evidence_superseded_already")
    gone = send(client, "post", f"/api/v1/evidence/{better['id']}/withdraw", {"reason": "Mistaken."}).json()
    assert (gone["level"], gone["is_current"]) == (None, False)


@pytest.mark.parametrize(("who", "fields", "status"), [
    ("student", {}, 403), ("neighbour", {}, 403), ("teacher", {"competence": "9.9"}, 422), ("teacher", {"observed_on": "2999-01-01"}, 422),
    ("teacher", {"source_id": "999999"}, 422), ("teacher", {"source_kind": "thing"}, 422), ("teacher", {"level": 5.5}, 422),
    ("teacher", {"person_id": 10**17}, 403)])
def test_evidence_that_is_refused(lasting_nation, who, fields, status):
    before = EvidenceItem.objects.count()
    assert send(lasting_nation.client(who), "post", "/api/v1/evidence", _observation(lasting_nation, **fields)).status_code == status
    assert EvidenceItem.objects.count() == before


def test_nobody_takes_back_what_was_seen_of_themselves(lasting_nation):
    teacher = lasting_nation.people["teacher"]
    own = make_evidence(person=teacher, competence=lasting_nation.item.competence, level=1)
    answer = send(lasting_nation.client("teacher"), "post", f"/api/v1/evidence/{own.pk}/withdraw", {"reason": "I know better."})
    assert answer.json()["code"] == "evidence_of_oneself"


def test_the_record_is_verified_by_those_who_look_after_the_nation(lasting_nation):
    client, count = lasting_nation.client("administrator"), AuditEntry.objects.count()
    first = client.get("/api/v1/audit/verification").json()
    assert first.items() >= {"ok": True, "checked": count, "first_broken": None, "recomputed": count, "whole_up_to": count}.items()
    later = client.get("/api/v1/audit/verification").json()
    assert later == {**first, "recomputed": 0, "checked": count}
    again = client.get("/api/v1/audit/verification?whole=true").json()
    assert (again["recomputed"], again["whole_at"] > first["whole_at"]) == (count, True)
    assert lasting_nation.client("director").get("/api/v1/audit/verification").status_code == 403
