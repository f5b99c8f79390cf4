"""Reading programmes: as much as asked, at a cost that does not grow."""

from dataclasses import replace

import pytest

from sheber.apps.programmes import queries
from sheber.apps.programmes.tests.factories import make_plan, make_version
from sheber.spine.organisations.tests.factories import make_organisation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("how_many", [1, 25])
def test_list_costs_two_queries(django_assert_num_queries, how_many):
    for _ in range(how_many):
        make_version(organisation=make_organisation())
    with django_assert_num_queries(2):
        page = queries.programme_list(["/"])
    assert (len(page.rows), page.count) == (how_many, how_many)


@pytest.mark.parametrize("how_many", [1, 25])
def test_a_plan_costs_seven_queries(django_assert_num_queries, how_many):
    plan = make_plan()
    courses = tuple(replace(plan.courses[0], code=f"C{number}") for number in range(how_many))
    version = make_version(organisation=make_organisation(), plan=replace(plan, courses=courses))
    with django_assert_num_queries(7):
        assert len(queries.version_plan(version.pk).courses) == how_many


@pytest.mark.parametrize("how_many", [1, 25])
def test_one_query_each(django_assert_num_queries, how_many):
    for number in range(how_many):
        version = make_version(organisation=make_organisation(), plan=make_plan(code="6B07201", version=str(number)))
    for ask in (lambda: queries.version_overview(version.pk), lambda: queries.versions_named(code="6B07201", version="0"),
                lambda: queries.latest_version("6B07201"), lambda: queries.version_history(version.pk),
                lambda: queries.versions_of(version.programme_id)):
        with django_assert_num_queries(1):
            assert ask()


def test_only_what_lies_below_the_paths_is_listed():
    inside, outside = make_organisation(), make_organisation()
    make_version(organisation=inside, plan=make_plan(code="IN"))
    make_version(organisation=outside, plan=make_plan(code="OUT"))
    assert [row.code for row in queries.programme_list([inside.path]).rows] == ["IN"]
    assert queries.programme_list([]).rows == ()


def test_filters_sort_and_pages():
    organisation = make_organisation()
    make_version(organisation=organisation, plan=make_plan(code="A", title={"ru": "Горное дело"}))
    make_version(organisation=organisation, plan=make_plan(code="B", title={"kk": "Металлургия"}), status="published")
    make_version(organisation=organisation, plan=make_plan(code="C", engineer_type="line_engineer"))

    def codes(*args, **kwargs):
        return [row.code for row in queries.programme_list(["/"], *args, **kwargs).rows]

    assert codes(queries.ProgrammeFilters(text="горное")) == ["A"]
    assert codes(queries.ProgrammeFilters(text="b")) == ["B"]
    assert codes(queries.ProgrammeFilters(status="published")) == ["B"]
    assert codes(queries.ProgrammeFilters(engineer_type="line_engineer")) == ["C"]
    assert codes(sort="-code") == ["C", "B", "A"]
    assert codes(sort="students", size=2, page=2) == ["C"]


def test_the_version_in_force_stands_for_the_programme():
    organisation = make_organisation()
    make_version(organisation=organisation, plan=make_plan(code="A", version="2025.1"), status="published")
    make_version(organisation=organisation, plan=make_plan(code="A", version="2026.1"))
    assert [row.version for row in queries.programme_list(["/"]).rows] == ["2025.1"]
    assert queries.latest_version("A").version == "2025.1"
    assert queries.latest_version("A", "2026.1").version == "2026.1"
    assert queries.latest_version("Z") is None
