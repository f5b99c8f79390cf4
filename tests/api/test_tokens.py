"""A program that asks by a token, as it meets the whole stack."""

import datetime as dt
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sheber.spine.audit.models import AuditEntry
from sheber.spine.integrations import services
from sheber.spine.integrations.models import ApiToken
from sheber.spine.integrations.tests.factories import make_token
from sheber.spine.people.models import RoleAssignment, User

from .test_operations import send

pytestmark = pytest.mark.django_db
EVERYTHING = ("programme.overview", "programme.view", "programme.edit", "gap.view", "person.view", "own")


def bearer(text):
    return {"Authorization": f"Bearer {text}"}


def program(nation, who, scopes=EVERYTHING, **fields):
    """A client that keeps no cookie and checks CSRF as the server does."""
    row, text = make_token(owner=nation.people[who], scopes=scopes, **fields)
    return Client(enforce_csrf_checks=True, headers=bearer(text)), row


def cell(nation, level=4):
    return {"edit_version": nation.draft.edit_version, "changes": [{"course": "MAT1", "item": "1.1", "mode": "T", "level": level}]}


def test_a_token_reads_and_writes_without_a_session_and_the_record_names_it(lasting_nation):
    client, row = program(lasting_nation, "director")
    url = f"{lasting_nation.address}/2027.1/matrix"
    assert client.get(url).status_code == 200
    saved = send(client, "patch", url, cell(lasting_nation))
    assert saved.status_code == 200, saved.json()
    entry = AuditEntry.objects.order_by("-sequence")[0]
    assert (entry.verb, entry.actor_id, entry.after["via_token"]) == ("programme.cells_changed", row.owner_id, f"{row.prefix}…")
    assert services.token_find("x") is None
    row.refresh_from_db()
    assert row.last_used_at is not None
    assert "sheber_session" not in client.cookies


def test_without_the_scope_it_reads_and_does_not_write(lasting_nation):
    client, _row = program(lasting_nation, "director", scopes=["programme.view"])
    url = f"{lasting_nation.address}/2027.1/matrix"
    assert client.get(url).status_code == 200
    refused = send(client, "patch", url, cell(lasting_nation))
    assert (refused.status_code, refused.json()["code"]) in {(403, "not_allowed"), (404, "not_found")}
    assert client.get("/api/v1/me").status_code == 403
    assert client.get("/api/v1/audit/entries").status_code == 403


def test_at_its_node_and_below_alone(lasting_nation):
    away, _row = program(lasting_nation, "administrator", at=lasting_nation.elsewhere)
    here, _row = program(lasting_nation, "administrator", at=lasting_nation.faculty)
    url = f"{lasting_nation.address}/2027.1/matrix"
    assert {away.get(url).status_code, here.get(url).status_code} == {403, 200} or away.get(url).status_code == 404
    assert (away.get("/api/v1/programmes").json()["total"], here.get("/api/v1/programmes").json()["total"]) == (0, 1)


def test_when_the_owner_loses_a_role_so_does_the_token(lasting_nation):
    client, row = program(lasting_nation, "director")
    url = f"{lasting_nation.address}/2027.1/matrix"
    assert client.get(url).status_code == 200
    RoleAssignment.objects.filter(user_id=row.owner_id).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("how", ["revoked", "expired", "closed", "misspelt", "unknown", "empty"])
def test_a_token_that_is_not_in_force_is_refused(lasting_nation, how):
    owner = lasting_nation.people["director"]
    row, text = make_token(owner=owner, days=-1 if how == "expired" else 30)
    if how == "revoked":
        services.token_revoke(actor=owner, token_id=row.pk)
    if how == "closed":
        User.objects.filter(pk=owner.pk).update(is_active=False)
    text = {"misspelt": text[:-1] + ("0" if text[-1] != "0" else "1"), "unknown": make_token(owner=owner)[1], "empty": ""}.get(how, text)
    if how == "unknown":
        ApiToken.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get("/api/v1/programmes", headers=bearer(text))
    assert (answer.status_code, answer.json()["code"], answer["WWW-Authenticate"]) == (401, "bad_token", "Bearer")
    if how in {"misspelt", "empty"}:
        assert [one["sql"] for one in asked.captured_queries if "apitoken" in one["sql"]] == []


def test_closing_an_account_ends_its_tokens_for_good(lasting_nation):
    from sheber.spine.people import services as people

    administrator, director = lasting_nation.people["administrator"], lasting_nation.people["director"]
    _row, text = make_token(owner=director)
    people.person_deactivate(actor=administrator, person_id=director.pk, reason="Left.")
    assert AuditEntry.objects.order_by("-sequence")[0].verb == "token.ended"
    people.person_reactivate(actor=administrator, person_id=director.pk, reason="Came back.")
    assert Client().get("/api/v1/programmes", headers=bearer(text)).status_code == 401, "it does not wake up with the account"


