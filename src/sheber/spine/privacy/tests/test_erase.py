"""Erasing a person: nothing names them any more, and everything that counts still adds up."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from sheber.kit import personal
from sheber.kit.errors import DomainError
from sheber.spine.accounts.models import RecoveryCode, SecondStep, SignedSession
from sheber.spine.audit import services as audit
from sheber.spine.audit.models import AuditEntry
from sheber.spine.competences.tests.factories import make_competence
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.integrations.models import ApiToken
from sheber.spine.integrations.services.tokens import token_make
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people import services as people
from sheber.spine.people.models import Invitation, RoleAssignment, User
from sheber.spine.people.tests.factories import make_user
from sheber.spine.privacy import queries, services
from sheber.spine.privacy.models import Erasure, ErasureRequest

from .test_declared import ties

NAMES = {"kk": "Зүлфия Қайырбекқызы", "ru": "Зульфия Каирбековна", "en": "Zulfiya Kairbekova"}
EMAIL = "zulfiya.kairbekova@example.kz"
FORBIDDEN = ("зүлфия", "қайырбекқызы", "зульфия", "каирбековна", "zulfiya", "kairbekova")
pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    root = make_root()
    return root, make_organisation(code="UNI")


@pytest.fixture
def admin(place):
    return make_user(role="administrator", at=place[0])


def life(admin, at):
    """A person who has lived in the product: an account, roles, evidence, letters, tokens, sessions, and entries that name them."""
    person = people.person_create(actor=admin, email="z.old@example.kz", name={"en": "Zulfiya Old"}, password="a long enough one 9")
    people.person_edit(actor=admin, person_id=person.pk, name=NAMES, email=EMAIL, language="ru", edit_version=None, reason="married")
    people.role_grant(actor=admin, person_id=person.pk, role="student", organisation_id=at.pk, reason="Zulfiya Kairbekova studies here")
    people.role_grant(actor=admin, person_id=person.pk, role="teacher", organisation_id=at.pk,
                      starts_on=timezone.localdate() + dt.timedelta(days=9))
    people.preferences_set(person=person, theme="dark")
    people.sign_in_record(person=person)
    person.refresh_from_db()
    token_make(actor=person, name="Laptop of Zulfiya", scopes=["own"], expires_on=timezone.localdate() + dt.timedelta(days=5))
    SecondStep.objects.create(person=person, sealed="x", last_step=1)
    RecoveryCode.objects.create(person=person, hash="x")
    Invitation.objects.create(email=EMAIL.upper(), name=NAMES, role="teacher", organisation=at, token_hash="x",
                              expires_at=timezone.now() + dt.timedelta(days=3))
    for level in (2, 3):
        make_evidence(person=person, competence=make_competence(), level=Decimal(level))
    with transaction.atomic():
        audit.record(actor=admin, verb="tests.done", target=("tests.thing", 3), reason=f"on behalf of {NAMES['ru'].upper()}",
                     after={"list": [f"write to {EMAIL}"], "code": "A-1"})
    services.consent_set(person=person, purpose="news.email", version=1, is_given=True)
    services.erasure_ask(person=person, words="I am Zulfiya Kairbekova and I leave")
    return person


def dump():
    """Every column of every table as text, as the database gives it: JSON with its escapes undone."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = value if isinstance(value, str) else bytes(value).decode("utf-8", "replace") if isinstance(
                        value, bytes | memoryview) else str(value)
                    if "\\u" in text:
                        text = text.encode("utf-8").decode("unicode_escape", "replace")
                    yield f"{table}.{column}", text.casefold()


def traces():
    return sorted({(place, word) for place, text in dump() for word in (*FORBIDDEN, "z.old@", EMAIL) if word in text})


def test_nothing_names_an_erased_person(admin, place):
    person = life(admin, place[1])
    named = {where for where, _word in traces()}
    assert {"people_user.email", "people_user.search_text", "audit_auditentry.after", "audit_auditentry.reason",
            "people_invitation.email"} <= named                                   # the search finds what there is to be found
    services.person_erase(actor=admin, person_id=person.pk, reason="asked by Zulfiya Kairbekova")
    assert traces() == []


def test_what_counts_stays(admin, place):
    person = life(admin, place[1])
    items = list(EvidenceItem.objects.order_by("pk").values_list())
    before = AuditEntry.objects.count()
    done = services.person_erase(actor=admin, person_id=person.pk, reason="asked by letter")
    assert list(EvidenceItem.objects.order_by("pk").values_list()) == items       # whose they are is a number that says nothing
    proof = audit.verify()
    assert proof.ok, proof
    assert proof.erased == done.entries > 5
    assert AuditEntry.objects.count() == before + 2
    last = AuditEntry.objects.get(verb="person.erased")
    assert (last.target_id, last.reason, last.actor_id) == (str(person.pk), "asked by letter", admin.pk)
    person.refresh_from_db()
    assert person.name == {"kk": f"Жойылған адам {person.pk}", "ru": f"Удалённый человек {person.pk}", "en": f"Erased person {person.pk}"}
    assert (person.email, person.is_active, person.has_usable_password(), person.theme) == (
        f"erased-{person.pk}@erased.invalid", False, False, "auto")
    assert f"erased-{person.pk}@erased.invalid" in person.search_text
    today = timezone.localdate()
    assert all(row.ends_on < today for row in RoleAssignment.objects.filter(user=person))
    for model in (ApiToken, SecondStep, RecoveryCode, SignedSession):
        assert not model.objects.filter(**{"owner" if model is ApiToken else "person": person}).exists()
    assert Invitation.objects.filter(withdrawn_at=None, accepted_at=None).count() == 0
    row = queries.request_of(person.pk)
    assert (row.state, row.words, row.answer) == ("done", "", "asked by letter")
    assert not queries.allowed(person.pk, "news.email") or not person.is_active


