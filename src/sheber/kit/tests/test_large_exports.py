"""Exports of many rows: the same file, every row once, and a memory that does not grow with them."""

import csv
import io
import tracemalloc

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import RequestFactory
from openpyxl import load_workbook

from sheber.kit import tables
from sheber.kit.exports import csv_bytes, export
from sheber.kit.tables import Column, Slice, Table

COLUMNS = [Column("n", "Number", lambda row: row[0], numeric=True), Column("name", "Name", lambda row: row[1])]


@pytest.fixture(autouse=True)
def _at_once(settings):
    """Whatever their number, the rows are written here and now."""
    settings.EXPORTS_AT_ONCE = 100_000


@pytest.fixture(autouse=True)
def _answers_close_no_connection():
    """As in the test client of Django: an answer that is closed ends no connection of the tests around it."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def large_table(how_many, asked=None):
    """A table over rows that are made when they are asked for."""
    def source(query):
        end = how_many if query.limit is None else min(how_many, query.offset + query.limit)
        if asked is not None:
            asked.append((query.offset, query.limit))
        return Slice([(n, f"=row {n}, with some words") for n in range(query.offset, end)], how_many, how_many)

    return Table(COLUMNS, source, RequestFactory().get("/"))


def written(kind, table):
    headings, rows = table.export()
    answer = export(kind, headings, rows, title="Rows", filename="rows", synthetic=True)
    try:
        return b"".join(answer) if answer.streaming else answer.content
    finally:
        answer.close()


@pytest.mark.parametrize("how_many", [0, 1, 10, 11, 20, 25])
def test_parts_give_the_same_file(monkeypatch, how_many):
    monkeypatch.setattr(tables, "EXPORT_CHUNK", 10)
    asked = []
    content = written("csv", large_table(how_many, asked))
    headings = [column.label for column in COLUMNS]
    assert content == csv_bytes(headings, [[n, f"=row {n}, with some words"] for n in range(how_many)], synthetic=True)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:-1]] == [str(n) for n in range(how_many)]
    if how_many > 10:
        assert all(limit is not None for _offset, limit in asked), "never everything at once"
    sheet = load_workbook(io.BytesIO(written("xlsx", large_table(how_many))))["Rows"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, max_row=how_many + 1, values_only=True)] == list(range(how_many))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_ten_times_the_rows_take_no_more_memory(monkeypatch, kind):
    monkeypatch.setattr(tables, "EXPORT_CHUNK", 500)
    peaks = []
    for how_many in (1_000, 2_000, 20_000):                          # the first only warms up
        headings, rows = large_table(how_many).export()
        tracemalloc.start()
        answer = export(kind, headings, rows, title="Rows", filename="rows")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        answer.close()
    assert peaks[2] < 1.3 * peaks[1] + 200_000


def test_the_answer_is_named_and_not_sniffed(monkeypatch):
    monkeypatch.setattr(tables, "EXPORT_CHUNK", 3)
    headings, rows = large_table(9).export()
    answer = export("csv", headings, rows, title="Rows", filename="Сынақ")
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "filename*=UTF-8''%D0%A1" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.close()
