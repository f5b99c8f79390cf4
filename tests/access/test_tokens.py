"""A token may do at most what its owner may do today, and no more than its scopes and its node leave.

The law is checked twice: on bare paths, where a tree of nodes is the oracle, and over every address of the product.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheber.kit.access import NATIONAL, covered, find_rule
from sheber.spine.people import access
from sheber.spine.people.access import OWN, Narrowing, narrowed_paths
from sheber.spine.people.models import User
from sheber.spine.people.roles import PERMISSIONS, ROLES
from sheber.spine.people.tests.factories import make_user

from .test_matrix import cases, decide
from .world import RELATIONS, make_world, sample

NODES = ["/1/", "/1/2/", "/1/3/", "/1/2/4/", "/1/2/5/", "/1/3/6/", "/1/2/4/7/", "/1/12/", "/1/12/4/"]
"""``/1/12/`` looks like a part of ``/1/1``: a prefix without its slash would take one for the other."""


@settings(max_examples=300, deadline=None)
@given(held=st.lists(st.sampled_from([*NODES, NATIONAL]), max_size=4), node=st.sampled_from([*NODES, NATIONAL]),
       asked=st.sampled_from([*NODES, NATIONAL]), has_scope=st.booleans())
def test_a_token_is_its_owner_within_its_scopes_and_its_node(held, node, asked, has_scope):
    outermost = access._outermost(set(held))
    scopes = frozenset({"programme.view"} if has_scope else {"gap.view"})
    left = narrowed_paths("programme.view", outermost, Narrowing(scopes, node))
    within = node == NATIONAL or (asked.startswith(node) if asked != NATIONAL else node.count("/") <= 2)
    assert covered(asked, left) == (has_scope and covered(asked, outermost) and within)


@pytest.mark.django_db
def test_over_every_address_a_token_opens_nothing_that_is_shut_for_its_owner():
    world, rng, wider, opened, missed = make_world(), random.Random(7), [], 0, []
    people = {role: make_user(role=role, at=world.places["own"]) for role in ROLES}
    for address, method in cases():
        rule = find_rule(address.name, method)
        assert rule is not None
        for role in rng.sample(ROLES, 4):
            owner, scopes = people[role], frozenset(rng.sample(PERMISSIONS, rng.randint(0, 6)))
            place = world.places[rng.choice(RELATIONS)]
            token, whole, other = (User.objects.get(pk=owner.pk) for _ in range(3))
            access.narrow(token, Narrowing(scopes, place.path))
            access.narrow(whole, Narrowing(frozenset({*PERMISSIONS, OWN}), NATIONAL))
            access.narrow(other, Narrowing(frozenset({*PERMISSIONS} - {rule.permission}), NATIONAL))
            for relation in RELATIONS:
                arguments = sample(world, relation, address)
                answers = [decide(who, address, method, arguments) for who in (owner, token, whole, other)]
                by_owner, by_token, by_whole, without = answers
                opened += by_token == "open"
                if (by_token == "open" and by_owner != "open") or by_whole != by_owner or (
                        rule.permission and "open" in {without, by_token if rule.permission not in scopes else ""}):
                    wider.append((address.name, method, role, relation, answers))
        if rule.signed_in and not rule.any_token and decide(token, address, method, sample(world, "own", address)) == "open":
            missed.append(address.name)
    assert wider == []
    assert missed == [], "without the scope “own” a token opens no page of one's own"
    assert opened > 50, "a token that opens nothing would pass everything above"


@pytest.mark.django_db
def test_what_is_ones_own_needs_the_scope_for_it():
    world = make_world()
    student = world.students["own"]
    evidence = next(case for case in cases() if case[0].name == "api-v1:evidence_ledger")
    arguments = sample(world, "own", evidence[0])
    answers = {}
    for scopes in (frozenset({OWN}), frozenset({"programme.view"})):
        token = User.objects.get(pk=student.pk)
        access.narrow(token, Narrowing(scopes, NATIONAL))
        answers[scopes] = decide(token, *evidence, arguments)
    assert list(answers.values()) == ["open", "shut"]
