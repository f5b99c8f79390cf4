"""Figures that are kept: equal to those computed straight from the ledger, whatever is added and whenever they were kept."""

import datetime as dt
import threading

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheber.engines.competence import DEFAULT_METHOD
from sheber.spine.competences.tests.factories import make_competence
from sheber.spine.evidence import queries, services
from sheber.spine.evidence.models import AttainmentSnapshot, EvidenceItem
from sheber.spine.evidence.queries import snapshots
from sheber.spine.people.tests.factories import make_user

from .factories import make_evidence

TODAY = dt.date(2026, 11, 24)
PEOPLE, COMPETENCES = 4, 3


@pytest.fixture
def world(db):
    people = [make_user() for _ in range(PEOPLE)]
    competences = [make_competence() for _ in range(COMPETENCES)]
    return people, competences


def asked(world, day=TODAY):
    people, competences = world
    return {"person_ids": [one.pk for one in people], "competence_ids": [one.pk for one in competences], "on_day": day,
            "method": DEFAULT_METHOD}


def keep(world, day=TODAY):
    return sum(services.snapshots_refresh(**asked(world, day), newest=queries.horizon()))


def same(shown, wanted):
    for name in ("level", "low", "high", "standard_error", "count"):
        np.testing.assert_array_equal(getattr(shown, name), getattr(wanted, name))
    assert shown.method == wanted.method


ACTS = st.lists(st.one_of(
    st.tuples(st.just("add"), st.integers(0, PEOPLE - 1), st.integers(0, COMPETENCES - 1), st.integers(0, 10), st.integers(0, 900)),
    st.tuples(st.just("correct"), st.integers(0, 30), st.integers(0, 10)),
    st.tuples(st.just("withdraw"), st.integers(0, 30)),
    st.tuples(st.just("keep"), st.integers(0, 1))), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, at_once=st.sampled_from([0, 1, 250]), far=st.sampled_from([0, 20_000]))
def test_a_snapshot_says_what_the_ledger_says(world, monkeypatch, acts, at_once, far):
    """Any items, corrections, withdrawals and runs in between, also of the day before: what is not marked as of before is exact."""
    monkeypatch.setattr(snapshots, "COMPUTED_AT_ONCE", at_once)
    monkeypatch.setattr(services, "FAR_BEHIND", far)
    people, competences = world
    with transaction.atomic():
        for act, *how in acts:
            current = list(EvidenceItem.objects.filter(superseded_by=None, level__isnull=False).order_by("pk"))
            if act == "add":
                make_evidence(person=people[how[0]], competence=competences[how[1]], level=how[2] / 2,
                              observed_on=TODAY - dt.timedelta(days=how[3]))
            elif act == "keep":
                keep(world, TODAY - dt.timedelta(days=how[0]))
            elif current:
                old = current[how[0] % len(current)]
                make_evidence(person=old.person, competence=old.competence, level=how[1] / 2 if act == "correct" else None, supersedes=old)
        found = queries.shown_by(**asked(world))
        wanted = queries.computed(**asked(world))
        holds = snapshots.standing(np.array(asked(world)["person_ids"]), asked(world)["competence_ids"], on_day=TODAY,
                                   method=DEFAULT_METHOD).holds
        if found.moved_on:
            assert (~holds).sum() > at_once
            assert found.as_of is not None
        else:
            same(found.attainment, wanted)
            assert found.as_of is None
        for name in ("level", "count"):                              # those that hold are exact whatever is said of the others
            np.testing.assert_array_equal(getattr(found.attainment, name)[holds], getattr(wanted, name)[holds])
        keep(world)
        after = queries.shown_by(**asked(world))
        assert after.moved_on == 0
        same(after.attainment, wanted)
        transaction.set_rollback(True)


def test_the_answer_says_when_the_ledger_has_moved_on(world, monkeypatch):
    monkeypatch.setattr(snapshots, "COMPUTED_AT_ONCE", 1)
    people, competences = world
    for person in people:
        make_evidence(person=person, competence=competences[0])
    assert queries.shown_by(**asked(world)).moved_on == 0            # nothing is kept yet, so all is computed
    assert keep(world) == PEOPLE
    assert keep(world) == 0
    make_evidence(person=people[0], competence=competences[0])
    shown = queries.shown_by(**asked(world))
    assert (shown.moved_on, shown.attainment.count[0, 0]) == (0, 2)  # one is computed at once
    make_evidence(person=people[1], competence=competences[0])
    shown = queries.shown_by(**asked(world))
    assert (shown.moved_on, shown.attainment.count[:, 0].tolist()) == (2, [1, 1, 1, 1])
    assert shown.as_of == AttainmentSnapshot.objects.earliest("computed_at").computed_at
    assert keep(world) == 2
    shown = queries.shown_by(**asked(world))
    assert (shown.moved_on, shown.as_of, shown.attainment.count[:, 0].tolist()) == (0, None, [2, 2, 1, 1])
    assert queries.shown_by(**asked(world, TODAY + dt.timedelta(days=1))).moved_on == PEOPLE


