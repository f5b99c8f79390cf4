"""Nobody reads a neighbour's data: role × address × whose it is, generated from the addresses and the rules.

What is expected is worked out here from the table of roles and from where things stand in a world built for it; what happens is
what the middleware of the product decides. A new address without a rule fails, and so does one whose things cannot be found.
"""

from functools import cache

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch, reverse

from sheber.kit.access import Rule, all_rules, find_rule
from sheber.spine.people.middleware import AccessMiddleware
from sheber.spine.people.roles import ROLE_GRANTS, ROLES
from sheber.spine.people.tests.factories import make_user

from .addresses import Address, addresses
from .world import RELATIONS, make_world, sample


@cache
def cases() -> list[tuple[Address, str]]:
    return [(address, method) for address in addresses() for method in address.methods]


def named(value):
    return f"{value[0].name or value[0].route}-{value[1]}"


OF_THE_INSTALLATION = {"notices:letter_act", "api-v1:notices_letter_retry", "api-v1:notices_letter_drop",
                       "exchange:case_tried", "api-v1:exchange_case_tried"}
"""Addresses of one thing that lies at no place below the root: letters that wait to be sent, packages that were looked through."""


def decide(user, address: Address, method: str, arguments) -> str:
    """``open``, ``sign_in``, ``shut`` or ``nothing`` (404), as the middleware answers before any view runs."""
    request = RequestFactory().generic(method, "/api/" if address.name.startswith("api") else "/")
    request.user = user
    *namespaces, name = address.name.split(":")
    request.resolver_match = ResolverMatch(HttpResponse, (), arguments, url_name=name, namespaces=namespaces)
    middleware = AccessMiddleware(HttpResponse)
    middleware(request)
    try:
        answer = middleware.process_view(request, HttpResponse, (), arguments)
    except PermissionDenied:
        return "shut"
    except Http404:
        return "nothing"
    if answer is None:
        return "open"
    return {401: "sign_in", 302: "sign_in", 403: "shut"}[answer.status_code]


def expected(rule: Rule, role: str, relation: str, address: Address) -> str:
    """From the table of roles alone; the person stands at ``own``. A scope without arguments is the whole nation."""
    if rule.public or rule.signed_in:
        return "open"
    grants = ROLE_GRANTS[role]
    if rule.permission in grants.nation_wide:
        return "open"
    somewhere = bool(address.arguments) and address.name not in OF_THE_INSTALLATION
    near = (relation in {"own", "below"} and somewhere) if rule.scope else True
    return "open" if rule.permission in grants.at_node and near else "shut"


@pytest.mark.parametrize("case", cases(), ids=named)
def test_every_address_has_a_rule(case):
    address, method = case
    assert not address.name.endswith(":"), f"{address.route} has no name, so no rule can be stated for it"
    assert address.name, f"{address.route} has no name, so no rule can be stated for it"
    assert find_rule(address.name, method), f"{address.name} ({address.route}) {method}: state a rule in its system's access.py"


BELONG_TO_NOBODY = {"competences", "case", "programmes:programme", "api-v1:programmes_versions", "api-v1:programmes_demand"}
"""Systems and addresses whose things lie at no one place: frameworks, occupations, and the list of versions of a code."""


def system_of(address: Address) -> str:
    """``competences`` for ``competences:framework`` and for ``api-v1:competences_framework``."""
    first, *rest = address.name.split(":")
    return rest[0].split("_")[0] if first.startswith("api") and rest else first


@pytest.mark.parametrize("case", [case for case in cases() if case[0].arguments], ids=named)
def test_a_rule_for_one_thing_says_where_it_lies(case):
    """Without a scope the permission held anywhere would open everybody's."""
    address, method = case
    rule = find_rule(address.name, method)
    assert rule is not None
    if rule.permission and not {address.name, system_of(address)} & BELONG_TO_NOBODY:
        assert rule.scope is not None, f"{address.name}: name the scope of its rule"


def test_every_rule_has_an_address():
    """A rule for an address that is gone, or misspelt, protects nothing."""
    assert sorted({name for name, _method in all_rules()} - {address.name for address in addresses()}) == []


@pytest.mark.django_db
@pytest.mark.parametrize("case", cases(), ids=named)
def test_role_by_owner(case):
    address, method = case
    rule = find_rule(address.name, method)
    assert rule is not None
    world = make_world()
    arguments = {relation: sample(world, relation, address) for relation in RELATIONS}
    people = {role: make_user(role=role, at=world.places["own"]) for role in ROLES}
    wrong = []
    for role, person in people.items():
        for relation in RELATIONS:
            answer, wanted = decide(person, address, method, arguments[relation]), expected(rule, role, relation, address)
            if answer != wanted:
                wrong.append((role, relation, wanted, answer))
    for relation, student in world.students.items():       # whose it is: theirs opens to them, whatever they hold
        if rule.owner:
            answers = {whose: decide(student, address, method, arguments[whose]) for whose in RELATIONS}
            wrong += [("owner", relation, whose, answer) for whose, answer in answers.items() if (answer == "open") != (whose == relation)]
    stranger, closed, roleless = AnonymousUser(), make_user(role="administrator", at=world.places["own"], is_active=False), make_user()
    nobody = "open" if rule.public else "sign_in"
    wrong += [("anonymous", relation, nobody, answer) for relation in RELATIONS
              if (answer := decide(stranger, address, method, arguments[relation])) != nobody]
    for who, person in (("closed account", closed), ("without a role", roleless)):
        if rule.permission:
            wrong += [(who, relation, "shut", answer) for relation in RELATIONS
                      if (answer := decide(person, address, method, arguments[relation])) != "shut"]
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("case", cases(), ids=named)
def test_the_rule_stands_before_the_view(case, client):
    """Through the whole stack: a stranger and a person without a role get no further than the rule lets them."""
    address, method = case
    rule = find_rule(address.name, method)
    assert rule is not None
    if rule.public:
        return
    url = reverse(address.name, kwargs=sample(make_world(), "own", address))
    strange = client.generic(method, url)
    assert strange.status_code in {302, 401}, strange.status_code
    assert strange.status_code == 401 or strange["Location"].startswith("/people/sign-in/")
    if rule.permission:
        client.force_login(make_user())
        assert client.generic(method, url).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("case", [case for case in cases() if "item_id" in case[0].arguments], ids=named)
def test_numbers_that_do_not_exist_tell_nothing(case):
    """404 only for those who may look somewhere; the rest are shut out as from anything."""
    address, method = case
    world = make_world()
    nothing = {"item_id": 10 ** 15}
    assert decide(make_user(role="teacher", at=world.places["own"]), address, method, nothing) == "nothing"
    assert decide(make_user(role="ministry_analyst", at=world.places["own"]), address, method, nothing) == "shut"
