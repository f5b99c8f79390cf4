"""What the forms of a draft do, done by a script: courses, facts, targets, a new programme; and who is refused on both ways."""

import pytest
from django.test import Client

from sheber.apps.programmes.models import Programme, ProgrammeVersion
from sheber.apps.programmes.queries import version_plan
from sheber.apps.programmes.tests.factories import make_plan, make_version
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_role, make_user

from .test_operations import send

pytestmark = pytest.mark.django_db

COURSE = {"code": "PHY1", "title": {"en": "Physics"}, "credits": 5, "term": 1, "cycle": "basic", "delivery": "lab", "contact_hours": 50,
          "lab_hours": 20, "self_study_hours": None, "features": [],
          "requisites": [{"kind": "prerequisite", "options": ["MAT1"], "need": 1}],
          "outcomes": [{"code": "LO1", "text": {"en": "Measure."}}]}
NEW = {"code": "6B99888", "title": {"en": "New"}, "organisation": "OURS-F", "engineer_type": "technician", "degree": "bachelor",
       "version": "2027.1", "years": 4}


def draft(nation):
    return f"{nation.address}/2027.1"


def standing(nation):
    return ProgrammeVersion.objects.get(pk=nation.draft.pk).edit_version


def facts_of(client, nation):
    """What a version is read as, without what nobody changes there."""
    names = ("title", "degree", "engineer_type", "qualification", "nqf", "eqf", "isced_f", "classifier_group", "languages", "sectors",
             "years", "credits", "hours_per_credit", "system", "term_load", "admission", "practice_note", "task_complexity", "terms")
    found = client.get(draft(nation)).json()
    return {name: found[name] for name in names}


def requests_of(nation):
    """Every change of a draft: method, address, body."""
    number, url = standing(nation), draft(nation)
    reader = nation.client("director")
    return {"add": ("post", f"{url}/courses", {"edit_version": number, "course": COURSE}),
            "save": ("put", f"{url}/courses/MAT2", {"edit_version": number, "course": COURSE}),
            "facts": ("put", f"{url}/facts", {"edit_version": number, "facts": facts_of(reader, nation) | {"credits": 61}}),
            "targets": ("put", f"{url}/targets", {"edit_version": number, "own_targets": {"1.1": 5}, "entry_levels": {}, "reason": "Law."}),
            "remove": ("delete", f"{url}/courses/MAT2?edit_version={number}", None)}


NAMES = ["add", "save", "facts", "targets", "remove"]


@pytest.mark.parametrize("name", NAMES)
def test_a_second_save_from_the_same_reading_is_stale(lasting_nation, name):
    client, entries = lasting_nation.client("director"), AuditEntry.objects.count()
    number = standing(lasting_nation)
    method, url, body = requests_of(lasting_nation)[name]
    saved = send(client, method, url, body)
    assert saved.status_code == (201 if name == "add" else 200), saved.json()
    told = saved.json()
    assert ("deletion_id" in told) is (name == "remove")      # what went to the trash can be put back
    told.pop("deletion_id", None)
    assert (told, AuditEntry.objects.count()) == ({"edit_version": number + 1}, entries + 1)
    again = send(client, method, url, body)
    assert (again.status_code, again.json()["code"], AuditEntry.objects.count()) == (409, "stale", entries + 1)


@pytest.mark.parametrize("who", ["student", "teacher", "analyst", "neighbour", "nobody"])
@pytest.mark.parametrize("name", NAMES)
def test_who_may_not_change_a_draft_on_a_page_may_not_here(lasting_nation, name, who):
    method, url, body = requests_of(lasting_nation)[name]
    client, entries = lasting_nation.client(who), AuditEntry.objects.count()
    page = {"add": "add-course/", "save": "courses/MAT2/edit/", "facts": "facts/", "targets": "targets/", "remove": "courses/MAT2/remove/"}
    assert client.post(f"/programmes/6B99001/2027.1/{page[name]}").status_code == 403
    assert send(client, method, url, body).status_code == 403
    assert (standing(lasting_nation), AuditEntry.objects.count()) == (body["edit_version"] if body else lasting_nation.draft.edit_version,
                                                                      entries)


@pytest.mark.parametrize("name", NAMES)
def test_a_version_in_force_does_not_change(lasting_nation, name):
    method, url, body = requests_of(lasting_nation)[name]
    answer = send(lasting_nation.client("director"), method, url.replace("2027.1", "2026.1"), body)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_draft")


