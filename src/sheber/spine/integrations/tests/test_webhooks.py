"""From a change to the receiver: who is told what, what happens when it fails, and what is sent again."""

import datetime as dt
import json

import pytest
from django.db import transaction
from django.utils import timezone

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.integrations import events, queries, services
from sheber.spine.integrations.models import Attempt, Delivery, Webhook
from sheber.spine.integrations.rules import sealing
from sheber.spine.integrations.services import sending
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import RoleAssignment
from sheber.spine.people.tests.factories import make_user

from .factories import make_token, make_webhook
from .receiver import answers, receiver
from .test_rules import received

pytestmark = pytest.mark.django_db
GONE, BUSY = b"HTTP/1.1 410 Gone\r\n\r\n", b"HTTP/1.1 503 Busy\r\nRetry-After: 600\r\n\r\n"


@pytest.fixture(autouse=True)
def at_a_desk(settings):
    settings.WEBHOOKS_LOOPBACK = True


@pytest.fixture
def house():
    make_root()
    return make_organisation(code="OURS")


@pytest.fixture
def owner(house):
    return make_user(role="administrator", at=house)


@transaction.atomic
def happens(verb="programme.published", path="", **after):
    return audit.record(actor=None, verb=verb, target=("tests.thing", 7), scope_path=path, after={"code": "X", **after})


def secret_of(hook):
    return sealing.unseal(hook.sealed_secret).decode()


def test_a_change_is_told_once_signed_and_without_a_name(house, owner):
    with receiver() as there:
        hook = make_webhook(owner=owner, at=house, url=there.url)
        entry = happens(path=house.path, name="Aigerim", version="2026.1", students=["Aigerim"])
        assert services.deliver_due() == sending.Sent(delivered=1)
        assert services.deliver_due() == sending.Sent()
    headers, body = there.headers(), there.body()
    assert received(secret_of(hook), headers, body)
    told = json.loads(body)
    assert told["type"] == "programme.published"
    assert told["data"] == {"actor_id": None, "code": "X", "organisation_id": house.pk, "sequence": entry.sequence,
                            "target": {"id": "7", "kind": "tests.thing"}, "version": "2026.1"}
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    tried = Attempt.objects.get()
    assert (tried.status, "webhook-signature" in tried.request_head, "HTTP/1.1 200" in tried.response_head) == (200, False, True)


def test_what_is_rolled_back_is_not_told(house, owner):
    make_webhook(owner=owner, at=house)
    def half_done():
        with transaction.atomic():
            happens(path=house.path)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("wanted", "verb", "told"), [
    (["programme.*"], "programme.archived", True), (["programme.published"], "programme.archived", False),
    (["programme.*"], "role.granted", False), (["programme.*", "person.*"], "person.password_set", False),
    (["programme.*"], "programmes.published", False)])
def test_only_what_was_asked_for_and_is_public(house, owner, wanted, verb, told):
    make_webhook(owner=owner, at=house, events=wanted)
    happens(verb, path=house.path)
    assert Delivery.objects.exists() is told


@pytest.mark.parametrize(("where", "told"), [("own", True), ("below", True), ("above", False), ("beside", False), ("nowhere", False)])
def test_only_at_and_below_the_node(house, owner, where, told):
    below, beside = make_organisation(parent=house, kind="faculty"), make_organisation()
    make_webhook(owner=owner, at=house)
    above = "/" + house.path.split("/")[1] + "/"
    happens(path={"own": house.path, "below": below.path, "above": above, "beside": beside.path, "nowhere": ""}[where])
    assert Delivery.objects.exists() is told


@pytest.mark.parametrize("how", ["role ended", "account closed", "token revoked", "paused", "switched off"])
def test_who_may_no_longer_read_it_is_not_told(house, owner, how):
    token, _text = make_token(owner=owner, scopes=["audit.view"])
    hook = make_webhook(owner=owner, at=house, made_by=token)
    waits = Delivery.objects.create(webhook=hook, message_id="msg_early", event="programme.published", payload="{}",
                                    happened_at=timezone.now(), next_at=timezone.now())
    if how == "role ended":
        RoleAssignment.objects.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    elif how == "account closed":
        type(owner).objects.filter(pk=owner.pk).update(is_active=False)
    elif how == "token revoked":
        services.token_revoke(actor=owner, token_id=token.pk)
    else:
        Webhook.objects.update(state="paused" if how == "paused" else "disabled")
    happens(path=house.path)
    assert list(Delivery.objects.all()) == [waits]
    if how not in {"paused", "switched off"}:
        services.deliver_due()
        waits.refresh_from_db()
        assert (waits.state, Attempt.objects.get().problem) == ("failed", "owner_may_not")


def test_it_costs_no_query_when_nothing_public_happens(house, owner, django_assert_num_queries):
    make_webhook(owner=owner, at=house)
    happens(path=house.path)
    with transaction.atomic(), django_assert_num_queries(3):          # the head, the entry, the head
        audit.record(actor=None, verb="tests.done", target=("tests.thing", 1))


def test_a_failure_is_tried_again_later_and_heals(house, owner):
    with receiver(answers(BUSY)) as there:
        hook = make_webhook(owner=owner, at=house, url=there.url)
        happens(path=house.path)
        assert services.deliver_due() == sending.Sent(failed=1)
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == ("waiting", 1)
    assert 590 < (row.next_at - timezone.now()).total_seconds() < 610, "Retry-After is longer than the usual five seconds"
    hook.refresh_from_db()
    assert hook.failing_since is not None
    assert services.deliver_due() == sending.Sent(), "its time has not come"
    with receiver() as there:
        Webhook.objects.update(url=there.url)
        Delivery.objects.update(next_at=timezone.now())
        assert services.deliver_due() == sending.Sent(delivered=1)
    hook.refresh_from_db()
    assert (hook.failing_since, Delivery.objects.get().state) == (None, "sent")


