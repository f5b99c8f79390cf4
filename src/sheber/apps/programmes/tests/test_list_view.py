"""The list of programmes and the door of one: who sees what, in a fixed number of queries, cold and warm."""

import csv
import io
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sheber.apps.programmes import queries
from sheber.apps.programmes.models import MatrixCell, ProgrammeVersion
from sheber.apps.programmes.queries.listing import listed_programmes
from sheber.apps.programmes.rules.checks import check_plan
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_user

from .factories import make_plan, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


@pytest.fixture
def analyst(client):
    client.force_login(make_user(role="ministry_analyst", at=make_organisation(kind="ministry")))
    client.cookies["sheber_language"] = "en"
    return client


def cost(ask):
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


@pytest.mark.parametrize("how_many", [1, 25])
def test_the_list_costs_ten_queries_cold_and_three_warm(how_many):
    for _ in range(how_many):
        make_version(organisation=make_organisation())
    assert cost(lambda: listed_programmes(["/"])) == 10
    assert cost(lambda: listed_programmes(["/"])) == 3
    newest = ProgrammeVersion.objects.order_by("-pk").first()
    ProgrammeVersion.objects.filter(pk=newest.pk).update(edit_version=2)
    assert cost(lambda: listed_programmes(["/"])) == 10


def test_the_page_costs_the_same_for_1_and_25_cold_and_warm(analyst):
    def both():
        cache.clear()
        return cost(lambda: analyst.get("/programmes/")), cost(lambda: analyst.get("/programmes/"))

    make_version(organisation=make_organisation())
    analyst.get("/programmes/")
    few = both()
    for _ in range(24):
        make_version(organisation=make_organisation())
    assert both() == few
    assert few[0] == few[1] + 7


@pytest.mark.parametrize("how_many", [1, 25])
def test_plans_are_the_plans_one_by_one(django_assert_num_queries, how_many):
    ids = [make_version(organisation=make_organisation(), plan=make_plan(engineer_type=("technician", "line_engineer")[n % 2])).pk
           for n in range(how_many)]
    ProgrammeVersion.objects.filter(pk=ids[0]).update(target_overrides={"1.1": None, "2.1": 1.5})
    with django_assert_num_queries(7):
        plans = queries.version_plans([*ids, 0])
    assert plans == {pk: queries.version_plan(pk) for pk in ids}
    assert "1.1" not in plans[ids[0]].targets
    assert queries.version_plans([]) == {}
    with pytest.raises(ProgrammeVersion.DoesNotExist):
        queries.version_plan(0)


def test_findings_of_the_list_follow_each_save():
    version = make_version(organisation=make_organisation())
    before = listed_programmes(["/"])[0]
    assert before.findings == len(check_plan(queries.version_plan(version.pk)))
    MatrixCell.objects.filter(course__version=version, mode="U").update(level=5)
    MatrixCell.objects.filter(course__version=version, mode="T").delete()
    assert listed_programmes(["/"])[0].findings == before.findings                         # nothing was saved by the service
    ProgrammeVersion.objects.filter(pk=version.pk).update(edit_version=2)
    assert listed_programmes(["/"])[0].findings == len(check_plan(queries.version_plan(version.pk)))


def test_the_list_filters_sorts_and_exports_what_it_shows(analyst):
    house = make_organisation(name={"en": "Steppe", "ru": "Степь", "kk": "Дала"})
    make_version(organisation=house, plan=make_plan(code="AAA", title={"en": "=Mining", "ru": "Горное дело", "kk": "Тау ісі"}))
    make_version(organisation=make_organisation(), plan=make_plan(code="BBB", engineer_type="line_engineer"))

    def codes(query):
        page = analyst.get(f"/programmes/?{query}").content.decode()
        return [code for code in ("AAA", "BBB") if f'<td class="code">{code}</td>' in page]

    assert codes("") == ["AAA", "BBB"]
    assert codes("q=горное") == ["AAA"]
    assert codes("kind=line_engineer") == ["BBB"]
    assert codes("house=Steppe") == ["AAA"]
    assert "No programme passes the filters" in analyst.get("/programmes/?q=zzz").content.decode()
    rows = list(csv.reader(io.StringIO(analyst.get("/programmes/?format=csv&kind=technician").content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:2]] == ["AAA"]
    assert rows[1][1] == "'=Mining"
    assert "Synthetic" in rows[-1][0]


def test_without_programmes_the_page_says_what_to_do(client):
    client.force_login(make_user(role="programme_director", at=make_organisation()))
    client.cookies["sheber_language"] = "en"
    page = client.get("/programmes/").content.decode()
    assert "No programme yet" in page
    assert page.count("/programmes/import/") >= 1


def test_the_door_of_a_programme_leads_to_the_version_in_force(analyst):
    organisation = make_organisation()
    make_version(organisation=organisation, plan=make_plan(code="DOOR", version="1"), status="published")
    make_version(organisation=organisation, plan=make_plan(code="DOOR", version="2"))
    assert analyst.get("/programmes/DOOR/").url == "/programmes/DOOR/1/"
    assert analyst.get("/programmes/a&b=1/").url == "/programmes/?q=a%26b%3D1"
    assert analyst.get("/programmes/%00/").status_code in {302, 404}


@pytest.mark.parametrize(("role", "home", "elsewhere"), [
    ("programme_director", 200, 404), ("teacher", 200, 404), ("enterprise_engineer", 404, 404), ("ministry_analyst", 200, 200)])
def test_findings_and_exports_are_for_those_inside(client, role, home, elsewhere):
    house = make_organisation()
    client.force_login(make_user(role=role, at=house))
    for organisation, wanted in ((house, home), (make_organisation(), elsewhere)):
        version = make_version(organisation=organisation)
        for page in ("findings/", "findings/?format=csv", "history/", "export.xlsx", "export.yaml", "export.csv"):
            code = client.get(f"/programmes/{version.programme.code}/{version.version}/{page}").status_code
            assert code in ({200} if wanted == 200 else {403, 404})
        assert client.get(f"/programmes/{version.programme.code}/{version.version}/").status_code == 200       # what it promises is open


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_findings_say_where_and_lead_there(client, language):
    house = make_organisation()
    plan = make_plan()
    version = make_version(organisation=house, plan=replace(plan, courses=(replace(plan.courses[0], credits=5.0), plan.courses[1])))
    client.force_login(make_user(role="programme_director", at=house))
    client.cookies["sheber_language"] = language
    address = f"/programmes/{version.programme.code}/{version.version}/"
    page = client.get(f"{address}findings/").content.decode()
    for finding in check_plan(queries.version_plan(version.pk)):
        assert f"<code>{finding.code}</code>" in page
        if finding.course and finding.item:
            assert f"cell={finding.course}~{finding.item}" in page.replace("%7E", "~")
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}findings/?format=csv").content.decode("utf-8-sig"))))
    assert len(rows) == len(check_plan(queries.version_plan(version.pk))) + 1               # and the note on synthetic data