@pytest.mark.parametrize("known", ["whole", "beginning"])
def test_a_leaked_token_is_ended_by_the_operator(lasting_nation, known, capsys):
    row, text = make_token(owner=lasting_nation.people["director"])
    call_command("token_end", text if known == "whole" else f"{row.prefix}…")
    assert capsys.readouterr().out == "ended 1\n"
    assert services.token_find(text) is None
    with pytest.raises(CommandError):
        call_command("token_end", "shb_unknown")


def test_never_a_session_and_a_token_at_once(lasting_nation):
    client = lasting_nation.client("administrator")
    _row, text = make_token(owner=lasting_nation.people["student"])
    answer = client.get("/api/v1/me", headers=bearer(text))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_and_session")


def test_a_token_opens_the_api_and_no_page(lasting_nation):
    _row, text = make_token(owner=lasting_nation.people["administrator"], scopes=EVERYTHING)
    for page in ("/", "/programmes/", "/integrations/tokens/new/"):
        answer = Client().get(page, headers=bearer(text))
        assert (answer.status_code, answer["Location"][:16]) == (302, "/people/sign-in/")


def test_a_session_still_needs_the_csrf_token(lasting_nation):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lasting_nation.people["director"])
    refused = send(client, "patch", f"{lasting_nation.address}/2027.1/matrix", cell(lasting_nation))
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")


def test_a_token_tells_about_itself_and_ends_itself(lasting_nation):
    client, row = program(lasting_nation, "director", scopes=["own"], at=lasting_nation.faculty)
    told = client.get("/api/v1/token").json()
    assert (told["prefix"], told["organisation_code"], told["scopes"]) == (row.prefix, "OURS-F", ["own"])
    assert client.get("/api/v1/tokens").json()["items"][0]["state"] == "active"
    assert send(client, "post", f"/api/v1/tokens/{row.pk}/revoke").json()["state"] == "revoked"
    assert client.get("/api/v1/token").status_code == 401


def test_nobody_ends_a_token_of_somebody_else(lasting_nation):
    row, _text = make_token(owner=lasting_nation.people["director"])
    assert send(lasting_nation.client("administrator"), "post", f"/api/v1/tokens/{row.pk}/revoke").status_code == 404
    assert lasting_nation.client("administrator").post(f"/integrations/tokens/{row.pk}/revoke/").status_code == 404
    row.refresh_from_db()
    assert row.revoked_at is None


# --- the page ------------------------------------------------------------------------------------------------------------------

def new(nation, who, **fields):
    day = timezone.localdate() + dt.timedelta(days=30)
    form = {"name": "Timetable", "scopes": ["programme.view"], "expires_on": day, **fields}
    return nation.client(who).post("/integrations/tokens/new/", form, headers={"Accept-Language": "en"})


def test_a_token_is_shown_once_and_kept_as_a_hash(lasting_nation):
    page = new(lasting_nation, "director")
    assert page.status_code == 201
    text = re.search(r"shb_[0-9A-Za-z]{36}", page.content.decode())[0]
    assert "no-store" in page["Cache-Control"]
    assert Client().get("/api/v1/programmes", headers=bearer(text)).status_code in {200, 403}
    listed = lasting_nation.client("director").get("/integrations/tokens/").content.decode()
    assert text not in listed
    assert text[:10] in listed
    assert not any(text in str(value) for values in (ApiToken.objects.values(), AuditEntry.objects.values()) for one in values
                   for value in one.values())


@pytest.mark.parametrize(("fields", "told"), [
    ({"scopes": []}, "at least one"), ({"scopes": ["programme.publish"]}, "Select a valid choice"), ({"name": ""}, "required"),
    ({"expires_on": "2999-01-01"}, "one year"), ({"expires_on": "yesterday"}, "valid date"),
    ({"organisation": "NOWHERE"}, "no organisation")])
def test_a_form_that_is_wrong_says_so_beside_the_field(lasting_nation, fields, told):
    page = new(lasting_nation, "teacher", **fields)
    assert (page.status_code, told in page.content.decode()) == (422, True)
    assert not ApiToken.objects.exists()


def test_pages_of_tokens_cost_the_same_for_one_and_for_many(lasting_nation):
    client, counts = lasting_nation.client("director"), []
    for how_many in (1, 24):
        for _ in range(how_many):
            make_token(owner=lasting_nation.people["director"], at=lasting_nation.faculty)
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/integrations/tokens/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_request_by_token_costs_two_queries_more_than_by_session(lasting_nation):
    client, _row = program(lasting_nation, "director")
    own = lasting_nation.client("director")
    costs = []
    for one in (own, client):
        one.get("/api/v1/programmes")
        with CaptureQueriesContext(connection) as asked:
            one.get("/api/v1/programmes")
        costs.append(len(asked))
    assert costs[1] <= costs[0] + 1
