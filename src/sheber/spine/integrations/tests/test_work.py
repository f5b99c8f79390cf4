"""What the background does for webhooks and for repeated requests."""

import datetime as dt
import secrets

import pytest
from django.utils import timezone

from sheber.spine.integrations import services
from sheber.spine.integrations.models import Delivery, KeptAnswer
from sheber.spine.integrations.services.sending import Sent
from sheber.spine.integrations.tests.factories import make_delivery, make_webhook
from sheber.spine.jobs import registry
from sheber.spine.jobs import services as jobs
from sheber.spine.organisations.tests.factories import make_root
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "at_most"), [
    ("integrations.deliver", dt.timedelta(minutes=1)), ("integrations.tidy", dt.timedelta(days=1)),
    ("exchange.tidy", dt.timedelta(hours=1)), ("accounts.tidy", dt.timedelta(days=1))])
def test_it_comes_again_by_itself(kind, at_most):
    known = registry.find(kind)
    assert known is not None
    assert known.every is not None
    assert known.every <= at_most


def test_a_run_sends_what_waits(monkeypatch):
    monkeypatch.setattr(services, "deliver_due", lambda: Sent(2, 1))
    done = jobs.run_now(jobs.job_start(actor=None, kind="integrations.deliver"))
    assert done.state == "done"
    assert {name: done.result[name] for name in ("delivered", "failed")} == {"delivered": 2, "failed": 1}


def test_old_answers_are_forgotten_and_new_ones_stay():
    now, owner = timezone.now(), make_user()
    _old, new = (KeptAnswer.objects.create(owner=owner, key=secrets.token_hex(4), fingerprint="f", claim="c", claimed_at=at)
                 for at in (now - dt.timedelta(days=2), now))
    done = jobs.run_now(jobs.job_start(actor=None, kind="integrations.tidy"))
    assert done.result["answers"] == 1
    assert KeptAnswer.objects.get() == new


def test_old_messages_go_with_their_attempts_and_what_waits_stays(settings):
    settings.DELIVERIES_KEPT_DAYS = 30
    root = make_root()
    hook = make_webhook(owner=make_user(role="administrator", at=root), at=root)
    rows = [make_delivery(hook, state=state, message_id=f"m{number}") for number, state in enumerate(("sent", "failed", "waiting", "sent"))]
    Delivery.objects.filter(pk__in=[row.pk for row in rows[:3]]).update(created_at=timezone.now() - dt.timedelta(days=31))
    done = jobs.run_now(jobs.job_start(actor=None, kind="integrations.tidy"))
    assert done.result["deliveries"] == 2
    assert set(Delivery.objects.values_list("pk", flat=True)) == {rows[2].pk, rows[3].pk}
