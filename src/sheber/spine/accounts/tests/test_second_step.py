"""The second step, as its owner, an attacker who has the password, and an administrator meet it."""

import base64
import os
import re
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit.errors import DomainError
from sheber.spine.accounts import services
from sheber.spine.accounts.models import RecoveryCode, SecondStep
from sheber.spine.accounts.rules import recovery, totp
from sheber.spine.accounts.rules.sealing import seal, unseal
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import PASSWORD, make_user

EMAIL = "known@example.invalid"
SECRET = b"12345678901234567890"
CHECK = "/account/second-step/check/"


# RFC 6238, appendix B, SHA-1; the last six of its eight digits.
@pytest.mark.parametrize(("at_s", "code"), [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
                                            (2000000000, "279037"), (20000000000, "353130")])
def test_codes_are_those_of_the_rfc(at_s, code):
    assert totp.code_at(SECRET, at_s // 30) == code
    assert totp.step_of(SECRET, f" {code[:3]} {code[3:]} ", now_s=at_s, after=-1) == at_s // 30


@given(st.binary(min_size=20, max_size=20), st.integers(10, 2**33), st.integers(-5, 5))
def test_a_step_beside_ours_counts_and_no_other(secret, step, shift):
    found = totp.step_of(secret, totp.code_at(secret, step + shift), now_s=step * 30 + 29.9, after=-1)
    if abs(shift) <= 1:
        assert found is not None
        assert totp.code_at(secret, found) == totp.code_at(secret, step + shift)
    else:
        assert found is None or totp.code_at(secret, found) == totp.code_at(secret, step + shift)  # two steps with the same six digits


@given(st.text(max_size=30))
def test_whatever_is_typed_is_answered(text):
    assert totp.step_of(SECRET, text, now_s=59, after=-1) in {None, 0, 1, 2}
    assert recovery.hashes_of(text, 1)


def test_the_link_tells_an_app_all():
    parts = urlsplit(totp.uri(SECRET, account="a b@example.invalid", issuer="Sheber host"))
    asked = parse_qs(parts.query)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert base64.b32decode(asked["secret"][0]) == SECRET
    assert asked["issuer"] == ["Sheber host"]


def test_what_is_sealed_is_read_only_with_the_key(settings):
    sealed = seal(SECRET)
    assert SECRET.decode() not in sealed
    settings.SECRET_KEY = "another"
    assert unseal(sealed) is None
    settings.SECRET_KEY_FALLBACKS = ["only for tests"]
    assert unseal(sealed) == SECRET


@pytest.fixture
def person(db):
    return make_user(email=EMAIL, password=PASSWORD)


def set_up(person, secret=SECRET):
    """Set up with the code of the step before ours, so that the present one is still good."""
    _user, codes = services.second_step_start(person_id=person.pk, secret=secret, code=code(-1))
    return codes


def code(shift=0, secret=SECRET):
    return totp.code_at(secret, int(time.time() // 30) + shift)


@pytest.fixture(autouse=True)
def middle_of_a_step(monkeypatch):
    """The clock stands, or a step might end between making a code and looking at it."""
    now = time.time() // 30 * 30 + 15
    monkeypatch.setattr(time, "time", lambda: now)


def password_given(client=None, **more):
    client = client or Client()
    client.cookies["sheber_language"] = "en"
    answer = client.post("/people/sign-in/", {"email": EMAIL, "password": PASSWORD, **more})
    assert answer.status_code == 302
    return client, answer["Location"]


def is_in(client):
    return client.get("/people/account/").status_code == 200


def test_without_one_the_password_is_enough(person):
    client, _where = password_given()
    assert is_in(client)


def test_set_up_by_pages_shows_codes_once_and_ends_other_sessions(person):
    here, _where = password_given()
    there, _where = password_given()
    page = here.get("/account/second-step/set-up/").content.decode()
    secret = base64.b32decode(re.search(r"secret=([A-Z2-7]+)", page)[1])
    assert re.search(r"secret=([A-Z2-7]+)", here.get("/account/second-step/set-up/").content.decode())[1] in page
    wrong = here.post("/account/second-step/set-up/", {"code": "000000" if code(0, secret) != "000000" else "000001"})
    assert wrong.status_code == 422
    assert not SecondStep.objects.exists()
    shown = here.post("/account/second-step/set-up/", {"code": code(0, secret)})
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", shown.content.decode())
    assert len(set(codes)) == 10
    assert "no-store" in shown["Cache-Control"]
    assert is_in(here)
    assert not is_in(there)
    assert codes[0] not in here.get("/account/second-step/").content.decode()
    assert not RecoveryCode.objects.filter(hash__in=codes).exists()
    kept = SecondStep.objects.get()
    assert totp.as_text(secret) not in kept.sealed
    assert unseal(kept.sealed) == secret
    assert AuditEntry.objects.filter(verb="person.second_step_started").count() == 1
    assert not any(totp.as_text(secret) in str(row.after) for row in AuditEntry.objects.all())


def test_half_signed_in_opens_nothing(person):
    set_up(person)
    client, where = password_given()
    assert where.startswith(CHECK)
    assert client.get("/people/account/").status_code == 302
    assert client.get("/api/v1/me").status_code == 401
    for page in ("set-up", "off", "codes"):
        assert client.get(f"/account/second-step/{page}/").status_code == 302
        assert client.post(f"/account/second-step/{page}/", {"proof": PASSWORD, "code": code()})["Location"].startswith("/people/sign-in/")
    assert SecondStep.objects.exists()
    assert not AuditEntry.objects.filter(verb="person.signed_in").exists()


def test_the_code_opens_and_the_session_gets_another_id(person):
    set_up(person)
    client, where = password_given(next="/competences/")
    half = client.cookies["sheber_session"].value
    assert 'value="/competences/"' in client.get(where).content.decode()
    answer = client.post(CHECK, {"code": code(), "next": "/competences/"})
    assert answer["Location"] == "/competences/"
    assert client.cookies["sheber_session"].value != half
    assert is_in(client)
    stale = Client()
    stale.cookies["sheber_session"] = half
    assert not is_in(stale)
    assert AuditEntry.objects.filter(verb="person.signed_in").count() == 1


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_on_stays_here(person, evil):
    set_up(person)
    client, where = password_given(next=evil)
    assert "evil" not in where
    assert "javascript" not in where
    assert client.post(CHECK, {"code": code(), "next": evil})["Location"] == "/"


def test_a_code_is_taken_once(person):
    set_up(person)
    first, _where = password_given()
    second, _where = password_given()
    assert first.post(CHECK, {"code": code()}).status_code == 302
    assert second.post(CHECK, {"code": code()}).status_code == 422
    assert second.post(CHECK, {"code": code(-1)}).status_code == 422
    assert second.post(CHECK, {"code": code(1)}).status_code == 302


def test_a_recovery_code_is_taken_once_however_it_is_written(person):
    codes = set_up(person)
    for written, status in ((codes[0].upper().replace("-", " "), 302), (codes[0], 422), (codes[1], 302)):
        client, _where = password_given()
        assert client.post(CHECK, {"code": written}).status_code == status
    assert RecoveryCode.objects.filter(used_at=None).count() == 8
    assert AuditEntry.objects.filter(verb="person.recovery_code_used", actor=person).count() == 2


def test_a_recovery_code_of_another_person_opens_nothing(person):
    set_up(person)
    foreign = set_up(make_user(password=PASSWORD))
    client, _where = password_given()
    assert client.post(CHECK, {"code": foreign[0]}).status_code == 422


def test_guessing_codes_is_held_and_the_password_does_not_wash_it_away(person):
    set_up(person)
    for _ in range(5):
        client, _where = password_given()
        assert client.post(CHECK, {"code": "not it"}).status_code == 422
    client, _where = password_given()
    assert "too many attempts" in client.post(CHECK, {"code": code()}).content.decode()
    assert not is_in(client)
    assert AuditEntry.objects.filter(verb="person.second_step_failed", target_id=str(person.pk)).count() == 5


@pytest.mark.parametrize("change", ["late", "closed", "password", "epoch"])
def test_waiting_ends(person, change, monkeypatch):
    set_up(person)
    client, _where = password_given()
    if change == "late":
        now = time.time() + 601
        monkeypatch.setattr(time, "time", lambda: now)
    elif change == "password":
        person.refresh_from_db()
        person.set_password("another long password 7")
        person.save()
    elif change == "epoch":
        person.refresh_from_db()
        person.session_epoch += 1
        person.save()
    else:
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert client.post(CHECK, {"code": code()})["Location"] == "/people/sign-in/"
    assert not is_in(client)


def entered(person):
    client, _where = password_given()
    assert client.post(CHECK, {"code": code()}).status_code == 302
    return client


def test_turning_off_needs_proof(person):
    set_up(person)
    client = entered(person)
    assert client.post("/account/second-step/off/", {"proof": "wrong"}).status_code == 422
    assert client.post("/account/second-step/off/", {"proof": code()}).status_code == 422      # taken at sign-in
    assert SecondStep.objects.exists()
    assert client.post("/account/second-step/off/", {"proof": PASSWORD}).status_code == 302
    assert not SecondStep.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert is_in(client)


def test_new_codes_replace_the_earlier_ones(person):
    codes = set_up(person)
    client = entered(person)
    shown = client.post("/account/second-step/codes/", {"proof": code(1)}).content.decode()
    assert len(re.findall(r"<code>[a-z2-9]{5}-[a-z2-9]{5}</code>", shown)) == 10
    with pytest.raises(DomainError, match="does not fit"):
        services.second_step_pass(person_id=person.pk, text=codes[0])


def test_an_administrator_takes_it_away_with_a_reason(person):
    root = make_root()
    admin, other = make_user(role="administrator", at=root), make_organisation(code="OTHER")
    stranger = make_user(role="student", at=other)
    set_up(person)
    inside = entered(person)
    client = Client()
    client.force_login(admin)
    where = f"/account/second-step/of/{person.pk}/reset/"
    assert client.get(where).status_code == 200
    assert client.post(where, {"reason": ""}).status_code == 422
    assert client.post(where, {"reason": "lost telephone"}).status_code == 302
    assert not SecondStep.objects.exists()
    assert not is_in(inside)
    entry = AuditEntry.objects.get(verb="person.second_step_reset")
    assert (entry.actor_id, entry.reason, entry.target_id) == (admin.pk, "lost telephone", str(person.pk))
    assert client.post(where, {"reason": "again"}).status_code == 409
    foreign = Client()
    foreign.force_login(stranger)
    assert foreign.post(where, {"reason": "mine"}).status_code == 403


def test_nobody_takes_away_their_own_or_that_of_somebody_above(db):
    root = make_root()
    high, low = make_user(role="administrator", at=root), make_user(role="administrator", at=make_organisation(code="BELOW", parent=root))
    for one in (high, low):
        set_up(one)
    for actor, target, refusal in ((high, high, "person_yourself"), (low, high, "person_above_you")):
        with pytest.raises(DomainError) as no:
            services.second_step_reset(actor=actor, person_id=target.pk, reason="because")
        assert no.value.code == refusal
    services.second_step_reset(actor=None, person_id=high.pk, reason="the command line")
    assert SecondStep.objects.filter(pk=low.pk).exists()
    assert not SecondStep.objects.filter(pk=high.pk).exists()


def test_where_it_is_required_the_way_leads_to_setting_up(person, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    root = make_root()
    director, student = make_user(role="programme_director", at=root), make_user(role="student", at=root)
    client = Client()
    client.force_login(director)
    assert client.get("/programmes/")["Location"] == "/account/second-step/set-up/?next=%2Fprogrammes%2F"
    assert client.get("/programmes/", HTTP_HX_REQUEST="true")["HX-Redirect"] == "/account/second-step/set-up/"
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_step_missing")
    assert client.get("/account/second-step/set-up/").status_code == 200
    assert client.post("/people/sign-out/").status_code == 302
    client.force_login(director)
    set_up(director)
    client.force_login(type(director).objects.get(pk=director.pk))
    assert client.get("/programmes/").status_code == 200
    client.force_login(student)
    assert client.get("/programmes/").status_code == 200


def test_a_token_is_made_only_behind_the_second_step(person):
    set_up(person)
    client = Client()
    person.refresh_from_db()
    client.force_login(person)                                   # a session that never passed it
    assert client.get("/integrations/tokens/new/")["Location"].startswith(CHECK)
    assert client.post(CHECK, {"code": code(), "next": "/integrations/tokens/new/"})["Location"] == "/integrations/tokens/new/"
    assert client.get("/integrations/tokens/new/").status_code == 200


def test_the_command_line_takes_it_away(person, capsys, monkeypatch):
    from sheber.site import cli

    monkeypatch.setattr("sheber.site.cli.users.django_setup", lambda: None)
    set_up(person)
    arguments = ["users", "reset-second-step", EMAIL, "--reason", "lost telephone"]
    assert cli.main(arguments) == 0
    assert EMAIL in capsys.readouterr().out
    assert not SecondStep.objects.exists()
    assert AuditEntry.objects.get(verb="person.second_step_reset").reason == "lost telephone"
    assert cli.main(arguments) != 0


def test_a_persona_of_the_tour_is_in_by_one_click(person):
    set_up(person)
    type(person).objects.filter(pk=person.pk).update(is_synthetic=True, persona_order=1)
    client = Client()
    assert client.post(f"/people/sign-in-as/{person.pk}/").status_code == 302
    assert is_in(client)


def test_a_scoped_token_passes_no_second_step_even_where_one_is_required(person, settings):
    from sheber.spine.integrations.tests.factories import make_token

    settings.REQUIRE_SECOND_FACTOR = True
    director = make_user(role="programme_director", at=make_root())
    _row, text = make_token(owner=director, scopes=["own"])
    assert Client().get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer {text}").status_code == 200


@pytest.mark.parametrize(("variable", "required"), [(None, True), ("1", True), ("0", False)])
def test_production_requires_it_unless_told_not_to(variable, required, tmp_path):
    env = {name: value for name, value in os.environ.items() if name not in {"SHEBER_REQUIRE_SECOND_FACTOR", "SHEBER_DEMONSTRATION"}}
    env |= {"SHEBER_VAR": str(tmp_path), **({} if variable is None else {"SHEBER_REQUIRE_SECOND_FACTOR": variable})}
    told = subprocess.run([sys.executable, "-c", "from sheber.site.settings.prod import REQUIRE_SECOND_FACTOR as it; print(it)"], env=env,
                          capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(required)
