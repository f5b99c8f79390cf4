"""Pages of those who look after people: what each reader sees, and what forged numbers open."""

import pytest
from django.urls import reverse
from django.utils import timezone

from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import RoleAssignment, User

from .factories import make_role, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    make_root()
    ours, theirs = make_organisation(code="OURS"), make_organisation(code="THEIRS")
    faculty = make_organisation(parent=ours, kind="faculty", code="OURS-F")
    people = {"admin": make_user(role="administrator", at=ours), "teacher": make_user(role="teacher", at=faculty),
              "reviewer": make_user(role="external_reviewer", at=faculty), "theirs": make_user(role="teacher", at=theirs),
              "nation": make_user(role="administrator", at=make_root()),
              "alia": make_user(role="student", at=faculty, name={"kk": "Әлия Сейтқызы", "ru": "Алия Сейтказы"},
                                email="alia@example.invalid")}
    return {"ours": ours, "theirs": theirs, "faculty": faculty, "people": people, "client": client}


def as_(world, who):
    world["client"].force_login(world["people"][who])
    return world["client"]


def listed(answer):
    return {row.email for row in answer.context["table"]}


def test_the_directory_ends_where_the_reader_does(world):
    ours = {world["people"][name].email for name in ("admin", "teacher", "reviewer", "alia")}
    assert listed(as_(world, "admin").get("/people/")) == ours
    assert listed(as_(world, "teacher").get("/people/")) == ours - {world["people"]["admin"].email}
    assert as_(world, "reviewer").get("/people/").status_code == 403
    loose = make_user(email="loose@example.invalid")
    assert listed(as_(world, "nation").get("/people/")) == {user.email for user in User.objects.all()}
    assert loose.email not in listed(as_(world, "admin").get("/people/?q=loose"))


@pytest.mark.parametrize("words", ["әлия", "АЛИЯ", "сейткызы", "ӘЛИЯ СЕЙТ", "alia@", "Сейтқызы алия"])
def test_found_however_it_is_typed(world, words):
    assert listed(as_(world, "admin").get("/people/", {"q": words})) == {"alia@example.invalid"}


def test_the_index_follows_a_new_name(world):
    person = world["people"]["alia"]
    person.name = {"kk": "Гүлнұр"}
    person.save(update_fields=["name"])
    assert listed(as_(world, "admin").get("/people/", {"q": "гулнур"})) == {"alia@example.invalid"}
    assert not listed(as_(world, "admin").get("/people/", {"q": "әлия"}))


def test_signs_of_patterns_are_letters(world):
    assert not listed(as_(world, "admin").get("/people/", {"q": "%"}))
    assert not listed(as_(world, "admin").get("/people/", {"q": "a_ia@"}))


def test_filters_sort_and_files(world):
    client = as_(world, "admin")
    assert listed(client.get("/people/?role=student")) == {"alia@example.invalid"}
    assert client.get("/people/?at=THEIRS").context["table"].query.filters == {}
    assert len(listed(client.get("/people/?at=OURS-F"))) == 3
    assert [row.email for row in client.get("/people/?sort=email").context["table"]] == sorted(listed(client.get("/people/")))
    body = client.get("/people/?format=csv").content.decode("utf-8-sig")
    assert "alia@example.invalid" in body
    assert world["people"]["theirs"].email not in body


@pytest.mark.parametrize("how_many", [1, 25])
def test_the_same_cost_for_many(world, how_many, django_assert_max_num_queries):
    for _one in range(how_many):
        make_user(role="teacher", at=world["faculty"])
    client = as_(world, "admin")
    client.get("/people/")
    with django_assert_max_num_queries(16):
        client.get("/people/?role=teacher&q=person")


def addresses_of(person):
    role = person.roles.first()
    yield from (reverse(f"people:{name}", args=[person.pk]) for name in (
        "person_edit", "person_deactivate", "person_reactivate", "role_grant"))
    yield from (reverse(f"people:{name}", args=[person.pk, role.pk]) for name in ("role_dates", "role_end"))