def test_the_last_letter_goes_to_the_old_address(admin, place, django_capture_on_commit_callbacks):
    person = life(admin, place[1])
    with django_capture_on_commit_callbacks(execute=True):
        services.person_erase(actor=admin, person_id=person.pk, reason="asked")
    assert mail.outbox[-1].to == [EMAIL]
    assert "Zulfiya" not in mail.outbox[-1].subject + mail.outbox[-1].body


def test_an_open_session_ends_at_once(admin, place, client):
    person = life(admin, place[1])
    client.force_login(person)
    assert client.get(reverse("people:account")).status_code == 200
    services.person_erase(actor=admin, person_id=person.pk, reason="asked")
    assert client.get(reverse("people:account")).status_code == 302
    assert not client.login(email=EMAIL, password="a long enough one 9")


def refused(code, **wanted):
    with pytest.raises(DomainError) as no, transaction.atomic():
        services.person_erase(**wanted)
    assert no.value.code == code


def test_who_is_not_erased(admin, place):
    person = life(admin, place[1])
    local = make_user(role="administrator", at=place[1])
    other = make_user(role="student", at=make_organisation(code="ELSE"))
    refused("reason_missing", actor=admin, person_id=person.pk, reason="  ")
    refused("person_yourself", actor=admin, person_id=admin.pk, reason="x")
    refused("person_above_you", actor=local, person_id=other.pk, reason="x")
    refused("person_above_you", actor=local, person_id=admin.pk, reason="x")
    refused("last_administrator", actor=None, person_id=admin.pk, reason="x")
    services.person_erase(actor=local, person_id=person.pk, reason="x")            # the home organisation decides
    refused("erased_already", actor=admin, person_id=person.pk, reason="x")
    with pytest.raises(DomainError) as no, transaction.atomic():
        people.person_reactivate(actor=admin, person_id=person.pk)
    assert no.value.code == "person_erased"
    with pytest.raises(DomainError) as no, transaction.atomic():
        people.person_edit(actor=admin, person_id=person.pk, name=NAMES, email="new@example.kz", language="kk", edit_version=None)
    assert no.value.code == "person_erased"


def test_what_the_law_keeps_is_kept(admin, place):
    person = life(admin, place[1])
    asked = ErasureRequest.objects.get()
    day = timezone.localdate() + dt.timedelta(days=30)
    services.erasure_refuse(actor=admin, request_id=asked.pk, reason="An appeal is open.", kept_until=day)
    refused("erasure_kept", actor=admin, person_id=person.pk, reason="x")
    with pytest.raises(DomainError, match="An appeal is open"):
        services.erasure_ask(person=person)
    services.erasure_keep_end(actor=admin, request_id=asked.pk, reason="the appeal is over")
    services.person_erase(actor=admin, person_id=person.pk, reason="x")
    assert traces() == []


def test_an_erasure_is_all_or_nothing(admin, place, monkeypatch):
    person = life(admin, place[1])
    monkeypatch.setattr("sheber.spine.privacy.services.erasing.audit.values_erase", lambda **_given: 1 / 0)
    before = list(dump())
    with pytest.raises(ZeroDivisionError):
        services.person_erase(actor=admin, person_id=person.pk, reason="x")
    assert list(dump()) == before


def test_a_restored_backup_is_erased_again(admin, place):
    """The journal of today over the rows of yesterday."""
    person, other = life(admin, place[1]), make_user(role="student", at=place[1])
    point = transaction.savepoint()
    services.person_erase(actor=admin, person_id=person.pk, reason="asked")
    journal = json.loads(json.dumps(queries.journal()))
    assert not any(word in json.dumps(journal, ensure_ascii=False).casefold() for word in FORBIDDEN)
    transaction.savepoint_rollback(point)
    assert traces()
    journal.append({"person": other.pk, "made": "2020-01-01T00:00:00+00:00", "erased": "2026-01-01T00:00:00+00:00"})
    assert services.erasures_reapply(journal) == [person.pk]
    assert traces() == []
    assert audit.verify().ok
    assert services.erasures_reapply(journal) == []
    assert Erasure.objects.get().erased_at == dt.datetime.fromisoformat(journal[0]["erased"])
    assert User.objects.get(pk=other.pk).is_active


def test_every_model_says_what_becomes_of_its_rows():
    models = {field.rsplit(".", 1)[0] for field in ties(apps.get_models())}
    assert sorted(models - set(personal.erasings())) == []
    for one in personal.erasings().values():
        assert apps.get_model(one.model)
        assert one.fate == "kept" or one.run is not None
