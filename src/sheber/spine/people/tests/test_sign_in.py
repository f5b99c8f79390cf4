"""Signing in: by form, as a persona, and everything that must not work."""

import pytest
from django.test import Client

from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people import services
from sheber.spine.people.models import User
from sheber.spine.people.queries import home_paths, person_list, personas

from .factories import PASSWORD, make_role, make_user

URL = "/people/sign-in/"
pytestmark = pytest.mark.django_db


def signed_in(client):
    return int(client.session["_auth_user_id"]) if "_auth_user_id" in client.session else None


def post(client, email, password=PASSWORD, **more):
    return client.post(URL, {"email": email, "password": password, **more})


@pytest.mark.parametrize("typed", ["aigerim@example.invalid", " Aigerim@Example.INVALID "])
def test_any_case_of_the_address(client, typed):
    user = make_user(email="aigerim@example.invalid", password=PASSWORD)
    response = post(client, typed)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in(client) == user.pk
    assert AuditEntry.objects.filter(verb="person.signed_in", actor=user).count() == 1


def test_unknown_address_wrong_password_and_closed_account_get_the_same_answer(client):
    make_user(email="known@example.invalid", password=PASSWORD)
    make_user(email="closed@example.invalid", password=PASSWORD, is_active=False)
    answers = [post(client, "known@example.invalid", "wrong password"), post(client, "unknown@example.invalid"),
               post(client, "closed@example.invalid")]
    assert {response.status_code for response in answers} == {422}
    assert len({str(response.context["form"].errors) for response in answers}) == 1
    assert signed_in(client) is None


@pytest.mark.parametrize("email", ["", "x", "a\x00b@example.invalid", "a" * 300 + "@example.invalid", "<script>@x", "a@b\n.invalid"])
@pytest.mark.parametrize("password", ["", "pass\x00word", "p" * 5000])
def test_bad_input_gets_the_form_back(client, email, password):
    response = post(client, email, password)
    assert response.status_code == 422
    assert signed_in(client) is None


def test_session_key_changes_at_sign_in(client):
    """No session fixation: the key known before is worth nothing after."""
    make_user(email="a@example.invalid", password=PASSWORD)
    session = client.session
    session["planted"] = "1"
    session.save()
    before = session.session_key
    client.cookies["sheber_session"] = before
    post(client, "a@example.invalid")
    assert client.session.session_key != before


def test_form_needs_its_token():
    make_user(email="a@example.invalid", password=PASSWORD)
    strict = Client(enforce_csrf_checks=True)
    assert post(strict, "a@example.invalid").status_code == 403


@pytest.mark.parametrize(("wanted", "target"), [
    ("/people/account/", "/people/account/"), ("https://evil.invalid/", "/"), ("//evil.invalid", "/"), ("/\\evil.invalid", "/"),
    ("javascript:alert(1)", "/"), ("///evil.invalid", "/"), ("http:///evil.invalid", "/"), ("\x00/", "/"), ("/" + "a" * 3000, "/")])
def test_next_stays_on_this_server(client, wanted, target):
    make_user(email="a@example.invalid", password=PASSWORD)
    assert post(client, "a@example.invalid", next=wanted)["Location"] == target


def test_sign_out_is_a_post(client):
    client.force_login(make_user())
    assert client.get("/people/sign-out/").status_code == 405
    assert signed_in(client) is not None
    assert client.post("/people/sign-out/")["Location"] == URL
    assert signed_in(client) is None


def test_persona_one_click_away(client):
    persona = make_user(persona_order=1, is_synthetic=True)
    address = f"/people/sign-in-as/{persona.pk}/"
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    assert signed_in(client) == persona.pk
    assert AuditEntry.objects.get(verb="person.signed_in_as").actor_id is None


def test_no_persona_outside_the_demonstration(client, settings):
    persona = make_user(persona_order=1, is_synthetic=True)
    settings.DEMONSTRATION = False
    assert client.post(f"/people/sign-in-as/{persona.pk}/").status_code == 404
    assert signed_in(client) is None
    assert client.get(URL).context["personas"] == ()


@pytest.mark.parametrize("fields", [{}, {"persona_order": 1}, {"is_synthetic": True},
                                    {"persona_order": 1, "is_synthetic": True, "is_active": False}])
def test_only_personas_of_the_tour(client, fields):
    person = make_user(**fields)
    assert client.post(f"/people/sign-in-as/{person.pk}/").status_code == 404
    assert signed_in(client) is None