def test_every_page_draws_and_a_teacher_is_offered_nothing(world):
    person = world["people"]["alia"]
    page = reverse("people:person", args=[person.pk])
    mine = as_(world, "admin").get(page).content.decode()
    theirs = as_(world, "teacher").get(page).content.decode()
    for url in addresses_of(person):
        assert as_(world, "admin").get(url).status_code == 200, url
        assert as_(world, "teacher").get(url).status_code == 403, url
        assert url in mine or url.endswith("/open/")
        assert url not in theirs
    for url in ("/people/invitations/", "/people/invitations/new/"):
        assert as_(world, "admin").get(url).status_code == 200
        assert as_(world, "teacher").get(url).status_code == 403


def test_forged_numbers_open_nothing(world):
    """The administrator of one university asks for people, roles and places of another, also by mixing numbers of both."""
    client, stranger, own = as_(world, "admin"), world["people"]["theirs"], world["people"]["teacher"]
    before = list(RoleAssignment.objects.order_by("pk").values())
    for url in [*addresses_of(stranger), reverse("people:person", args=[stranger.pk])]:
        assert client.post(url, {"reason": "x"}).status_code == 403, url
    for name in ("role_dates", "role_end"):
        assert client.post(reverse(f"people:{name}", args=[own.pk, stranger.roles.get().pk]), {"reason": "x"}).status_code == 404
    grant = reverse("people:role_grant", args=[own.pk])
    assert client.post(grant, {"role": "teacher", "organisation": "THEIRS"}).status_code == 422
    assert client.post(grant, {"role": "ministry_analyst", "organisation": "OURS"}).status_code == 422
    assert list(RoleAssignment.objects.order_by("pk").values()) == before


def test_a_role_is_given_and_taken_by_pages(world):
    client, person = as_(world, "admin"), world["people"]["teacher"]
    grant = reverse("people:role_grant", args=[person.pk])
    refused = client.post(grant, {"role": "supervisor", "organisation": "ours-f", "reason": "thesis"})
    assert refused.status_code == 409
    assert "thesis" in refused.content.decode()
    given = client.post(grant, {"role": "supervisor", "organisation": "ours-f", "ends_on": timezone.localdate().isoformat()})
    assert given.status_code == 302
    role = person.roles.get(role="supervisor")
    again = client.post(grant, {"role": "supervisor", "organisation": "ours-f", "ends_on": timezone.localdate().isoformat()})
    assert again.status_code == 409, "whoever gives a role that somebody gave meanwhile does not set other days unseen"
    end = reverse("people:role_end", args=[person.pk, role.pk])
    assert client.post(end, {"reason": "", "edit_version": role.edit_version}).status_code == 422
    assert client.post(end, {"reason": "over", "edit_version": role.edit_version}).status_code == 302
    assert client.get(reverse("people:person", args=[person.pk])).status_code == 200


def test_a_stale_save_shows_both_and_keeps_what_was_typed(world):
    client, person = as_(world, "admin"), world["people"]["alia"]
    url = reverse("people:person_edit", args=[person.pk])
    form = client.get(url).context["form"]
    typed = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    assert client.post(url, typed | {"name_en": "First"}).status_code == 302
    stale = client.post(url, typed | {"name_en": "Second"})
    assert stale.status_code == 409
    text = stale.content.decode()
    assert "First" in text
    assert "Second" in text
    assert User.objects.get(pk=person.pk).name["en"] == "First"


def test_nobody_above_is_closed_from_below(world):
    person = world["people"]["teacher"]
    make_role(user=person, role="teacher", at=world["theirs"])
    url = reverse("people:person_deactivate", args=[person.pk])
    assert as_(world, "admin").post(url, {"reason": "mine"}).status_code == 409
    assert User.objects.get(pk=person.pk).is_active


def test_who_looks_after_people_sees_that_somebody_was_added(db):
    """By an invitation or with a role in a table: the entry belongs where the person does, and so does that of a password set."""
    from sheber.spine.audit.models import AuditEntry
    from sheber.spine.people import services
    from sheber.spine.people.services import Guest

    place = make_organisation()
    sent = services.invitations_create(actor=None, guests=[Guest("new@example.invalid", {"en": "New"})], role="student",
                                       organisation_id=place.pk, address="http://testserver/")[0]
    person = services.invitation_accept(token=sent.token, name={"en": "New"}, language="en", password=None)
    services.password_set(actor=None, person_id=person.pk, password="a password of twelve letters")
    assert dict(AuditEntry.objects.filter(target_id=str(person.pk), verb__startswith="person.").values_list("verb", "scope_path")) == {
        "person.created": place.path, "person.password_set": place.path}
