"""Figures of large classes are kept, and are never older than the ledger."""

import datetime as dt

import pytest
from django.core.cache import caches

from sheber.apps.programmes.queries import gap as queries
from sheber.engines.competence import DEFAULT_METHOD
from sheber.spine.competences.profiles import item_rows
from sheber.spine.competences.tests.factories import make_competence
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.evidence.queries import state_of
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.people.tests.factories import make_user

TODAY = dt.date(2026, 11, 24)


@pytest.mark.django_db
def test_a_kept_figure_is_the_computed_one_and_follows_the_ledger(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(queries, "KEPT_FROM", 2)
    caches["figures"].clear()
    competence, people = make_competence(), [make_user(), make_user()]
    items = item_rows(competence.framework_id)

    def shown():
        return queries.people_attainment([one.pk for one in people], items, on_day=TODAY, method=DEFAULT_METHOD)

    def computed():
        return queries._people_attainment([one.pk for one in people], items, on_day=TODAY, method=DEFAULT_METHOD)

    first = make_evidence(person=people[0], competence=competence)
    shown()
    with django_assert_num_queries(1):                       # only whether the ledger has grown
        kept = shown()
    assert kept.count.tolist() == computed().count.tolist()
    make_evidence(person=people[1], competence=competence)
    after = shown()
    assert after.count.sum() == kept.count.sum() + 1
    assert after.level.tolist() == computed().level.tolist()
    assert state_of([one.pk for one in people]) == (2, EvidenceItem.objects.order_by("-pk")[0].pk)
    assert state_of([people[0].pk]) == (1, first.pk)
    assert state_of([]) == (0, 0)
