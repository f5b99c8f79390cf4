"""A tree too large to be read whole: closed nodes that open in place, and the same places whichever way one looks."""

import pytest

from sheber.spine.organisations import queries
from sheber.spine.organisations.views import tree as views
from sheber.spine.people.tests.factories import make_user

from .factories import make_organisation, make_root

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client, monkeypatch):
    """A root, three universities with faculties and a department each; five organisations are many here."""
    monkeypatch.setattr(views, "OPEN_MOST", 5)
    root = make_root()
    for name in ("A", "B", "C"):
        university = make_organisation(parent=root, code=name, name={"en": f"University {name}"})
        for number in (1, 2):
            faculty = make_organisation(parent=university, kind="faculty", code=f"{name}-{number}")
            make_organisation(parent=faculty, kind="department", code=f"{name}-{number}-D")
    client.force_login(make_user(role="ministry_analyst", at=root))
    return root


def walk(nodes, client):
    """Codes of a whole tree, opening what is closed as a browser does."""
    for node in nodes:
        yield node.row.code
        children = client.get(f"/organisations/{node.row.code}/below/").context["nodes"] if node.closed else node.children
        yield from walk(children, client)


def test_opening_everything_shows_every_organisation_once(world, client):
    nodes = client.get("/organisations/").context["nodes"]
    assert [node.row.code for node in nodes] == [world.code]
    assert [(one.row.code, one.closed, one.total) for one in nodes[0].children] == [(name, True, 2) for name in "ABC"]
    assert list(walk(nodes, client)) == [row.code for row in queries.tree()]
    below = client.get(f"/organisations/{world.code}/").context
    assert (below["number"], [node.row.code for node in below["below"]]) == (15, ["A", "B", "C"])


def test_without_scripts_a_closed_node_leads_to_its_page(world, client):
    shown = client.get("/organisations/").content.decode()
    assert 'hx-get="/organisations/A/below/"' in shown
    assert 'href="/organisations/A/#below"' in shown
    assert [node.row.code for node in client.get("/organisations/A/").context["below"]] == ["A-1", "A-2"]


def test_what_matches_stands_below_all_it_belongs_to(world, client):
    answer = client.get("/organisations/", {"q": "b-2-d"})
    assert list(walk(answer.context["nodes"], client)) == [world.code, "B", "B-2", "B-2-D"]
    assert (answer.context["matching"], answer.context["shown"]) == (1, 1)
    kinds = client.get("/organisations/", {"kind": "faculty"}).context
    assert kinds["matching"] == 6
    assert client.get("/organisations/", {"q": "nothing like it"}).context["nodes"] == ()


def test_who_sees_one_university_opens_no_other(world, client):
    client.force_login(make_user(role="administrator", at=queries_university("A")))
    assert client.get("/organisations/B/below/").status_code == client.get("/organisations/B/").status_code


def queries_university(code):
    from sheber.spine.organisations.models import Organisation

    return Organisation.objects.get(code=code)


def test_the_number_of_queries_does_not_grow(world, client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for url in ("/organisations/", "/organisations/A/below/", f"/organisations/{world.code}/"):
        client.get(url)
        with CaptureQueriesContext(connection) as before:
            client.get(url)
        parent = world if "A" not in url else queries_university("A")
        for _ in range(25):
            make_organisation(parent=parent, kind="faculty")
        with django_assert_num_queries(len(before)):
            client.get(url)