def test_a_course_is_added_renamed_and_removed(lasting_nation):
    client, url = lasting_nation.client("director"), f"{draft(lasting_nation)}/courses"
    number = send(client, "post", url, {"edit_version": standing(lasting_nation), "course": COURSE}).json()["edit_version"]
    found = client.get(f"{url}/PHY1").json()
    assert found == COURSE | {"title": {"kk": "", "ru": "", "en": "Physics"}, "cells": [],
                              "outcomes": [{"code": "LO1", "text": {"kk": "", "ru": "", "en": "Measure."}}]}
    whole = {name: value for name, value in client.get(f"{url}/MAT1").json().items() if name != "cells"}
    same = send(client, "put", f"{url}/MAT1", {"edit_version": number, "course": whole})
    assert same.json() == {"edit_version": number}, "what is read and sent back changes nothing"
    renamed = send(client, "put", f"{url}/MAT1", {"edit_version": number, "course": whole | {"code": "MAT10"}}).json()
    assert client.get(f"{url}/PHY1").json()["requisites"][0]["options"] == ["MAT10"]
    assert client.get(f"{url}/MAT10").json()["cells"], "cells stay"
    gone = client.delete(f"{url}/MAT10?edit_version={renamed['edit_version']}")
    assert (gone.status_code, client.get(f"{url}/MAT10").status_code) == (200, 404)
    assert client.get(f"{url}/PHY1").json()["requisites"] == []
    nowhere = client.delete(f"{url}/MAT10?edit_version={gone.json()['edit_version']}")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("name", "part", "wrong", "code"), [
    ("add", "course", {"code": "MAT1"}, "bad_course"), ("add", "course", {"code": "a/b"}, "bad_course"),
    ("add", "course", {"title": {}}, "bad_course"), ("add", "course", {"credits": 61}, "validation"),
    ("add", "course", {"outcomes": [{"code": "LO1", "text": {}}]}, "bad_outcome"), ("add", "course", {"sort": 1}, "validation"),
    ("add", "course", {"requisites": [{"kind": "prerequisite", "options": ["A", "A"]}]}, "bad_requisite"),
    ("save", "course", {"code": "MAT1"}, "bad_course"), ("facts", "facts", {"engineer_type": "wizard"}, "bad_facts"),
    ("facts", "facts", {"title": {}}, "bad_facts"), ("facts", "facts", {"languages": ["xx"]}, "bad_facts"),
    ("facts", "facts", {"sectors": ["xx"]}, "bad_facts"), ("facts", "facts", {"status": "published"}, "validation"),
    ("facts", "facts", {"term_load": {"least": 3, "wanted": 2, "most": 1}}, "bad_facts"),
    ("targets", "own_targets", {"9.9": 1}, "unknown_items"), ("targets", "own_targets", {"1.1": 6}, "validation"),
    ("targets", "reason", "", "reason_missing")])
def test_values_that_do_not_fit_are_refused_and_nothing_is_written(lasting_nation, name, part, wrong, code):
    method, url, body = requests_of(lasting_nation)[name]
    before = (version_plan(lasting_nation.draft.pk), AuditEntry.objects.count())
    body[part] = body[part] | wrong if isinstance(wrong, dict) else wrong
    answer = send(lasting_nation.client("director"), method, url, body)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.json()
    assert (version_plan(lasting_nation.draft.pk), AuditEntry.objects.count()) == before


def test_facts_and_targets_read_and_sent_back_change_nothing(lasting_nation):
    client, url = lasting_nation.client("director"), draft(lasting_nation)
    number = standing(lasting_nation)
    body = {"edit_version": number, "facts": facts_of(client, lasting_nation)}
    assert send(client, "put", f"{url}/facts", body).json() == {"edit_version": number}
    body = {"edit_version": number, "own_targets": {"1.1": 4.5, "2.1": None}, "entry_levels": {"1.1": 2}, "reason": "The partner asks."}
    number = send(client, "put", f"{url}/targets", body).json()["edit_version"]
    read = client.get(f"{url}/targets").json()
    assert read["own_targets"] == {"1.1": 4.5, "2.1": None}
    assert (client.get(url).json()["targets"]["1.1"], "2.1" in client.get(url).json()["targets"]) == (4.5, False)
    assert send(client, "put", f"{url}/targets", {name: read[name] for name in ("edit_version", "own_targets", "entry_levels")}).json() == {
        "edit_version": number}


def test_a_course_in_which_somebody_was_assessed_stays(lasting_nation):
    ProgrammeVersion.objects.filter(pk=lasting_nation.version.pk).update(status="draft")
    code = lasting_nation.assessment.course.code
    answer = lasting_nation.client("director").delete(f"{lasting_nation.address}/2026.1/courses/{code}?edit_version=1")
    assert (answer.status_code, answer.json()["code"]) == (409, "course_in_use")