def test_figures_of_other_competences_and_methods_are_not_mixed_up(world):
    people, competences = world
    make_evidence(person=people[0], competence=competences[0], level=4)
    keep(world)
    turned = {**asked(world), "competence_ids": asked(world)["competence_ids"][::-1]}
    same(queries.shown_by(**turned).attainment, queries.computed(**turned))
    few = {**asked(world), "person_ids": asked(world)["person_ids"][2::-1]}
    same(queries.shown_by(**few).attainment, queries.computed(**few))


@pytest.mark.parametrize("how_many", [1, 25])
def test_the_number_of_queries_is_fixed(db, django_assert_num_queries, how_many):
    people, competence = [make_user() for _ in range(how_many)], make_competence()
    given = {"person_ids": [one.pk for one in people], "competence_ids": [competence.pk], "on_day": TODAY, "method": DEFAULT_METHOD}
    for person in people:
        make_evidence(person=person, competence=competence)
    list(services.snapshots_refresh(**given, newest=queries.horizon()))
    with django_assert_num_queries(2):                               # the snapshots, and what has come since
        queries.shown_by(**given)
    make_evidence(person=people[0], competence=competence)
    with django_assert_num_queries(3):
        queries.shown_by(**given)


@pytest.mark.django_db(transaction=True)
def test_an_item_that_is_being_added_is_waited_for():
    """A number drawn earlier can be seen later: had the horizon not waited, the item would never have counted as new."""
    person, competence = make_user(), make_competence()
    if connection.vendor == "sqlite":        # one writer at a time: numbers are seen in their order, and nothing is waited for
        assert make_evidence(person=person, competence=competence).pk == queries.horizon()
        return
    drawn, go_on, told = threading.Event(), threading.Event(), []

    def add():
        with transaction.atomic():
            make_evidence(person=person, competence=competence)
            drawn.set()
            go_on.wait(10)
        connection.close()

    def look():
        told.append(queries.horizon())
        connection.close()

    first = threading.Thread(target=add)
    first.start()
    assert drawn.wait(10)
    second = threading.Thread(target=look)
    second.start()
    second.join(0.5)
    waits = second.is_alive()
    go_on.set()
    first.join(10)
    second.join(10)
    assert waits
    assert told == [EvidenceItem.objects.get().pk]


def test_kept_means_follow_the_ledger(world):
    """Means by source are kept with the snapshots, and an item of theirs, also a correction, makes them anew."""
    people, competences = world
    asked_of = {"person_ids": [one.pk for one in people], "competence_ids": [competences[0].pk], "until": TODAY}

    def means():
        return queries.means_from("tests.thing", ["1"], **asked_of)

    first = make_evidence(person=people[0], competence=competences[0], level=4)
    assert means() == {("1", competences[0].pk): (4.0, 1)}
    keep(world)
    assert means() == {("1", competences[0].pk): (4.0, 1)}
    make_evidence(person=make_user(), competence=competences[0], level=1)            # somebody else's
    assert means() == {("1", competences[0].pk): (4.0, 1)}
    make_evidence(person=people[1], competence=competences[0], level=2)
    assert means() == {("1", competences[0].pk): (3.0, 2)}
    keep(world)
    make_evidence(person=people[0], competence=competences[0], level=1, supersedes=first)
    assert means() == {("1", competences[0].pk): (1.5, 2)}


def test_kept_means_are_given_again(world, django_assert_num_queries):
    people, competences = world
    make_evidence(person=people[0], competence=competences[1], level=4)
    keep(world)
    given = {"person_ids": [one.pk for one in people], "competence_ids": [competences[1].pk], "until": TODAY}
    first = queries.means_from("tests.thing", ["1"], **given)
    with django_assert_num_queries(1):                               # only what has come since
        assert queries.means_from("tests.thing", ["1"], **given) == first
