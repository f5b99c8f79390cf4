"""What an attacker tried, each once: whatever worked is mended, and whatever did not is held here."""

import re
from pathlib import Path

import pytest
from django.conf import settings as current
from django.core import mail
from django.test import Client
from django.urls import reverse

from sheber.apps.programmes.models import Programme
from sheber.kit.access import find_rule
from sheber.site.api import is_expected
from sheber.spine.audit.models import AuditEntry
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.integrations.models import Webhook
from sheber.spine.notices.services import letters_send
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_root
from sheber.spine.people.models import Invitation, RoleAssignment
from sheber.spine.people.tests.factories import PASSWORD, make_user
from tests.access.addresses import addresses
from tests.access.world import make_world, sample

PUBLIC = "https://sheber.university.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def public(settings):
    settings.PUBLIC_URL = PUBLIC
    settings.ALLOWED_HOSTS = ["sheber.university.example", "testserver"]


@pytest.mark.parametrize("host", ["sheber.university.example:8443", "testserver:1337", "sheber.university.example"])
def test_a_letter_leads_where_the_operator_said_and_not_where_the_request_did(public, host):
    """Django looks at the name in ``Host`` and lets any port through: a link to another port of this host gave the token away."""
    make_user(email="known@example.invalid", password=PASSWORD)
    assert Client().post(reverse("accounts:forgotten"), {"email": "known@example.invalid"}, headers={"Host": host}).status_code == 200
    letters_send()
    found = re.findall(r"https?://\S+", mail.outbox[-1].body)
    assert found
    assert all(link.startswith(f"{PUBLIC}/account/reset/") for link in found)


def test_an_invitation_leads_there_too(public):
    root = make_root()
    client = Client()
    client.force_login(make_user(role="administrator", at=root))
    answer = client.post("/api/v1/invitations", {
        "guests": [{"email": "guest@example.invalid"}], "role": "teacher", "organisation": root.code},
                         "application/json", headers={"Host": "testserver:1337"})
    assert answer.status_code in {200, 201}, answer.content
    assert Invitation.objects.count() == 1
    letters_send()
    assert re.findall(r"https?://\S+", mail.outbox[-1].body)[0].startswith(f"{PUBLIC}/people/invitation/")
    assert b"1337" not in answer.content


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND", "PURGE", "LOCK"])
@pytest.mark.parametrize("path", ["/people/sign-in/", "/account/sessions/", "/api/v1/me", "/no/such/page"])
def test_a_method_nobody_knows_draws_no_page(client, method, path):
    client.force_login(make_user())
    answer = client.generic(method, path)
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]
    assert b"<form" not in answer.content


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json", "application/xml", "image/svg+xml",
                                  "application/x-yaml", "application/jsonx", ""])
def test_a_body_of_another_kind_is_refused_by_every_operation(kind):
    """A form of another site can send the first two without being asked by the browser; JSON under their name was read as JSON."""
    world, root = make_world(), make_root()
    client = Client()
    client.force_login(make_user(role="administrator", at=root))
    asked, wrong = 0, {}
    for address in addresses():
        if not address.name.startswith("api-v1"):
            continue
        for method in {"POST", "PUT", "PATCH", "DELETE"} & set(address.methods):
            rule = find_rule(address.name, method)
            if rule is None or rule.public:
                continue
            answer = client.generic(method, reverse(address.name, kwargs=sample(world, "own", address)), "{}", kind)
            asked += answer.status_code == 415
            if answer.status_code not in {415, 403, 404}:            # what may not be opened at all is refused before
                wrong[address.name, method] = answer.status_code
    assert wrong == {}
    assert asked > 40


@pytest.mark.parametrize(("kind", "read"), [("application/json", True), ("Application/JSON", True), ("application/vnd.api+json", True),
                                            ("multipart/form-data", True), ("text/json", False), ("application/json5", False)])
def test_which_kinds_are_read(kind, read):
    assert is_expected(kind) is read