def test_another_persona_inherits_nothing_of_the_session(client):
    first, second = make_user(persona_order=1, is_synthetic=True), make_user(persona_order=2, is_synthetic=True)
    client.post(f"/people/sign-in-as/{first.pk}/")
    session = client.session
    session["secret"] = "of the first"
    session.save()
    client.post(f"/people/sign-in-as/{second.pk}/")
    assert signed_in(client) == second.pk
    assert "secret" not in client.session


@pytest.mark.parametrize("how_many", [1, 25])
def test_personas_cost_one_query(django_assert_num_queries, how_many):
    place = make_organisation()
    for order in range(how_many):
        person = make_user(persona_order=order, is_synthetic=True, role="teacher", at=place)
        make_role(user=person, role="supervisor", at=place)
    with django_assert_num_queries(1):
        rows = personas()
    assert [row.role for row in rows] == ["teacher"] * how_many


def test_language_and_theme_are_remembered(client):
    user = make_user()
    client.force_login(user)
    assert client.post("/people/language/", {"language": "ru", "next": "/people/account/"})["Location"] == "/people/account/"
    assert client.post("/people/theme/", {"theme": "dark"}, headers={"X-Requested-With": "fetch"}).status_code == 204
    assert (client.cookies["sheber_language"].value, client.cookies["sheber_theme"].value) == ("ru", "dark")
    user.refresh_from_db()
    assert (user.language, user.theme) == ("ru", "dark")
    before = AuditEntry.objects.count()
    client.post("/people/theme/", {"theme": "dark"})
    assert AuditEntry.objects.count() == before, "the same again writes nothing"


@pytest.mark.parametrize(("address", "field"), [("language", "language"), ("theme", "theme")])
def test_unknown_preference_is_refused(client, address, field):
    assert client.post(f"/people/{address}/", {field: "xx\r\nSet-Cookie: a=b"}).status_code == 400


def test_account_names_roles(client):
    place = make_organisation(name={"en": "School of Mines"})
    client.force_login(make_user(role="teacher", at=place))
    client.cookies["sheber_language"] = "en"
    page = client.get("/people/account/").content.decode()
    assert "School of Mines" in page
    assert "Teacher" in page


def test_services_write_their_entries_and_refuse():
    place = make_organisation()
    person = services.person_create(actor=None, email="New@Example.invalid", name={"en": "New"}, password=PASSWORD)
    services.role_grant(actor=None, person_id=person.pk, role="teacher", organisation_id=place.pk)
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["person.created", "role.granted"]
    for code, refused in (("email_taken", lambda: services.person_create(actor=None, email="NEW@example.invalid", name={"en": "x"})),
                          ("password_too_weak", lambda: services.password_set(actor=None, person_id=person.pk, password="short")),
                          ("role_unknown", lambda: services.role_grant(actor=None, person_id=person.pk, role="king",
                                                                       organisation_id=place.pk))):
        with pytest.raises(DomainError) as no:
            refused()
        assert no.value.code == code


def test_password_is_never_in_the_trail():
    services.person_create(actor=None, email="new@example.invalid", name={"en": "New"}, password=PASSWORD)
    assert PASSWORD not in str(list(AuditEntry.objects.values()))
    assert User.objects.get().password not in str(list(AuditEntry.objects.values()))


def test_no_audit_no_change(monkeypatch):
    monkeypatch.setattr(services.audit, "record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.person_create(actor=None, email="new@example.invalid", name={"en": "New"})
    assert not User.objects.exists()


def test_home_is_where_one_studies():
    place, elsewhere = make_organisation(), make_organisation()
    student = make_user(role="student", at=place)
    make_role(user=student, role="teacher", at=elsewhere)
    assert home_paths(student.pk) == (place.path,)
    assert home_paths(make_user(role="teacher", at=elsewhere).pk) == (elsewhere.path,)


def test_person_list_stays_within_the_paths(django_assert_num_queries):
    place, elsewhere = make_organisation(), make_organisation()
    ours = [make_user(role="student", at=place, email=f"s{n:02}@example.invalid") for n in range(3)]
    make_user(role="student", at=elsewhere)
    with django_assert_num_queries(1):
        page = person_list(paths=[place.path], size=2)
    assert [row.id for row in page.rows] == [person.pk for person in ours[:2]]
    assert page.has_next
    assert person_list(paths=[]).rows == ()
    assert [row.id for row in person_list(paths=["/"], text="S01@").rows] == [ours[1].pk]
    assert [row.id for row in person_list(paths=[make_root().path], text=str(ours[2].name["ru"])).rows] == [ours[2].pk]
