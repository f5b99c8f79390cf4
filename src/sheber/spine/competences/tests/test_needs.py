"""Engineer types, occupations and the tree of a framework: what is shown, to whom, and at what cost."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sheber.spine.competences import demands, queries
from sheber.spine.competences.models import Occupation, Profile, ProfileTarget
from sheber.spine.competences.tests.factories import make_engineer_type, make_framework
from sheber.spine.organisations.tests.factories import make_root
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db
SOCS = ("17-2141.00", "17-2151.00", "17-2171.00")
RAW = {SOCS[0]: 4.0, SOCS[1]: 3.0, SOCS[2]: 2.0}


@pytest.fixture
def needs():
    """A type that asks level 3 of six items, and three occupations rated 4, 3 and 2 in every item."""
    framework = make_framework(code="CDIO", version="2.0")
    items = list(framework.competences.filter(depth=2).order_by("sort"))
    kind = make_engineer_type()
    own = Profile.objects.create(kind="engineer_type", version="1.0", framework=framework, engineer_type=kind, status="draft",
                                 status_of_fact="proposed", sources=["OWN"])
    ProfileTarget.objects.bulk_create([ProfileTarget(profile=own, competence=item, level=3, weight=1 / len(items)) for item in items])
    Profile.objects.filter(pk=own.pk).update(status="published")
    for soc in SOCS:
        job = Occupation.objects.create(soc=soc, title={"en": f"Job {soc}", "kk": "Тау-кен инженері", "ru": "Горный инженер"},
                                        engineer_type=kind, sector_code="", job_zone=4, status_of_fact="proposed", sources=["O*NET 29.0"])
        profile = Profile.objects.create(kind="occupation", version="O*NET 29.0", framework=framework, engineer_type=kind, occupation=job,
                                         status="draft", attribution="This includes information from O*NET", status_of_fact="proposed",
                                         sources=["O*NET 29.0"])
        ProfileTarget.objects.bulk_create([ProfileTarget(profile=profile, competence=item, level=RAW[soc], level_low=RAW[soc] - 0.2,
                                                         level_high=RAW[soc] + 0.2, weight=1 / len(items), element_count=9)
                                           for item in items])
        Profile.objects.filter(pk=profile.pk).update(status="published")
    return framework


@pytest.fixture
def reader(client):
    client.cookies["sheber_language"] = "en"
    client.force_login(make_user(role="ministry_analyst", at=make_root()))
    return client


@pytest.mark.parametrize(("soc", "demand"), [(SOCS[0], 4.0), (SOCS[1], 3.0), (SOCS[2], 2.0)])
def test_an_occupation_asks_its_types_target_shifted_by_how_it_differs_from_its_fellows(needs, soc, demand):
    """By hand: the mean of 4, 3 and 2 is 3, so the target 3 moves by +1, 0 and -1."""
    page = demands.occupation_page(soc)
    assert page is not None
    assert page.compared_with == 3
    np.testing.assert_allclose([row.demand for row in page.rows], demand)
    assert {row.is_noise for row in page.rows} == {demand == 3.0}
    assert [row.target for row in page.rows] == [3.0] * 6


def test_an_occupation_without_a_profile_is_no_page(needs, reader):
    assert demands.occupation_page("00-0000.00") is None
    assert reader.get("/competences/occupations/00-0000.00/").status_code == 404
    assert reader.get("/competences/types/wizard/").status_code == 404


def test_weights_of_a_type_add_up(needs):
    table = demands.type_table()
    assert [one.code for one in table.types] == ["line_engineer"]
    assert sum(row.cells[0].weight for row in table.rows) == pytest.approx(1)


def test_pages_show_the_attribution_and_what_is_proposed(needs, reader):
    page = reader.get(f"/competences/occupations/{SOCS[0]}/").content.decode()
    assert "This includes information from O*NET" in page
    assert "proposed" in page
    assert "own proposal" in reader.get("/competences/types/line_engineer/").content.decode()


@pytest.mark.parametrize(("words", "found"), [("ТАУ-КЕН", 3), ("горный", 3), ("17-2151", 1), ("nobody", 0)])
def test_occupations_are_found_in_any_language_whatever_the_case(needs, reader, words, found):
    assert reader.get("/competences/occupations/", {"q": words}).context["table"].total == found


@pytest.mark.parametrize(("address", "most"), [
    ("/competences/types/", 14), ("/competences/types/line_engineer/", 14), ("/competences/occupations/", 10),
    (f"/competences/occupations/{SOCS[0]}/", 16), ("/competences/CDIO/2.0/", 10), ("/competences/levels/", 8)])
def test_pages_cost_a_fixed_number_of_queries(needs, reader, address, most):
    with CaptureQueriesContext(connection) as few:
        assert reader.get(address).status_code == 200
    for number in range(25):
        Occupation.objects.create(soc=f"99-{number:04}.00", title={"en": "Job"}, engineer_type_id="line_engineer")
    with CaptureQueriesContext(connection) as many:
        reader.get(address)
    assert len(few) == len(many) <= most


@pytest.mark.parametrize("address", ["/competences/types/", "/competences/occupations/", "/competences/levels/"])
def test_without_a_role_nothing_opens(client, address):
    assert client.get(address).status_code == 302
    client.force_login(make_user())
    assert client.get(address).status_code == 403


def test_a_filtered_tree_keeps_what_stands_above(needs):
    rows = queries.framework_tree(needs.pk)
    part = queries.tree_part(rows, "ТАРМАҚ 2.1")
    assert [row.code for row in part.rows] == ["2", "2.1"]
    assert part.matching == 1
    nodes = queries.tree_nodes(rows, {})
    assert [(node.row.code, node.total) for node in nodes] == [("1", 3), ("2", 3)]
    assert queries.tree_part(rows, "") == queries.TreePart(rows, len(rows))
