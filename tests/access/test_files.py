"""Nobody reads a neighbour's files: role × place × what they are attached to, through the whole stack, against the table of roles.

The rules of addresses let in whoever is signed in; who may open which file is decided by the system of the thing. So what is expected is
worked out here, and every way out is asked: page, API, list, export, count.
"""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sheber.spine.competences.tests.factories import make_competence
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.files.tests.factories import EVIDENCE, ORGANISATION, make_file, own_store
from sheber.spine.people import access
from sheber.spine.people.access import OWN, Narrowing
from sheber.spine.people.models import User
from sheber.spine.people.roles import PERMISSIONS, ROLE_GRANTS, ROLES
from sheber.spine.people.tests.factories import make_role, make_user

from .world import RELATIONS, make_world

pytestmark = pytest.mark.django_db
NEAR = {"own", "below"}
SAME = b"the same bytes everywhere"


@pytest.fixture
def files(tmp_path, settings):
    """``(what, relation) -> file``; all hold the same bytes, which opens none of them."""
    own_store(settings, tmp_path / "files")
    world = make_world()
    made = {("document", relation): make_file(at=place, content=SAME, name=f"document-{relation}.txt")
            for relation, place in world.places.items()}
    for relation, student in world.students.items():
        item = make_evidence(person=student, competence=make_competence())
        made["work", relation] = make_file(item=item, content=SAME, name=f"work-{relation}.txt")
    roleless = make_evidence(person=make_user(), competence=make_competence())
    made["work", "nowhere"] = make_file(item=roleless, content=SAME, name="work-nowhere.txt")
    return world, made


def holds(role, permission, relation):
    grants = ROLE_GRANTS[role]
    return permission in grants.nation_wide or (permission in grants.at_node and relation in NEAR)


def seen_by(role, key):
    return holds(role, {"document": "document.view", "work": "evidence.view"}[key[0]], key[1])


def changed_by(role, key):
    return seen_by(role, key) and holds(role, {"document": "document.edit", "work": "evidence.record"}[key[0]], key[1])


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def lists(client):
    """Names and counts by every way a list goes out."""
    page = client.get("/files/").content.decode()
    api = client.get("/api/v1/files?limit=200").json()
    table = list(csv.reader(io.StringIO(client.get("/files/?format=csv").content.decode("utf-8-sig"))))[1:]
    by_page = {name for name in (f"{what}-{relation}.txt" for what in ("document", "work") for relation in (*RELATIONS, "nowhere"))
               if name in page}
    assert by_page == {one["name"] for one in api["items"]} == {row[0] for row in table}
    assert api["total"] == len(api["items"])
    return by_page


@pytest.mark.parametrize("role", ROLES)
def test_every_role_opens_what_the_table_says_and_the_lists_agree(role, files):
    world, made = files
    client, wrong = client_of(make_user(role=role, at=world.places["own"])), []
    for key, file in made.items():
        may, change = seen_by(role, key), changed_by(role, key)
        answers = {
            "page": client.get(f"/files/{file.pk}/"), "api": client.get(f"/api/v1/files/{file.pk}"),
            "content": client.get(f"/api/v1/files/{file.pk}/content")}
        for way, answer in answers.items():
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if (answer.status_code == 200) != may or (not may and (answer.status_code != 404 or SAME in content)):
                wrong.append((key, way, answer.status_code))
        forms = {"remove": client.get(f"/files/{file.pk}/remove/"),
                 "attach": client.get(f"/files/to/{file.target_kind}/{file.target_id}/")}
        wrong += [(key, way, answer.status_code) for way, answer in forms.items()
                  if answer.status_code != (200 if change else 403 if may else 404)]
        sent = client.post("/api/v1/files", {"kind": file.target_kind, "key": file.target_id, "file": SimpleUploadedFile("n.exe", SAME)})
        if sent.status_code != (422 if change else 403 if may else 404):        # let in as far as the content, which is refused
            wrong.append((key, "send", sent.status_code))
    assert wrong == []
    assert lists(client) == {file.name for key, file in made.items() if seen_by(role, key)}


CHANGING = [role for role in ROLES if {"document.edit", "evidence.record"} & ROLE_GRANTS[role].at_node]


@pytest.mark.parametrize("role", [*CHANGING, "student", "ministry_analyst"])
def test_only_whoever_may_change_removes_and_brings_back(role, files):
    world, made = files
    client = client_of(make_user(role=role, at=world.places["own"]))
    for key, file in made.items():
        may, change = seen_by(role, key), changed_by(role, key)
        assert client.delete(f"/api/v1/files/{file.pk}").status_code == (200 if change else 403 if may else 404), key
        file.refresh_from_db()
        assert (file.removed_at is not None) == change
    told = client.get("/api/v1/files?removed=true&limit=200").json()
    assert {one["name"] for one in told["items"]} == {file.name for key, file in made.items() if changed_by(role, key)}
    for key, file in made.items():
        if file.removed_at is None:
            continue
        stranger = client_of(make_user(role="student", at=world.places["own"]))
        assert stranger.post(f"/api/v1/files/{file.pk}/bring-back").status_code == 404
        assert client.post(f"/api/v1/files/{file.pk}/bring-back").status_code == 200, key


