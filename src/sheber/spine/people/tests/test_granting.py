"""Giving roles: nobody gives more than they hold, some roles end, and the nation keeps an administrator."""

import datetime as dt
from unittest import mock

import pytest
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit.access import covered
from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people import access, rules, services
from sheber.spine.people.models import RoleAssignment, User
from sheber.spine.people.roles import PERMISSIONS, ROLE_GRANTS, ROLES, Grants

from .factories import make_role, make_user

YEAR = dt.timedelta(days=360)


@pytest.fixture
def tree(db):
    root = make_root()
    university, sibling = make_organisation(), make_organisation()
    return {"root": root, "university": university, "sibling": sibling, "faculty": make_organisation(parent=university, kind="faculty")}


def powers(user, places):
    """What somebody may do, place by place, asked of the product itself; the nation is a place too."""
    access.forget(user)
    return {(permission, path) for permission in PERMISSIONS for path in [*places, access.NATIONAL]
            if access.allowed(user, permission, path)}


@pytest.mark.parametrize("where", ["root", "university", "faculty"])
@pytest.mark.parametrize("granter_role", ROLES)
def test_nobody_gives_more_than_they_hold(tree, granter_role, where):
    """Every role of the giver × every role × every place: given or refused, nobody ends with a power the giver lacks."""
    granter = make_user(role=granter_role, at=tree[where])
    places = [place.path for place in tree.values()]
    mine = powers(granter, places)
    given = refused = 0
    for role in ROLES:
        for place in tree.values():
            person = make_user()
            code = ""
            try:
                services.role_grant(actor=granter, person_id=person.pk, role=role, organisation_id=place.pk,
                                    ends_on=timezone.localdate() + YEAR)
            except DomainError as no:
                code = no.code
            assert code in {"", "not_yours_to_grant", "more_than_you_hold"}
            given, refused = given + (not code), refused + bool(code)
            assert powers(person, places) <= mine, (role, place.code)
    assert (given > 0) == (granter_role == "administrator")
    assert refused or where == "root"
    assert given + refused == len(ROLES) * len(tree)
    if granter_role == "administrator" and where == "root":
        assert refused == 0, "whoever administers the whole nation gives every role everywhere"


PLACES = ("/1/", "/1/2/", "/1/2/3/", "/1/4/")
somewhere = st.sampled_from([*PLACES[:1], *PLACES])


def reach(held):
    """Every power somebody has: permission and place, the whole nation among them."""
    return {(permission, place) for permission in PERMISSIONS for place in (*PLACES, access.NATIONAL)
            if covered(place, held.get(permission, ()))}


@given(table=st.lists(st.builds(Grants, st.frozensets(st.sampled_from(PERMISSIONS)), st.frozensets(st.sampled_from(PERMISSIONS))),
                      min_size=len(ROLES), max_size=len(ROLES)) | st.just(list(ROLE_GRANTS.values())),
       mine=st.lists(st.tuples(st.sampled_from(ROLES), somewhere), max_size=4))
def test_whatever_roles_permit_no_chain_of_gifts_reaches_further(table, mine):
    """For today's table of roles and for any other, for any roles held together: who is given a role, and gives on what that allows
    together with the giver's own, never has a power that the first giver lacked."""
    with mock.patch.dict(ROLE_GRANTS, dict(zip(ROLES, table, strict=True))):
        rows, first = set(mine), reach(access._by_permission(mine))
        while True:
            held = access._by_permission(rows)
            assert reach(held) <= first
            given = {(role, place) for role in ROLES for place in PLACES if rules.may_grant(role, place, held)}
            if given <= rows:
                break
            rows |= given


@pytest.mark.parametrize(("role", "beyond"), [("enterprise_engineer", True), ("hr", True), ("ministry_analyst", True), ("teacher", False)])
def test_a_refusal_says_who_gives_what_looks_beyond(tree, role, beyond):
    with override("en"), pytest.raises(DomainError) as no:
        services.role_grant(actor=make_user(role="administrator", at=tree["university"]), person_id=make_user().pk, role=role,
                            organisation_id=tree["university" if beyond else "sibling"].pk, ends_on=timezone.localdate() + YEAR)
    assert ("Project supervisor" in str(no.value.message)) is beyond


