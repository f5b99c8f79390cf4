"""A person downloads all that is held about them, and nothing that belongs to others."""

import csv
import io
import json
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from sheber.kit import personal
from sheber.spine.accounts.models import RecoveryCode, SecondStep
from sheber.spine.audit import services as audit
from sheber.spine.audit.models import AuditEntry
from sheber.spine.competences.tests.factories import make_competence
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.integrations.tests.factories import make_token, make_webhook
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import PASSWORD, make_user
from sheber.spine.privacy import services

pytestmark = pytest.mark.django_db
ADDRESS = "/privacy/download/"


@pytest.fixture
def person():
    return make_user(email="mine@example.invalid", password=PASSWORD, role="student", at=make_organisation(code="UNI"),
                     name={"en": "=Mine Own", "ru": "Моё Имя", "kk": "Менің Атым"})


@pytest.fixture
def client(person):
    client = Client()
    client.force_login(person)
    return client


def tables(answer_or_bytes):
    content = answer_or_bytes if isinstance(answer_or_bytes, bytes) else answer_or_bytes.content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_everything_of_mine_and_nothing_of_others(person, client):
    other = make_user(email="other@example.invalid", name={"en": "Other Person", "ru": "Другой", "kk": "Басқа"})
    competence, place = make_competence(), make_organisation(code="ELSE")
    make_evidence(person=person, competence=competence, level=4)
    make_evidence(person=other, competence=competence, level=2, assessor=person)
    make_evidence(person=other, competence=competence, level=3, assessor=person)
    token, text = make_token(owner=person)
    make_webhook(owner=person, at=place)
    foreign_token, _text = make_token(owner=other)
    foreign_token.name = "Token of another"
    foreign_token.save(update_fields=["name"])
    SecondStep.objects.create(person=person, sealed="sealed-secret-text", last_step=1)
    RecoveryCode.objects.create(person=person, hash="hash-of-a-code")
    audit.record(actor=person, verb="person.edited", target=other, before={"name": "Other Person"}, after={"email": other.email},
                 reason="Other Person asked")
    audit.record(actor=other, verb="person.edited", target=person, before={"name": "Mine Before"}, reason="as I asked")
    got = tables(client.post(ADDRESS, {"password": PASSWORD}))

    assert {name for name in got if name.endswith(".json")} == {f"{one.code}.json" for one in personal.holdings()}
    whole = "\n".join(got.values())
    for foreign in ("other@example.invalid", "Other Person", "Другой", "Басқа", "Token of another"):
        assert foreign not in whole
    for secret in (person.password, "sealed-secret-text", "hash-of-a-code", token.digest, text):
        assert secret not in whole
    assert json.loads(got["people.account.json"])[0]["email"] == person.email
    assert json.loads(got["people.roles.json"])[0]["organisation"] == "UNI"
    assert [float(row["level"]) for row in json.loads(got["evidence.items.json"])] == [4.0]
    assert sum(row["items"] for row in json.loads(got["evidence.assessed.json"])) == 2
    assert len(json.loads(got["integrations.webhooks.json"])) == 1
    assert json.loads(got["audit.done.json"])[0]["target_id"] == str(other.pk)
    assert json.loads(got["audit.about.json"])[0]["before"] == {"name": "Mine Before"}
    assert "people.account.csv" in got["index.html"]


def test_both_shapes_hold_the_same_rows_and_no_formula(person, client):
    token, _text = make_token(owner=person)
    token.name = "=1+1"
    token.save(update_fields=["name"])
    got = tables(client.post(ADDRESS, {"password": PASSWORD}))
    for name, text in got.items():
        if name.endswith(".json"):
            rows = json.loads(text)
            read = list(csv.DictReader(io.StringIO(got[name.replace(".json", ".csv")]))) if rows else []
            assert len(read) == len(rows)
            assert not rows or list(read[0]) == list(rows[0])
            assert not [cell for row in read for cell in row.values() if cell.startswith("=")]
    assert json.loads(got["integrations.tokens.json"])[0]["name"] == "=1+1"


@pytest.mark.parametrize(("language", "word"), [("en", "Your data"), ("ru", "<html lang=\"ru\">"), ("kk", "<html lang=\"kk\">")])
def test_the_index_is_in_the_readers_language(person, language, word):
    with translation.override(language):
        assert word in tables(services.data_collect(person_id=person.pk))["index.html"]


def test_it_is_recorded_with_counts_only(person, client):
    assert client.post(ADDRESS, {"password": PASSWORD}).status_code == 200
    entry = AuditEntry.objects.get(verb="person.data_downloaded")
    assert (entry.actor_id, entry.target_id) == (person.pk, str(person.pk))
    assert set(entry.after) == {"tables", "rows"}
    assert audit.verify().ok


def test_a_wrong_password_hands_out_nothing_and_is_counted(person, client):
    answers = [client.post(ADDRESS, {"password": "wrong"}) for _ in range(7)]
    assert {answer.status_code for answer in answers} == {422}
    assert client.post(ADDRESS, {"password": PASSWORD}).status_code == 422       # held, as at sign-in
    assert client.post(ADDRESS, {}).status_code == 422
    assert not AuditEntry.objects.filter(verb="person.data_downloaded").exists()


def test_without_a_password_the_sign_in_must_be_fresh(client, person):
    person.set_unusable_password()
    person.save(update_fields=["password"])
    client.force_login(person)
    assert "application/zip" in client.post(ADDRESS)["Content-Type"]
    session = client.session
    session["accounts_began"] -= 601
    session.save()
    assert client.post(ADDRESS).status_code == 403
    assert b"Sign in anew first" in client.get(ADDRESS, headers={"accept-language": "en"}).content


def test_no_token_gets_it(person):
    _token, text = make_token(owner=person, scopes=("own",))
    for address in ("/privacy/", ADDRESS):
        answer = Client().post(address, {"password": PASSWORD}, headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code in {302, 401, 403, 405}
        assert answer["Content-Type"] != "application/zip"


def test_a_look_hands_out_nothing(client):
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert "text/html" in answer["Content-Type"]
    assert client.get("/privacy/").status_code == 200


def test_queries_do_not_grow_with_what_is_held(person):
    competence, other = make_competence(), make_user()

    def counted(more):
        for _ in range(more):
            make_evidence(person=person, competence=competence)
            make_evidence(person=other, competence=competence, assessor=person)
            make_token(owner=person)
        with CaptureQueriesContext(connection) as queries:
            services.data_collect(person_id=person.pk)
        return len(queries)

    services.data_collect(person_id=person.pk)          # the first entry of all makes the head of the chain
    assert counted(1) == counted(24)
