"""Roles at nodes: what is held, where, and when; and that an address without a rule stays shut."""

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit.access import NATIONAL, covered, rule
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.access import allowed, visible_paths
from sheber.spine.people.roles import PERMISSIONS, ROLE_CHOICES, ROLE_GRANTS, ROLES

from .factories import make_role, make_user


@pytest.fixture
def tree(db):
    root = make_root()
    university, sibling = make_organisation(), make_organisation()
    faculty = make_organisation(parent=university, kind="faculty")
    return {"root": root, "university": university, "sibling": sibling, "faculty": faculty}


def test_a_role_holds_at_its_node_and_below(tree):
    teacher = make_user(role="teacher", at=tree["university"])
    assert [name for name, node in tree.items() if allowed(teacher, "evidence.view", node.path)] == ["university", "faculty"]
    assert not allowed(teacher, "programme.edit", tree["faculty"].path)
    assert visible_paths(teacher, "evidence.view") == (tree["university"].path,)


def test_the_same_permission_twice_is_told_once(tree):
    person = make_user(role="teacher", at=tree["faculty"])
    make_role(user=person, role="quality_officer", at=tree["university"])
    assert visible_paths(person, "evidence.view") == (tree["university"].path,)
    assert visible_paths(person, "evidence.record") == (tree["faculty"].path,)


def test_dates_bound_a_role(tree):
    today = timezone.localdate()
    day = dt.timedelta(days=1)
    for starts_on, ends_on, held in [(None, None, True), (today, today, True), (today + day, None, False), (None, today - day, False),
                                     (today - day, today + day, True)]:
        person = make_user()
        make_role(user=person, role="teacher", at=tree["university"], starts_on=starts_on, ends_on=ends_on)
        assert allowed(person, "evidence.view", tree["university"].path) is held, (starts_on, ends_on)


def test_nobody_and_the_closed_account_hold_nothing(tree):
    from django.contrib.auth.models import AnonymousUser
    closed = make_user(role="administrator", at=tree["root"], is_active=False)
    for person in (closed, AnonymousUser(), make_user()):
        assert all(visible_paths(person, permission) == () for permission in PERMISSIONS)


def test_one_query_for_all_questions(tree, django_assert_num_queries):
    person = make_user(role="teacher", at=tree["university"])
    with django_assert_num_queries(1):
        for permission in PERMISSIONS:
            allowed(person, permission, tree["faculty"].path)


def test_a_misspelt_permission_fails_aloud(tree):
    with pytest.raises(ValueError, match=r"evidence\.read"):
        allowed(make_user(), "evidence.read", "/1/")


def test_the_national_path_asks_for_the_root(tree):
    assert allowed(make_user(role="administrator", at=tree["root"]), "framework.edit", NATIONAL)
    assert not allowed(make_user(role="administrator", at=tree["university"]), "framework.edit", NATIONAL)
    assert allowed(make_user(role="ministry_analyst", at=tree["sibling"]), "gap.view", NATIONAL)


@given(paths=st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=4), max_size=4),
       place=st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_covered_is_being_an_ancestor(paths, place):
    """Checked against lists of ids, where no string trick can hide (1 is not above 12)."""
    def text(ids):
        return "/" + "".join(f"{one}/" for one in ids)
    assert covered(text(place), [text(ids) for ids in paths]) == any(place[:len(ids)] == ids for ids in paths)


def test_path_of_another_node_that_begins_alike():
    assert not covered("/1/23/", ["/1/2/"])
    assert not covered("", ["/"])


def test_every_role_has_grants_and_only_known_permissions():
    assert set(ROLE_GRANTS) == set(ROLES) == {code for code, _label in ROLE_CHOICES}
    assert all(grants.at_node | grants.nation_wide <= set(PERMISSIONS) for grants in ROLE_GRANTS.values())


NAMED_PERSONS = {"person.view", "evidence.view", "evidence.record", "person.edit", "role.grant", "audit.view"}


def test_nobody_sees_named_persons_nation_wide():
    """Only the administrator of the whole nation does, by standing at its root."""
    assert not any(grants.nation_wide & NAMED_PERSONS for grants in ROLE_GRANTS.values())


@pytest.mark.parametrize("role", ["enterprise_engineer", "hr", "ministry_analyst", "network_coordinator", "external_reviewer", "student",
                                  "researcher", "data_scientist", "safety_engineer"])
def test_roles_that_see_no_named_student(role):
    assert not (ROLE_GRANTS[role].at_node | ROLE_GRANTS[role].nation_wide) & NAMED_PERSONS


@pytest.mark.parametrize("role", ["teacher", "supervisor", "programme_director", "quality_officer", "careers_officer"])
def test_roles_that_see_evidence_at_their_node(role):
    assert {"person.view", "evidence.view"} <= ROLE_GRANTS[role].at_node


@pytest.mark.django_db
def test_an_address_without_a_rule_is_shut_and_says_so_in_development(client, settings, monkeypatch):
    from sheber.kit import access as kit_access
    client.force_login(make_user(role="administrator", at=make_root()))
    without_rules = {key: value for key, value in kit_access._rules.items() if key[0] != "people:account"}
    monkeypatch.setattr(kit_access, "_rules", without_rules)
    assert client.get("/people/account/").status_code == 403
    settings.DEBUG = True
    with pytest.raises(ImproperlyConfigured, match="people:account"):
        client.get("/people/account/")


@pytest.mark.parametrize("said", [{}, {"public": True, "signed_in": True}, {"signed_in": True, "permission": "gap.view"},
                                  {"public": True, "scope": lambda request: "/"}])
def test_a_rule_says_one_thing(said):
    with pytest.raises(ValueError, match="tests:nowhere"):
        rule("tests:nowhere", **said)


@pytest.mark.django_db
def test_strangers_are_asked_to_sign_in(client):
    response = client.get("/people/account/?x=1")
    assert (response.status_code, response["Location"]) == (302, "/people/sign-in/?next=%2Fpeople%2Faccount%2F%3Fx%3D1")
    part = client.get("/people/account/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, "/people/sign-in/")