@pytest.mark.parametrize(("answer", "days"), [(BUSY, 6), (GONE, 0)])
def test_after_long_failure_it_is_switched_off_and_the_record_says_so(house, owner, answer, days):
    with receiver(answers(answer)) as there:
        hook = make_webhook(owner=owner, at=house, url=there.url, failing_since=timezone.now() - dt.timedelta(days=days))
        happens(path=house.path)
        happens(path=house.path)
        services.deliver_due(limit=1)
    hook.refresh_from_db()
    assert hook.state == "disabled"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}
    entry = audit.recording.AuditEntry.objects.order_by("-sequence")[0]
    assert (entry.verb, entry.scope_path) == ("webhook.disabled", house.path)


def test_the_tenth_failure_is_the_last(house, owner):
    with receiver(answers(BUSY)) as there:
        make_webhook(owner=owner, at=house, url=there.url)
        happens(path=house.path)
        for _ in range(12):
            Delivery.objects.filter(state="waiting").update(next_at=timezone.now())
            services.deliver_due()
        assert (there.connections, Delivery.objects.get().state) == (10, "failed")


def test_a_worker_that_dies_leaves_its_message_to_the_next(house, owner, monkeypatch):
    with receiver() as there:
        make_webhook(owner=owner, at=house, url=there.url)
        happens(path=house.path)
        with monkeypatch.context() as dying:
            dying.setattr(sending, "_send", lambda _key: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                services.deliver_due()
        assert services.deliver_due() == sending.Sent(), "while the lease lasts nobody else sends it"
        row = Delivery.objects.get()
        assert row.next_at - timezone.now() <= sending.LEASE
        Delivery.objects.update(next_at=timezone.now())
        assert services.deliver_due() == sending.Sent(delivered=1)


def test_one_message_again_is_the_same_message(house, owner):
    with receiver() as there:
        make_webhook(owner=owner, at=house, url=there.url)
        happens(path=house.path)
        services.deliver_due()
        services.delivery_replay(actor=owner, delivery_id=Delivery.objects.get().pk)
        services.deliver_due()
        assert (there.body(0), there.headers(0)["webhook-id"]) == (there.body(1), there.headers(1)["webhook-id"])


def test_a_span_of_time_brings_what_happened_while_it_was_paused(house, owner):
    hook = make_webhook(owner=owner, at=house)
    services.webhook_switch(actor=owner, webhook_id=hook.pk, to="paused")
    first, outside = happens(path=house.path), happens(path="/999/")
    other = happens("role.granted", path=house.path)
    assert not Delivery.objects.exists()
    count = services.deliveries_replay(actor=owner, webhook_id=hook.pk, first=first.at, last=other.at)
    assert (count, [json.loads(one.payload)["data"]["sequence"] for one in Delivery.objects.all()]) == (1, [first.sequence])
    assert outside.sequence != first.sequence
    with pytest.raises(DomainError) as no:
        services.deliveries_replay(actor=owner, webhook_id=hook.pk, first=other.at, last=first.at)
    assert no.value.code == "range_backwards"


def test_both_secrets_sign_for_a_day(house, owner):
    with receiver() as there:
        hook = make_webhook(owner=owner, at=house, url=there.url)
        earlier = secret_of(hook)
        made = services.secret_replace(actor=owner, webhook_id=hook.pk)
        happens(path=house.path)
        services.deliver_due()
        assert received(earlier, there.headers(), there.body())
        assert received(made.secret, there.headers(), there.body())
        Webhook.objects.update(earlier_until=timezone.now())
        happens(path=house.path)
        services.deliver_due()
        assert not received(earlier, there.headers(), there.body())
    stored = Webhook.objects.values().get()
    assert made.secret not in str(stored)


def test_a_changed_key_of_the_installation_is_said_in_the_log(house, owner, settings):
    with receiver() as there:
        make_webhook(owner=owner, at=house, url=there.url)
        happens(path=house.path)
        settings.SECRET_KEY = "another"
        assert services.deliver_due() == sending.Sent(failed=1)
    assert (Attempt.objects.get().problem, there.connections) == ("secret_unreadable", 0)


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "https://[::1]/", "https://u:p@example.org/",
                                 "x"])
def test_an_address_that_leads_inside_is_not_kept(house, owner, settings, url):
    settings.WEBHOOKS_LOOPBACK = False
    with pytest.raises(DomainError) as no:
        services.webhook_make(actor=owner, name="x", url=url, wanted=["programme.*"], organisation_id=house.pk)
    assert no.value.code == "bad_url"
    assert not Webhook.objects.exists()


def test_no_public_event_names_a_field_about_a_person():
    fields = {field for one in events.known().values() for field in one.fields}
    assert fields <= {"code", "version", "kind", "count", "course", "key"}      # key: of the thing a file is attached to
    assert {one.family for one in events.known().values()} == {"programme", "organisation", "framework", "role", "evidence", "file"}


def test_reading_costs_the_same_for_one_and_for_many(house, owner, django_assert_max_num_queries):
    hook = make_webhook(owner=owner, at=house)
    for _ in range(25):
        happens(path=house.path)
        make_webhook(owner=owner, at=house)
    with django_assert_max_num_queries(1):
        assert len(queries.webhook_rows([house.path])) == 26
    with django_assert_max_num_queries(3):
        assert queries.delivery_part(hook.pk, offset=0, limit=10)[1] == 25