def test_a_student_reads_their_own_work_and_nobody_elses(files):
    world, made = files
    for relation, student in world.students.items():
        found = lists(client_of(student))
        assert {name for name in found if name.startswith("work-")} == {f"work-{relation}.txt"}
        for (what, whose), file in made.items():
            if what == "work":
                answer = client_of(student).get(f"/files/{file.pk}/")
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert (answer.status_code, content == SAME) == ((200, True) if whose == relation else (404, False))
        own = made["work", relation]
        assert client_of(student).get(f"/files/{own.pk}/remove/").status_code == 403
        assert client_of(student).get(f"/files/to/{EVIDENCE}/{own.target_id}/").status_code == 403


def test_an_assessor_who_is_assessed_does_not_take_the_proof_away(files):
    world, _made = files
    both = make_user(role="teacher", at=world.places["own"])
    file = make_file(item=make_evidence(person=both, competence=make_competence()), name="own.txt")
    client = client_of(both)
    assert client.get(f"/api/v1/files/{file.pk}").status_code == 200
    assert client.delete(f"/api/v1/files/{file.pk}").status_code == 403
    assert client.get(f"/files/to/{EVIDENCE}/{file.target_id}/").status_code == 403


def test_somebody_who_helps_elsewhere_does_not_open_their_work_to_that_house(files):
    world, made = files
    student = world.students["sibling"]
    make_role(user=student, role="lab_technician", at=world.places["own"])
    teacher = make_user(role="teacher", at=world.places["own"])
    assert client_of(teacher).get(f"/files/{made['work', 'sibling'].pk}/").status_code == 404
    assert "work-sibling.txt" not in lists(client_of(teacher))


@pytest.mark.parametrize("url", ["/files/", "/files/{file}/", "/api/v1/files", "/api/v1/files/{file}", "/api/v1/files/{file}/content"])
def test_strangers_sign_in_first(files, url):
    _world, made = files
    answer = Client().get(url.format(file=made["document", "own"].pk))
    assert answer.status_code in {302, 401}
    assert SAME not in answer.content


def test_without_a_role_nothing_is_there(files):
    _world, made = files
    nobody = client_of(make_user())
    assert lists(nobody) == set()
    for file in made.values():
        assert nobody.get(f"/files/{file.pk}/").status_code == 404
        assert nobody.post(f"/files/{file.pk}/bring-back/").status_code == 404


@pytest.mark.parametrize(("scopes", "visible"), [
    (set(), set()), ({"document.view"}, {"document"}), ({"evidence.view"}, {"work"}), ({OWN}, set()),
    (set(PERMISSIONS) - {"document.view", "evidence.view"}, set())])
def test_a_token_sees_what_its_scopes_leave(files, scopes, visible, monkeypatch):
    """The conditions, asked by a narrowed person: the same that pages and the API ask."""
    from django.test import RequestFactory

    from sheber.spine.files import queries, targets

    world, made = files
    teacher = User.objects.get(pk=make_user(role="teacher", at=world.places["own"]).pk)
    access.narrow(teacher, Narrowing(frozenset(scopes), world.places["below"].path))
    request = RequestFactory().get("/")
    request.user, request.access = teacher, access.PersonAccess(teacher)
    rows, total = queries.file_part(targets.seen(request), offset=0, limit=200)
    assert {row.name for row in rows} == {f"{what}-below.txt" for what in visible}
    assert total == len(rows)
    student = User.objects.get(pk=world.students["own"].pk)
    access.narrow(student, Narrowing(frozenset(scopes), "/"))
    request.user, request.access = student, access.PersonAccess(student)
    own = {row.name for row in queries.file_part(targets.seen(request), offset=0, limit=200)[0] if row.is_personal}
    assert own == ({"work-own.txt"} if OWN in scopes else set())
    assert made


def test_equal_bytes_tell_nothing_about_others(files):
    """Two houses that keep the same, and one that keeps something else, are answered alike; nothing says who has it already."""
    world, made = files
    director = client_of(make_user(role="programme_director", at=world.places["own"]))

    def answered(content):
        sent = director.post("/api/v1/files", {"kind": ORGANISATION, "key": str(world.places["own"].pk), "purpose": "",
                                               "file": SimpleUploadedFile("x.txt", content)})
        told = sent.json()
        return sent.status_code, {name: value for name, value in told.items() if name not in {"id", "sha256", "size", "uploaded_at"}}

    assert answered(SAME) == answered(b"bytes nobody else has")
    text = json.dumps(director.get("/api/v1/files?limit=200").json())
    assert str(made["document", "sibling"].pk) not in {str(one["id"]) for one in director.get("/api/v1/files?limit=200").json()["items"]}
    assert "document-sibling" not in text
