"""The state of a table goes into the address and comes back the same."""

from dataclasses import dataclass, replace

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit.tables import Column, Filter, Query, Slice, Table

CYCLES = [("", "Any"), ("basic", "basic"), ("major", "major")]


@dataclass(frozen=True)
class Row:
    code: str
    credits: float | None
    cycle: str


ROWS = [Row(f"MET{n:04}", None if n % 7 == 0 else float(n % 5), "basic" if n % 2 else "major") for n in range(1, 48)]
COLUMNS = [Column("code", "Code", lambda row: row.code), Column("credits", "Credits", lambda row: row.credits, numeric=True),
           Column("note", "Note", lambda _row: "", sortable=False)]
FILTERS = [Filter("cycle", "Cycle", CYCLES, lambda row: row.cycle)]


def table(address="", rows=ROWS, **options):
    request = RequestFactory().get("/courses/", QueryDict(address.removeprefix("?"), mutable=True))
    request.GET = QueryDict(address.removeprefix("?"))
    return Table(COLUMNS, rows, request, filters=FILTERS, search=lambda row: row.code, default="code", page_size=10, **options)


@given(sort=st.sampled_from(["code", "-code", "credits", "-credits"]), cycle=st.sampled_from(["", "basic", "major"]),
       page=st.integers(1, 3),
       words=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip))
def test_the_address_keeps_the_state(sort, cycle, words, page):
    first = table()
    address = first.url(sort=sort, filters={"cycle": cycle} if cycle else {}, q=words, page=page)
    query = table(address).query
    filters = {"cycle": cycle} if cycle else {}
    assert query == Query(sort.removeprefix("-"), sort.startswith("-"), words, filters, (page - 1) * 10, 10)


@pytest.mark.parametrize("address", [
    "sort=nothing", "sort=note", "sort=--code", "page=0", "page=-3", "page=²", "page=99999999999", "page=x", "cycle=secret", "sort="])
def test_nonsense_in_the_address_is_ignored(address):
    found = table(address)
    assert [row.code for row in found] == [row.code for row in ROWS[:10]]
    assert found.query == Query("code", limit=10)


def test_other_parameters_stay():
    assert table("lang=kk&page=2").url(sort="credits", page=1) == "?lang=kk&sort=credits"


def test_two_tables_of_a_page_do_not_meet():
    left, right = table("a-page=2&b-sort=-credits", prefix="a-"), table("a-page=2&b-sort=-credits", prefix="b-")
    assert (left.page, left.query.sort) == (2, "code")
    assert (right.page, right.query.sort, right.query.descending) == (1, "credits", True)
    assert "b-sort=-credits" in left.url(page=1)


@pytest.mark.parametrize("sort", ["credits", "-credits"])
def test_the_unknown_stands_last_both_ways(sort):
    _head, rows = table(f"sort={sort}").export()
    credits = [row[1] for row in rows]
    known = [value for value in credits if value is not None]
    assert credits[len(known):] == [None] * credits.count(None)
    assert known == sorted(known, reverse=sort.startswith("-"))


def test_heads_chips_and_pages():
    with override("en"):
        found = table("sort=code&cycle=basic&q=MET&page=2")
        assert found.head("code").sorted == "ascending"
        assert "sort=-code" in found.head("code").url
        assert "page" not in found.head("code").url
        assert found.head("note").url == ""
        assert [chip.label for chip in found.chips()] == ["Search: MET", "Cycle: basic"]
        assert table(found.chips()[1].url).query.filters == {}
        assert found.shown_sentence == "11–20 of 24, 47 before filters"
        assert [link.number for link in table("page=3").page_links()] == [1, 2, 3, 4, 5]
        assert table("page=77").page == 5
        assert table("q=nowhere").shown_sentence == "No row passes the filters"


def test_a_callable_is_asked_for_one_page_and_for_an_export_without_end():
    asked = []

    def answer(query):
        asked.append(query)
        return Slice(ROWS[query.offset:query.offset + (query.limit or len(ROWS))], len(ROWS), len(ROWS))

    found = table("page=2", rows=answer)
    assert [row.code for row in found] == [row.code for row in ROWS[10:20]]
    _head, rows = found.export()
    assert len(list(rows)) == len(ROWS)
    assert asked == [found.query, replace(found.query, offset=0, limit=None)]
