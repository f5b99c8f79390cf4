"""Webhooks as their keepers meet them: on the pages and over the API, and who does not."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sheber.spine.audit.models import AuditEntry
from sheber.spine.integrations.models import Delivery, Webhook
from sheber.spine.integrations.tests.factories import make_delivery, make_token, make_webhook

from .test_operations import send

pytestmark = pytest.mark.django_db
NEW = {"name": "Portal", "url": "https://receiver.example/hook", "events": ["programme.*"], "organisation": "OURS-F"}
PAGE = "/integrations/webhooks/"


def act(client, hook, name, **fields):
    fields = {"act": name, "edit_version": standing(hook)} | fields
    return client.post(f"{PAGE}{hook.pk}/act/", fields, headers={"Accept-Language": "en"})


def standing(hook):
    return Webhook.objects.get(pk=hook.pk).edit_version


def last_verb():
    return AuditEntry.objects.order_by("-sequence")[0].verb


def test_a_webhook_is_made_on_the_page_and_its_secret_shown_once(lasting_nation):
    client = lasting_nation.client("director")
    page = client.post(f"{PAGE}new/", NEW)
    assert (page.status_code, "no-store" in page["Cache-Control"]) == (201, True)
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", page.content.decode().replace("&#x2B;", "+"))[0]
    hook = Webhook.objects.get()
    assert (hook.name, hook.events, hook.organisation.code, last_verb()) == ("Portal", ["programme.*"], "OURS-F", "webhook.made")
    for url in (PAGE, f"{PAGE}{hook.pk}/", f"{PAGE}{hook.pk}/edit/"):
        answer = client.get(url)
        assert (answer.status_code, secret in answer.content.decode()) == (200, False)


@pytest.mark.parametrize(("fields", "field"), [
    ({"url": "http://receiver.example/"}, "url"), ({"url": "https://10.0.0.1/"}, "url"), ({"url": ""}, "url"), ({"name": ""}, "name"),
    ({"events": []}, "events"), ({"events": ["person.*"]}, "events"), ({"organisation": "THEIRS"}, "organisation")])
def test_a_form_that_is_wrong_says_so_beside_the_field_and_the_api_too(lasting_nation, fields, field):
    client = lasting_nation.client("director")
    page = client.post(f"{PAGE}new/", {**NEW, **fields})
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert send(client, "post", "/api/v1/webhooks", {**NEW, **fields}).status_code in {422, 403}
    assert not Webhook.objects.exists()


def test_the_buttons_of_the_page(lasting_nation):
    client = lasting_nation.client("director")
    hook = make_webhook(owner=lasting_nation.people["director"], at=lasting_nation.faculty)
    verbs = []
    for name, status in (("pause", 302), ("resume", 302), ("test", 302), ("secret", 201)):
        assert act(client, hook, name).status_code == status
        verbs.append(last_verb())
    assert verbs == ["webhook.paused", "webhook.resumed", "webhook.tried", "webhook.secret_replaced"]
    message = Delivery.objects.get()
    assert client.get(f"/integrations/deliveries/{message.pk}/").status_code == 200
    assert client.post(f"/integrations/deliveries/{message.pk}/replay/").status_code == 302
    assert Delivery.objects.filter(message_id=message.message_id).count() == 2
    assert act(client, hook, "replay", first="2026-11-24T10:00", last="2026-11-23T10:00").status_code == 422
    assert act(client, hook, "replay", first="never", last="").status_code == 422
    assert act(client, hook, "replay", first="2020-01-01T00:00", last="2020-01-02T00:00").status_code == 302
    assert act(client, hook, "dance").status_code == 400
    for name in ("pause", "secret", "remove"):
        stale = act(client, hook, name, edit_version=standing(hook) - 1)
        assert (stale.status_code, "replaced the secret" in stale.content.decode(), Webhook.objects.count()) == (409, True, 1)
    edited = client.post(f"{PAGE}{hook.pk}/edit/", {**NEW, "name": "Other", "edit_version": standing(hook)})
    assert (edited.status_code, Webhook.objects.get().name) == (302, "Other")
    assert (act(client, hook, "remove").status_code, Webhook.objects.count(), last_verb()) == (302, 0, "webhook.removed")


def test_the_same_over_the_api(lasting_nation):
    client = lasting_nation.client("director")
    made = send(client, "post", "/api/v1/webhooks", NEW)
    assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
    url = f"/api/v1/webhooks/{made.json()['id']}"
    assert "secret" not in client.get(url).json()
    change = {"state": "paused", "events": ["role.granted"], "edit_version": client.get(url).json()["edit_version"]}
    paused = send(client, "patch", url, change).json()
    assert paused["state"] == "paused"
    stale = send(client, "patch", url, change | {"state": "active", "name": "Mine"})
    assert (stale.status_code, stale.json()["code"], stale.json()["detail"]["current"]) == (409, "stale", paused)
    assert client.delete(f"{url}?edit_version={change['edit_version']}").status_code == 409
    assert send(client, "post", f"{url}/secret?edit_version={change['edit_version']}").status_code == 409
    assert send(client, "post", f"{url}/secret?edit_version={paused['edit_version']}").json()["secret"] != made.json()["secret"]
    waits = send(client, "post", f"{url}/test")
    assert (waits.status_code, waits.json()["state"]) == (202, "waiting")
    detail = client.get(f"/api/v1/webhook-deliveries/{waits.json()['id']}").json()
    assert (detail["event"], detail["tries"]) == ("webhook.test", [])
    assert send(client, "post", f"/api/v1/webhook-deliveries/{waits.json()['id']}/replay").json()["is_replay"]
    assert client.get(f"{url}/deliveries?state=waiting").json()["total"] == 2
    span = {"first": "2026-01-01T00:00:00+05:00", "last": "2026-01-02T00:00:00+05:00"}
    assert send(client, "post", f"{url}/replay", span).json() == {"count": 0}
    assert send(client, "post", f"{url}/replay", {"first": span["last"], "last": span["first"]}).json()["code"] == "range_backwards"
    assert {one["code"] for one in client.get("/api/v1/webhook-events").json()["items"]} >= {"programme.published", "role.granted"}
    now = client.get(url).json()["edit_version"]
    assert (client.delete(f"{url}?edit_version={now}").status_code, client.get(url).status_code) == (204, 404)


def test_a_secret_told_again_is_the_same_secret(lasting_nation):
    client = lasting_nation.client("director")
    told = [send(client, "post", "/api/v1/webhooks", NEW, headers={"Idempotency-Key": "w"}).json()["secret"] for _ in range(2)]
    assert (len(set(told)), Webhook.objects.count()) == (1, 1)


@pytest.mark.parametrize(("who", "status"), [("neighbour", 403), ("teacher", 403), ("student", 403), ("administrator", 200)])
def test_a_webhook_of_another_house_is_shut(lasting_nation, who, status):
    hook = make_webhook(owner=lasting_nation.people["director"], at=lasting_nation.faculty)
    client = lasting_nation.client(who)
    assert client.get(f"{PAGE}{hook.pk}/").status_code == status
    assert client.get(f"/api/v1/webhooks/{hook.pk}").status_code == status
    if who == "neighbour":
        assert client.get("/api/v1/webhooks").json()["total"] == 0
        assert send(client, "post", "/api/v1/webhooks", NEW).status_code == 403
        assert act(client, hook, "remove").status_code == 403


def test_a_webhook_made_by_a_token_ends_with_it_and_is_within_its_node(lasting_nation):
    row, text = make_token(owner=lasting_nation.people["administrator"], scopes=["audit.view", "own"], at=lasting_nation.faculty)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    assert send(client, "post", "/api/v1/webhooks", {**NEW, "organisation": "THEIRS"}).status_code == 403
    assert send(client, "post", "/api/v1/webhooks", NEW).status_code == 201
    assert Webhook.objects.get().made_by_id == row.pk


def test_pages_cost_the_same_for_one_and_for_many(lasting_nation):
    client, counts = lasting_nation.client("director"), {}
    hook = make_webhook(owner=lasting_nation.people["director"], at=lasting_nation.faculty)
    make_delivery(hook)
    for _ in range(2):
        for url in (PAGE, f"{PAGE}{hook.pk}/", "/api/v1/webhooks", f"/api/v1/webhooks/{hook.pk}/deliveries"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counts.setdefault(url, []).append(len(asked))
        for _more in range(24):
            make_webhook(owner=lasting_nation.people["director"], at=lasting_nation.faculty)
            make_delivery(hook)
    assert {url: few - many for url, (few, many) in counts.items()} == dict.fromkeys(counts, 0)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_lists_are_exported(lasting_nation, kind):
    hook = make_webhook(owner=lasting_nation.people["director"], at=lasting_nation.faculty)
    make_delivery(hook)
    for url in (PAGE, f"{PAGE}{hook.pk}/", "/integrations/tokens/"):
        answer = lasting_nation.client("director").get(f"{url}?format={kind}&sort=-state&state=active&q=a")
        assert (answer.status_code, answer["Content-Disposition"].split(";")[0]) == (200, "attachment")