def test_signing_out_empties_what_the_browser_keeps(client):
    client.force_login(make_user())
    assert "Clear-Site-Data" not in client.get(reverse("people:account"))
    assert client.post(reverse("people:sign_out"))["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in client.get(reverse("people:sign_in"))


def test_the_page_of_samples_is_not_there_in_production(client, settings):
    client.force_login(make_user(role="administrator", at=make_root()))
    assert client.get(reverse("site:design")).status_code == 200
    settings.SAMPLES = False
    assert client.get(reverse("site:design")).status_code == 404


ROLES = ["student", "teacher", "mentor", "external_reviewer"]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_gives_themselves_more_by_a_crafted_post(role):
    """Roles, invitations, tokens with scopes not held, and another's e-mail, by page and by the API."""
    root = make_root()
    person = make_user(role=role, at=root, email=f"{role}@example.invalid", password=PASSWORD)
    other = make_user(role="administrator", at=root, email="boss@example.invalid")
    client = Client()
    client.force_login(person)
    held = list(RoleAssignment.objects.order_by("pk").values_list("user_id", "role"))
    days = {"starts_on": "", "ends_on": ""}
    for path, form in ((f"/people/{person.pk}/roles/", {"role": "administrator", "organisation": root.code, **days}),
                       ("/people/invite/", {"role": "administrator", "organisation": root.code, "people": "evil@example.invalid", **days}),
                       (f"/people/{other.pk}/edit/", {"email": "evil@example.invalid", "edit_version": 0}),
                       (f"/people/{person.pk}/edit/", {"email": "boss@example.invalid", "edit_version": 0}),
                       ("/integrations/tokens/new/", {"name": "x", "scopes": ["role.grant", "person.edit", "audit.view"]})):
        assert client.post(path, form).status_code in {403, 404, 405, 422}, path
    for path, body in ((f"/api/v1/people/{person.pk}/roles", {"role": "administrator", "organisation": root.code}),
                       ("/api/v1/invitations", {"guests": [{"email": "e@example.invalid"}], "role": role, "organisation": root.code})):
        assert client.post(path, body, "application/json").status_code in {403, 422}, path
    assert list(RoleAssignment.objects.order_by("pk").values_list("user_id", "role")) == held
    assert not Invitation.objects.exists()
    other.refresh_from_db()
    assert other.email == "boss@example.invalid"


def test_a_key_of_a_repeat_tells_nobody_elses_answer():
    """Two people choose the same Idempotency-Key: the second gets an answer of their own."""
    root = make_root()
    seen = []
    for who in ("first@example.invalid", "second@example.invalid"):
        client = Client()
        client.force_login(make_user(role="administrator", at=root, email=who))
        seen.append(client.post("/api/v1/organisations", {}, "application/json", headers={"Idempotency-Key": "one-key"}))
        assert client.post("/api/v1/organisations", {}, "application/json", headers={"Idempotency-Key": "one-key"})["Idempotency-Replayed"]
    assert all("Idempotency-Replayed" not in answer for answer in seen)


def test_the_guide_lets_no_header_with_underscores_through():
    """The web server makes one name of ``X_Forwarded_For`` and ``X-Forwarded-For``, so only the proxy can tell them apart."""
    guide = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "operate.md").read_text("utf-8")
    caddy = re.search(r"```text\n(HOST[^`]+reverse_proxy[^`]+)```", guide)
    nginx = re.search(r"```nginx\n([^`]+proxy_pass[^`]+)```", guide)
    assert caddy
    assert nginx
    assert caddy[1].index("request_header -X_*") < caddy[1].index("reverse_proxy")
    assert "underscores_in_headers" not in nginx[1]
    assert "X-Forwarded-For" in nginx[1]


def test_cookie_names_are_those_of_the_settings():
    assert {current.SESSION_COOKIE_NAME, current.CSRF_COOKIE_NAME} == {"sheber_session", "sheber_csrf"}


def _bodies(theirs, student, source):
    """Operations whose body, and not address, names what belongs to another university."""
    days = {"starts_on": None, "ends_on": None}
    words = {"en": "Evil"}
    facts = {"code": "EVIL", "kind": "faculty", "name": words, "short_name": words, "city": words, "about": words, "country": "KZ",
             "region": None, "sector": None, "employees": None}
    return [
        ("post", "/api/v1/organisations", {"parent": theirs, "organisation": facts}),
        ("post", "/api/v1/organisations/OURS-F/move", {"parent": theirs, "edit_version": 0, "reason": "x"}),
        ("post", "/api/v1/programmes", {"code": "6B07999", "title": {"en": "Evil"}, "organisation": theirs, "engineer_type": "x",
                                        "degree": "bachelor", "version": "2027.1", "years": 4}),
        ("post", "/api/v1/invitations", {"guests": [{"email": "e@example.invalid"}], "role": "teacher", "organisation": theirs}),
        ("post", f"/api/v1/people/{student}/roles", {"role": "teacher", "organisation": theirs, **days}),
        ("post", "/api/v1/webhooks", {"name": "x", "url": "https://receiver.example/h", "events": ["programme.*"], "organisation": theirs}),
        ("post", "/api/v1/evidence", {"person_id": student, "framework": "X", "framework_version": "1", "competence": "1", "level": 5,
                                      "setting": "industrial_task", "observed_on": "2026-01-01", "source_kind": "programmes.assessment",
                                      "source_id": source}),
    ]


@pytest.mark.parametrize("role", ["administrator", "programme_director", "teacher", "external_reviewer", "mentor", "student"])
def test_a_body_that_names_anothers_place_or_person_changes_nothing(role):
    """The matrix looks at addresses; here the number or code stands in the body."""
    world = make_world()
    theirs, student = world.places["sibling"], world.students["sibling"]
    client = Client()
    client.force_login(make_user(role=role, at=world.places["above"]))
    before = (RoleAssignment.objects.count(), Organisation.objects.values_list("code", "path").count(), Webhook.objects.count(),
              EvidenceItem.objects.count(), Programme.objects.count(), AuditEntry.objects.exclude(verb__startswith="session").count())
    refused = {}
    for method, path, body in _bodies(theirs.code, student.pk, "1"):
        answer = getattr(client, method)(path, body, "application/json")
        refused[path] = answer.status_code
        assert answer.status_code in {403, 404, 409, 422}, (path, answer.content[:300])
        if answer.status_code == 422:
            assert answer.json()["code"] != "validation", (path, answer.content[:500])
        assert student.email.encode() not in answer.content
    after = (RoleAssignment.objects.count(), Organisation.objects.values_list("code", "path").count(), Webhook.objects.count(),
             EvidenceItem.objects.count(), Programme.objects.count(), AuditEntry.objects.exclude(verb__startswith="session").count())
    assert after == before
    assert list(refused.values()).count(403) >= 5, refused
