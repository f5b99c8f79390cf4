"""The audit page: what one may see, filtered by the address."""

from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from sheber.spine.audit import queries, services, verbs
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(client):
    ours, theirs = make_organisation(), make_organisation()
    with transaction.atomic():
        for place, verb in ((ours, "tests.ours"), (theirs, "tests.theirs"), (None, "tests.national")):
            services.record(actor=None, verb=verb, target=("tests.thing", 1), scope_path=place.path if place else "",
                            after={"<b>": "<script>"})
    client.cookies["sheber_language"] = "en"
    return ours


def told(client, **filters):
    response = client.get("/audit/", filters)
    return response.status_code, [row.verb for row in response.context["shown"].rows]


def test_one_sees_what_concerns_ones_house(client, places):
    client.force_login(make_user(role="quality_officer", at=places))
    assert told(client) == (200, ["tests.ours"])


def test_the_administrator_of_the_nation_sees_all(client, places):
    client.force_login(make_user(role="administrator", at=make_root()))
    assert told(client) == (200, ["tests.national", "tests.theirs", "tests.ours"])
    assert told(client, target="1", kind="tests.thing", first_day="2020-01-01") == (200, ["tests.national", "tests.theirs", "tests.ours"])
    assert told(client, last_day="2020-01-01") == (200, [])
    assert told(client, page="99999999999999999999") == (200, ["tests.national", "tests.theirs", "tests.ours"])
    assert told(client, page="7") == (200, [])
    page = client.get("/audit/").content.decode()
    assert "<script>" not in page.split("<main")[1].split("</main>")[0].replace("&lt;script&gt;", "")


@pytest.mark.parametrize("wrong", [{"first_day": "yesterday"}, {"verb": "nonsense"}, {"kind": "x" * 100}, {"actor": "a\x00b"}])
def test_a_filter_that_cannot_be_read_finds_nothing_and_says_so(client, places, wrong):
    client.force_login(make_user(role="administrator", at=make_root()))
    assert told(client, **wrong) == (422, [])


def test_the_page_costs_the_same(client):
    client.force_login(make_user(role="administrator", at=make_root()))
    costs = []
    for how_many in (1, 25):
        for number in range(how_many):
            services.record(actor=make_user(), verb="tests.done", target=("tests.thing", number))
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/audit/").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 8


@pytest.mark.parametrize(("locale", "shown_level"), [("en", "3.5"), ("ru", "3,5"), ("kk", "3,5")])
def test_a_level_in_a_sentence_is_written_as_the_reader_writes_numbers(locale, shown_level):
    with override(locale):
        told = verbs.verb_sentence(SimpleNamespace(verb="evidence.superseded", target_kind="evidence.evidenceitem", target_id="1",
                                                   before={"level": 2.0}, after={"level": 3.5}), actor="A")
    assert shown_level in told
    assert "2.0" not in told


@pytest.mark.parametrize("locale", ["kk", "ru", "en"])
def test_the_filter_tells_what_each_verb_is_in_words(locale):
    with override(locale):
        choices = dict(queries.verb_choices())
    assert set(choices) == set(verbs.registered())
    assert all("%(" not in label and code not in label for code, label in choices.items())
    assert len(set(choices.values())) == len(choices), "two verbs that read alike cannot be told apart in the filter"
