"""A process whose clock is set back while it works, and what people and scripts meet in it before and after.

Django, the services and the workers ask the time of ``timezone.now``, ``time.time`` and, for work, of the database; all three are moved.
"""

import datetime as dt
import re
import time

from django.utils import timezone

EMAIL = "clock-{}@example.invalid"


def set_back(seconds):
    from sheber.spine.jobs import clock

    now, stamp, of_database, gap = timezone.now, time.time, clock.now, dt.timedelta(seconds=seconds)
    timezone.now = lambda: now() - gap
    time.time = lambda: stamp() - seconds
    clock.now = lambda: of_database() - gap


def lived_through(seconds, closed_port):
    """What was found, as plain values; what should have been is the test's to say."""
    from django.conf import settings
    from django.test import Client

    from sheber.spine.accounts.rules import totp
    from sheber.spine.accounts.services import attempts, second
    from sheber.spine.evidence import services as evidence
    from sheber.spine.integrations import services as integrations
    from sheber.spine.integrations.services.sending import deliver_due
    from sheber.spine.integrations.tests.factories import make_delivery, make_token, make_webhook
    from sheber.spine.notices.models import Letter
    from sheber.spine.notices.services.sending import letters_send
    from sheber.spine.notices.tests.factories import make_letter
    from sheber.spine.organisations.models import Organisation
    from sheber.spine.people.models import User
    from sheber.spine.people.services import invitations
    from sheber.spine.people.tests.factories import make_user

    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.ALLOWED_HOSTS = "127.0.0.1", closed_port, ["testserver"]
    root = Organisation.objects.get(parent=None)
    person = make_user(email=EMAIL.format(seconds), role="administrator", at=root)
    student, teacher = (User.objects.get(email=f"{name}@example.invalid") for name in ("student", "teacher"))
    observed = student.evidence.order_by("pk")[0]

    # Before.
    browser = Client()
    browser.force_login(person)
    signed_in = browser.get("/account/sessions/").status_code
    program = Client(headers={"Authorization": f"Bearer {make_token(owner=person, scopes=['organisation.view'])[1]}"})
    secret = totp.new_secret()
    other = make_user(email=f"app-{seconds}@example.invalid")
    second.second_step_start(person_id=other.pk, secret=secret, code=totp.code_at(secret, step()))
    for _attempt in range(8):
        held = attempts.attempt_begin(email=f"held-{seconds}@example.invalid", ip="192.0.2.7")
    integrations.request_begin(owner_id=person.pk, token_id=0, key="its process died", fingerprint="f")
    item = evidence.evidence_record(actor=teacher, person_id=student.pk, competence_id=observed.competence_id, level=2, setting="course",
                                    observed_on=timezone.localdate(), source_kind=observed.source_kind, source_id=observed.source_id,
                                    assessor_id=teacher.pk)
    message = make_delivery(make_webhook(owner=person, at=root, url=f"http://127.0.0.1:{closed_port}/"))
    Letter.objects.all().delete()                       # a mail server that takes none ends the round at the first
    letter = make_letter()
    guest = invitations.Guest(f"invited-{seconds}@example.invalid", {"en": "A guest"})
    (sent,) = invitations.invitations_create(actor=person, guests=[guest], role="student", organisation_id=root.pk,
                                             address="https://sheber.example/people/invitation/")

    set_back(seconds)

    # After.
    code = totp.code_at(secret, step())
    again = attempts.attempt_begin(email=f"held-{seconds}@example.invalid", ip="192.0.2.7")
    newer = evidence.evidence_supersede(actor=teacher, item_id=item.pk, level=4, reason="Two points were not counted.")
    ledger = browser.get(f"/api/v1/people/{student.pk}/evidence?current_only=true&limit=200")
    deliver_due()
    letters_send()
    message.refresh_from_db()
    letter.refresh_from_db()
    entries = browser.get("/api/v1/audit/entries?limit=5").json()["items"]
    pages = {address: browser.get(address) for address in ("/account/sessions/", "/jobs/", "/audit/", f"/students/{student.pk}/")}
    return {
        "held": held.held_until is not None, "held_s": again.held_until and (again.held_until - timezone.now()).total_seconds(),
        "claim": integrations.request_begin(owner_id=person.pk, token_id=0, key="its process died", fingerprint="f").what,
        "second_step": [proof(second, other, code), proof(second, other, code)],
        "sessions": [signed_in, browser.get("/account/sessions/").status_code], "token": program.get("/api/v1/organisations").status_code,
        "current": [one["id"] for one in ledger.json()["items"]], "earlier": item.pk, "newer": newer.pk,
        "tried": [message.attempts, letter.attempts],
        "invitation": accepted(invitations, sent), "sequences": [one["sequence"] for one in entries],
        "pages": {address: page.status_code for address, page in pages.items()},
        "negative": [found for page in pages.values() for found in re.findall(r"[^>]{0,30}>\s*[-−]\d[^<]{0,20}", page.content.decode())]}


def step():
    from sheber.spine.accounts.rules import totp

    return int(time.time() // totp.STEP_S)


def proof(second, person, code):
    from sheber.kit.errors import DomainError

    try:
        return second.second_step_pass(person_id=person.pk, text=code)
    except DomainError as no:
        return no.code


def accepted(invitations, sent):
    made = invitations.invitation_accept(token=sent.token, name={"en": "A guest"}, language="en", password="a long enough password")
    return made.email == sent.invitation.email