def test_a_university_gives_its_own_roles_but_none_that_looks_into_the_whole_nation(tree):
    held = access.held(make_user(role="administrator", at=tree["university"]))
    may = {role for role in ROLES if rules.may_grant(role, tree["faculty"].path, held)}
    assert set(ROLES) - may == {"enterprise_engineer", "hr", "network_coordinator", "ministry_analyst"}
    assert not any(rules.may_grant(role, tree["sibling"].path, held) for role in ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_roles_for_a_time_state_their_end(tree, role):
    person, today = make_user(), timezone.localdate()

    def grant(**dates):
        try:
            services.role_grant(actor=None, person_id=person.pk, role=role, organisation_id=tree["university"].pk, **dates)
        except DomainError as no:
            return no.code
        return ""
    limited = role in {"external_reviewer", "supervisor", "enterprise_engineer"}
    assert grant() == ("role_end_missing" if limited else "")
    assert grant(ends_on=today + dt.timedelta(days=400)) == ("role_end_too_late" if limited else "")
    assert grant(ends_on=today - dt.timedelta(days=1), starts_on=today) == "role_dates_backwards"
    assert grant(starts_on=today + dt.timedelta(days=30), ends_on=today + dt.timedelta(days=390)) == ""


def test_a_role_ends_at_once_and_the_row_stays(tree):
    admin, person = make_user(role="administrator", at=tree["university"]), make_user()
    held = services.role_grant(actor=admin, person_id=person.pk, role="teacher", organisation_id=tree["faculty"].pk,
                               starts_on=timezone.localdate())
    assert access.allowed(person, "evidence.view", tree["faculty"].path)
    with pytest.raises(DomainError) as no:
        services.role_end_now(actor=admin, role_id=held.pk, reason="  ")
    assert no.value.code == "reason_missing"
    services.role_end_now(actor=admin, role_id=held.pk, reason="left")
    access.forget(person)
    assert not access.allowed(person, "evidence.view", tree["faculty"].path)
    assert RoleAssignment.objects.filter(pk=held.pk).exists()
    entry = AuditEntry.objects.get(verb="role.ended")
    assert (entry.reason, entry.scope_path, entry.actor_id) == ("left", tree["faculty"].path, admin.pk)
    with pytest.raises(DomainError) as no:
        services.role_end_now(actor=admin, role_id=held.pk, reason="again")
    assert no.value.code == "role_ended_already"


def test_another_university_ends_nothing_here(tree):
    stranger = make_user(role="administrator", at=tree["sibling"])
    held = make_role(user=make_user(), role="teacher", at=tree["faculty"])
    for change in (lambda: services.role_end_now(actor=stranger, role_id=held.pk, reason="mine"),
                   lambda: services.role_dates_change(actor=stranger, role_id=held.pk, starts_on=None, ends_on=timezone.localdate())):
        with pytest.raises(DomainError) as no:
            change()
        assert no.value.code == "not_yours_to_grant"


def test_the_last_administrator_of_the_nation_stays(tree):
    first = make_user(role="administrator", at=tree["root"])
    role, today = first.roles.get(), timezone.localdate()
    ways = (lambda: services.role_end_now(actor=None, role_id=role.pk, reason="so"),
            lambda: services.role_dates_change(actor=None, role_id=role.pk, starts_on=None, ends_on=today + dt.timedelta(days=9)),
            lambda: services.role_grant(actor=None, person_id=first.pk, role="administrator", organisation_id=tree["root"].pk,
                                        starts_on=today + dt.timedelta(days=1)),
            lambda: services.person_deactivate(actor=None, person_id=first.pk, reason="so"))
    make_role(user=make_user(is_active=False), role="administrator", at=tree["root"])
    make_role(user=make_user(), role="administrator", at=tree["root"], ends_on=today + dt.timedelta(days=9))
    for way in ways:
        with pytest.raises(DomainError) as no:
            way()
        assert no.value.code == "last_administrator"
    make_role(user=make_user(), role="administrator", at=tree["root"])
    ways[0]()


@pytest.mark.parametrize(("role", "where", "may"), [
    ("teacher", "faculty", True), ("administrator", "university", True), ("administrator", "root", False), ("teacher", "sibling", False),
    ("ministry_analyst", "faculty", False)])
def test_an_account_is_changed_only_by_whoever_stands_above_all_of_it(tree, role, where, may):
    """Otherwise a new e-mail address and a new password would be a way to somebody else's powers."""
    admin, person = make_user(role="administrator", at=tree["university"]), make_user(role="teacher", at=tree["faculty"])
    if role != "teacher" or where != "faculty":
        make_role(user=person, role=role, at=tree[where])
    make_user(role="administrator", at=tree["root"])

    def changed():
        try:
            services.person_edit(actor=admin, person_id=person.pk, name={"en": "N"}, email="other@example.invalid", language="en",
                                 edit_version=0)
            services.person_deactivate(actor=admin, person_id=person.pk, reason="so")
        except DomainError as no:
            return no.code
        return ""
    assert changed() == ("" if may else "person_above_you")


def test_closing_an_account_ends_sessions_for_good(tree, client):
    admin, person = make_user(role="administrator", at=tree["university"]), make_user(role="teacher", at=tree["faculty"])
    client.force_login(person)
    assert client.get("/people/account/").status_code == 200
    services.person_deactivate(actor=admin, person_id=person.pk, reason="lost telephone")
    assert client.get("/people/account/").status_code == 302
    services.person_reactivate(actor=admin, person_id=person.pk)
    assert client.get("/people/account/").status_code == 302, "the old session does not come back"
    assert access.allowed(User.objects.get(pk=person.pk), "evidence.view", tree["faculty"].path)


def test_grants_of_every_role_are_known_to_the_rules():
    assert set(ROLE_GRANTS) >= rules.LIMITED
