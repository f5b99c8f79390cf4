"""Pages of the shell as a client gets them."""

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from sheber.kit import attention, search
from sheber.site import views
from sheber.spine.organisations.models import Organisation
from sheber.spine.people.models import RoleAssignment, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    # The root of the tree may stand there already: reference facts are seeded by some tests' databases.
    return Organisation.objects.create(code="TEST-U", kind="university", name={"en": "A university", "kk": "Университет"}, path="/900001/")


@pytest.fixture
def director(organisation):
    cache.clear()
    user = User.objects.create_user("director@demo.invalid", "x", name={"en": "Saule Dairbek"}, language="en")
    RoleAssignment.objects.create(user=user, role="programme_director", organisation=organisation)
    return user


def make_version(organisation, code):
    from sheber.apps.programmes.models import Programme, ProgrammeVersion
    from sheber.spine.competences.models import EngineerType, Framework

    kind, _new = EngineerType.objects.get_or_create(code="test_type", defaults={"title": {"en": "Line"}})
    framework, _new = Framework.objects.get_or_create(code="TEST", version="1", defaults={"title": {"en": "F"}})
    return ProgrammeVersion.objects.create(
        programme=Programme.objects.create(code=code, organisation=organisation, title={"en": code}), version="2026", engineer_type=kind,
        framework=framework, degree="bachelor", nqf=6, eqf=6, years=4, credits=240)


@pytest.fixture
def english(client):
    client.cookies["sheber_language"] = "en"
    return client


def test_home_wants_a_person(english):
    answer = english.get(reverse("home"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("people:sign_in"))


def test_home_shows_the_loop_and_what_waits(english, director, monkeypatch):
    monkeypatch.setattr(attention, "_providers", {"programmes": lambda _request: [
        attention.Notice("info", "Later", "/b/"), attention.Notice("bad", "Operating never passes level 4", "/a/", "Raise the practice.")]})
    english.force_login(director)
    html = english.get(reverse("home")).content.decode()
    assert html.index("Operating never passes level 4") < html.index("Later")
    for name in ("Need", "Plan", "Train", "Prove", "Place"):
        assert f">{name}<" in html
    assert "Programme director, A university" in html
    assert "2 items" in html


@pytest.mark.parametrize("how_many", [1, 25])
def test_home_costs_the_same_whatever_there_is(english, director, organisation, django_assert_num_queries, how_many):
    """Once the checks of the newest saves are known; they are kept until the next save."""
    for n in range(how_many):
        make_version(organisation, f"6B{n:05}")
    english.force_login(director)
    english.get(reverse("home"))
    with django_assert_num_queries(18):
        html = english.get(reverse("home")).content.decode()
    assert f"{how_many} <small>programme" in html


def test_findings_wait_for_the_director_of_the_programme_only(english, director, organisation):
    from sheber.apps.programmes.models import Course, Requisite

    version = make_version(organisation, "6B07299")
    course = Course.objects.create(version=version, code="ZN1", title={"en": "Zinc"}, ects=5, term=1)
    Requisite.objects.create(course=course, kind="prerequisite", options=["NOWHERE9"])
    english.force_login(director)
    assert "NOWHERE9" in english.get(reverse("home")).content.decode()
    english.force_login(User.objects.create_user("other@demo.invalid", "x", name={"en": "Other"}))
    assert "NOWHERE9" not in english.get(reverse("home")).content.decode()


@pytest.mark.parametrize(("cookie", "account", "theme"), [
    ("", "auto", "auto"), ("", "dark", "dark"), ("light", "dark", "light"), ("x\"y", "auto", "auto")])
def test_the_server_draws_the_theme(english, director, cookie, account, theme):
    director.theme = account
    director.save()
    if cookie:
        english.cookies["sheber_theme"] = cookie
    english.force_login(director)
    assert f'data-theme="{theme}" data-density="airy"' in english.get(reverse("home")).content.decode()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_says_its_language(client, director, language):
    client.cookies["sheber_language"] = language
    client.force_login(director)
    assert f'<html lang="{language}"' in client.get(reverse("site:design")).content.decode()


def test_the_palette_answers_lines_and_without_scripts_a_page(english, director):
    english.force_login(director)
    part = english.get(reverse("search:results"), {"q": "loop"}, headers={"HX-Request": "true"}).content.decode()
    assert 'role="option"' in part
    assert "<html" not in part
    assert "<mark>loop</mark>" in part
    whole = english.get(reverse("search:results"), {"q": "<script>"}).content.decode()
    assert "<html" in whole
    assert "<script>" not in whole.replace('<script type="module"', "").split("<main")[1]


def test_a_system_adds_to_the_palette(english, director, monkeypatch):
    monkeypatch.setattr(search, "_providers", dict(search._providers))
    search.register("teams", lambda: "Teams", lambda _request, words, _limit: [search.Hit("Roaster dust", "/t/")] if words else [])
    english.force_login(director)
    assert "Roaster <mark>dust</mark>" in english.get(reverse("search:results"), {"q": "dust"}).content.decode()


def test_courses_of_another_house_are_not_found(english, director, organisation):
    from sheber.apps.programmes.models import Course

    other = Organisation.objects.create(code="OTHER-U", kind="university", name={"en": "Another"}, path="/900002/")
    for house, code in ((organisation, "OWN1"), (other, "FAR1")):
        Course.objects.create(version=make_version(house, code), code=code, title={"en": "Metallurgy of zinc"}, ects=5, term=1)
    english.force_login(director)
    html = english.get(reverse("search:results"), {"q": "metallurgy zinc"}).content.decode()
    assert "OWN1" in html
    assert "FAR1" not in html


@pytest.mark.parametrize(("view", "status", "words"), [
    (views.bad_request, 400, "cannot be read"), (views.permission_denied, 403, "not open to you"),
    (views.page_not_found, 404, "no such page"),
    (views.too_large, 413, "too large"), (views.csrf_failure, 403, "too old"), (views.server_error, 500, "broke on our side")])
def test_refusals_say_what_happened_in_our_look(view, status, words, settings):
    from django.contrib.auth.models import AnonymousUser
    from django.utils.translation import override

    request = RequestFactory().get("/x/")
    request.user = AnonymousUser()
    with override("en"):
        answer = view(request)
    html = answer.content.decode()
    assert (answer.status_code, words in html) == (status, True)
    assert "sheber/css/tokens.css" in html


def test_a_conflict_shows_both_texts(english):
    from django.contrib.auth.models import AnonymousUser
    from django.utils.translation import override

    request = RequestFactory().post("/x/")
    request.user = AnonymousUser()
    with override("en"):
        answer = views.conflict(request, saved="four credits", typed="<b>five</b>", who="Serik Duisekov", when="09:36")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "four credits" in html
    assert "&lt;b&gt;five&lt;/b&gt;" in html
    assert "Serik Duisekov saved at 09:36" in html


def test_an_address_that_does_not_exist(english, director):
    english.force_login(director)
    assert english.get("/no/such/page/").status_code == 404


def test_the_server_error_page_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "broke" in render_to_string("site/server_error.html", {"request_id": "abc"})


@pytest.mark.parametrize(("address", "content_type"), [("?chart=load&as=svg", "image/svg+xml"), ("?export=csv", "text/csv; charset=utf-8")])
def test_files_of_the_component_page(english, director, address, content_type):
    english.force_login(director)
    assert english.get(reverse("site:design") + address)["Content-Type"] == content_type


def test_the_content_policy_allows_only_this_server(english, director):
    english.force_login(director)
    policy = english.get(reverse("home"))["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
