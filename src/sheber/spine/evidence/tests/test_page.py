"""Pages of evidence, competences and organisations open, say what they should, and cost the same for 1 and for 25 rows."""

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sheber.spine.competences.tests.factories import make_competence, make_framework
from sheber.spine.evidence import services, sources
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user

from .factories import make_evidence

pytestmark = pytest.mark.django_db


def reader(role="administrator", at=None):
    client = Client()
    client.force_login(make_user(role=role, at=at or make_root()))
    client.cookies["sheber_language"] = "en"
    return client


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def queries_of(client, url):
    from django.db import connection
    client.get(url)
    with CaptureQueriesContext(connection, ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_an_item_and_its_line_of_corrections():
    first = make_evidence(person=make_user(), competence=make_competence(), level=2)
    second = services.evidence_supersede(actor=None, item_id=first.pk, level=4, reason="wrong <scale>")
    client = reader()
    old, new = page(client, f"/evidence/{first.pk}/"), page(client, f"/evidence/{second.pk}/")
    assert "superseded" in old
    assert f'href="/evidence/{second.pk}/"' in old
    assert "<s>" in old
    assert "counts" in new
    assert "wrong &lt;scale&gt;" in new
    services.evidence_withdraw(actor=None, item_id=second.pk, reason="not theirs")
    assert "withdrawn" in page(client, f"/evidence/{second.pk}/")


def test_a_source_is_linked_only_for_those_who_may_open_it():
    competence, owner = make_competence(), make_user()
    item = make_evidence(person=owner, competence=competence, source_kind="tests.linked", source_id="7")
    sources.register("tests.linked", lambda ids: {"7": sources.Source("Report 7", "/reports/7/", lambda user: user == owner)})
    try:
        assert "/reports/7/" not in page(reader(), f"/evidence/{item.pk}/")
        client = Client()
        client.force_login(owner)
        assert "/reports/7/" in page(client, f"/evidence/{item.pk}/")
    finally:
        sources._resolvers.pop("tests.linked")


@pytest.mark.parametrize("url", ["/evidence/99999999999999999/", "/evidence/999999999999999999999999999/", "/competences/NO/1/",
                                 "/competences/NO/", "/competences/NO/1/1.1/", "/organisations/NO/"])
def test_what_does_not_exist(url):
    assert reader().get(url).status_code == 404


def test_a_draft_is_shown_to_its_editors_only():
    draft = make_framework(published=False)
    url = f"/competences/{draft.code}/{draft.version}/"
    assert reader("teacher", make_organisation()).get(url).status_code == 404
    assert "Section 1" in page(reader(), url)


def test_costs_do_not_grow():
    """The same number of queries for 1 and for 25 rows, page by page."""
    costs = []
    for how_many in (1, 25):
        framework = make_framework(sections=1, items=how_many)
        place = make_organisation()
        for _number in range(how_many):
            make_organisation(parent=place, kind="faculty")
        item = make_evidence(person=make_user(), competence=framework.competences.get(code="1.1"))
        for _number in range(how_many):
            item = services.evidence_supersede(actor=None, item_id=item.pk, level=3, reason="again")
        client = reader()
        costs.append([queries_of(client, url) for url in (
            "/competences/", f"/competences/{framework.code}/1.0/", f"/competences/{framework.code}/1.0/1/", "/organisations/",
            f"/organisations/{place.code}/", f"/evidence/{item.pk}/")])
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 15      # the page of an organisation also asks the systems what stands there