def test_a_programme_is_started(lasting_nation):
    client = lasting_nation.client("director")
    made = send(client, "post", "/api/v1/programmes", NEW)
    assert (made.status_code, made.json()["status"], made.json()["credits"], made.json()["nqf"]) == (201, "draft", 240, 6), made.json()
    assert len(client.get("/api/v1/programmes/6B99888/versions/2027.1").json()["terms"]) == 8
    again = send(client, "post", "/api/v1/programmes", NEW)
    assert (again.status_code, again.json()["code"]) == (409, "programme_exists")


@pytest.mark.parametrize(("who", "fields", "status"), [
    ("neighbour", {}, 403), ("student", {}, 403), ("analyst", {}, 403), ("director", {"organisation": "THEIRS"}, 403),
    ("director", {"organisation": "NOWHERE"}, 403), ("administrator", {"organisation": "KZ"}, 422), ("director", {"code": "a/b"}, 422),
    ("director", {"code": "a;b"}, 422), ("director", {"version": ".."}, 422), ("director", {"version": "new"}, 422),
    ("director", {"engineer_type": "wizard"}, 422), ("director", {"title": {}}, 422), ("director", {"is_synthetic": True}, 422),
    ("director", {"code": "C" * 21}, 422)])
def test_a_programme_that_is_not_started(lasting_nation, who, fields, status):
    before = (Programme.objects.count(), AuditEntry.objects.count())
    answer = send(lasting_nation.client(who), "post", "/api/v1/programmes", NEW | fields)
    assert answer.status_code == status, answer.json()
    assert (Programme.objects.count(), AuditEntry.objects.count()) == before


def test_nobody_starts_a_programme_at_an_enterprise_or_a_closed_house(lasting_nation):
    client = lasting_nation.client("director")
    for fields in ({"kind": "enterprise"}, {"kind": "department", "is_active": False}):
        place = make_organisation(parent=lasting_nation.faculty, **fields)
        answer = send(client, "post", "/api/v1/programmes", NEW | {"organisation": place.code})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_programme")


@pytest.mark.parametrize(("fields", "wrong"), [({"name": {"kk": "", "ru": "", "en": ""}}, "name"), ({"name": {}}, "name"),
                                               ({"name": {"en": "  "}}, "name"), ({"employees": 2_000_001}, None)])
def test_an_organisation_without_a_name_is_refused(lasting_nation, fields, wrong):
    facts = {"code": "NEW-D", "kind": "department", "name": {"en": "New"}, "short_name": {}, "city": {}, "about": {}, "country": "KZ",
             "region": None, "sector": None, "employees": None}
    body, client = {"parent": "OURS-F", "organisation": facts | fields}, lasting_nation.client("administrator")
    before = (Organisation.objects.count(), AuditEntry.objects.count())
    answer = send(client, "post", "/api/v1/organisations", body)
    assert answer.status_code == 422, answer.json()
    if wrong:
        assert (answer.json()["code"], list(answer.json()["detail"]["fields"])) == ("bad_organisation", [wrong])
    assert (Organisation.objects.count(), AuditEntry.objects.count()) == before
    assert send(client, "post", "/api/v1/organisations", {"parent": "OURS-F", "organisation": facts}).status_code == 201


def test_of_two_versions_with_one_code_pages_and_api_change_the_one_that_may_be_changed(lasting_nation):
    """A teacher at one university who directs a programme at another, where code and version are the same."""
    elsewhere = make_version(organisation=lasting_nation.elsewhere, plan=make_plan(code="6B99001", version="2027.1"))
    person = make_user(role="teacher", at=lasting_nation.faculty)
    make_role(user=person, role="programme_director", at=lasting_nation.elsewhere)
    client = Client()
    client.force_login(person)
    change = {"edit_version": elsewhere.edit_version, "changes": [{"course": "MAT1", "item": "1.1", "mode": "T", "level": 4}]}
    assert send(client, "post", "/programmes/6B99001/2027.1/matrix/save/", change).status_code == 200
    change = {"edit_version": elsewhere.edit_version + 1, "changes": [{"course": "MAT1", "item": "1.1", "mode": "T", "level": 3}]}
    assert send(client, "patch", f"{draft(lasting_nation)}/matrix", change).status_code == 200
    elsewhere.refresh_from_db()
    assert (elsewhere.edit_version, standing(lasting_nation)) == (change["edit_version"] + 1, lasting_nation.draft.edit_version)
