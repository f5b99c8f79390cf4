"""Files from outside through the exchange: bombs, dates, blanks, characters no database keeps. No database here."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from django.utils.translation import override

from sheber.kit.exchange.declaring import Column, Exchange
from sheber.kit.exchange.files import MAX_COLUMNS, FileError, read_rows
from sheber.kit.exchange.reading.problems import RefusedError
from sheber.kit.exchange.reading.zip_guard import guard
from sheber.kit.exchange.values import UnfitError, read
from sheber.kit.exchange.writing import write

COLUMNS = (Column("title", "Title"), Column("day", "Day", "date"), Column("count", "Count", "integer"), Column("kind", "Kind", "choice",
           choices=(("a", "A"), ("b", "B"))), Column("is_on", "On", "flag"))
NAMES = ("id", *(column.name for column in COLUMNS), "row_state")
TABLE = Exchange("things", "Things", COLUMNS, "", "", lambda paths, ids: (), lambda change, actor, paths: None)


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def workbook(*lines):
    book = openpyxl.Workbook()
    for line in (NAMES, NAMES, *lines):
        book.active.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data, name, content):
    """A workbook in which one part of the archive is another one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, content if one == name else old.read(one))
    return out.getvalue()


def values(data, name="x.xlsx"):
    """The rows as they would be compared, or the sentence of the fault with its row and column."""
    found = []
    for number, texts in read_rows(data, name, COLUMNS):
        for column in COLUMNS:
            try:
                found.append((number, column.name, read(column, texts.get(column.name, ""))))
            except UnfitError as unfit:
                found.append((number, column.name, str(unfit)))
    return {(number, column): value for number, column, value in found}


def refused(data, name="x.xlsx"):
    with pytest.raises(FileError) as broken:
        values(data, name)
    return broken.value.fault


@pytest.mark.parametrize("content", [b"\0" * 200_000_000, b"<a>" + b" " * 80_000_000, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"],
                         ids=["zeros", "blanks", "entities"])
def test_a_workbook_that_explodes_is_refused_before_it_is_opened(content):
    data = with_part(workbook(), "xl/worksheets/sheet1.xml", content)
    assert len(data) < 1_000_000
    assert "unpacks to far more" in refused(data).sentence


@pytest.mark.parametrize(("content", "most"), [
    (b"\0" * 200_000_000, 0), (b"<a>" + b" " * 80_000_000, 0), (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", 100_000)],
    ids=["zeros", "blanks", "entities"])
def test_so_little_of_it_is_unpacked(monkeypatch, content, most):
    """Bytes that come out of the archive until it is refused; what declares too much is not unpacked at all."""
    data, out = with_part(workbook(), "xl/worksheets/sheet1.xml", content), []
    read = zipfile.ZipExtFile.read

    def counted(part, *size):
        piece = read(part, *size)
        out.append(len(piece))
        return piece

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    with pytest.raises(RefusedError):
        guard(data)
    assert sum(out) <= most


def test_a_lie_about_its_size_is_found_out_after_what_a_workbook_may_hold(monkeypatch):
    """The directory of the archive says little, what is packed says much: unpacking stops where the directory says it ends."""
    honest = with_part(workbook(), "xl/worksheets/sheet1.xml", b"\0" * 3_000_000)
    assert honest.count((3_000_000).to_bytes(4, "little")) == 2
    lie = honest.replace((3_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    out = []
    read = zipfile.ZipExtFile.read
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda part, *size: out.append(piece := read(part, *size)) or piece)
    with pytest.raises(RefusedError):
        guard(lie)
    assert sum(map(len, out)) < 100_000


def test_an_archive_in_an_archive_is_no_workbook():
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.xlsx", workbook())
    assert refused(inner.getvalue()).sentence


def test_dates_as_text_as_days_of_a_spreadsheet_and_as_bare_numbers():
    day, number = dt.date(2026, 9, 1), 46266          # 1 September 2026 in the days of a spreadsheet that begins with 1900
    assert dt.date(1899, 12, 30) + dt.timedelta(days=number) == day
    for given in (day, dt.datetime(2026, 9, 1), "2026-09-01", "01.09.2026", "1.9.2026", "'2026-09-01"[1:], " 2026-09-01 "):
        assert values(workbook((None, "x", given)))[3, "day"] == day, given
    for given in (number, str(number), "09/01/2026", "2026-13-01", "30.02.2026", "1 September", dt.datetime(2026, 9, 1, 12)):
        found = values(workbook((None, "x", given)))[3, "day"]
        assert isinstance(found, str), f"{given!r} was guessed to be {found}"
    assert values(workbook((None, "x", None)))[3, "day"] is None


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_outer_blanks_are_no_difference(kind):
    row = {"id": "1", "title": "  text \t\n", "day": None, "count": 7, "kind": "a", "is_on": True}
    data = write(TABLE, [row], kind)
    assert values(data, f"x.{kind}")[3, "title"] == "text"
    texts = workbook((" 1 ", "\u00a0text ", " 2026-09-01", " 7 ", "a ", " TRUE"))
    found = values(texts)
    assert [found[3, name] for name in ("title", "day", "count", "kind", "is_on")] == ["text", dt.date(2026, 9, 1), 7, "a", True]


def test_rows_and_columns_of_nothing_but_blanks_are_left_out():
    data = workbook((None, "first"), (None, "  "), (), (None, "second"))
    assert [number for number, _texts in read_rows(data, "x.xlsx", COLUMNS)] == [3, 6]


def test_too_many_columns_are_named_with_their_row():
    assert refused(workbook(["x"] * (MAX_COLUMNS + 1))).row == 3


def test_numbers_are_not_guessed():
    for given, wanted in ((7, 7), ("007", 7), ("7.0", 7), (7.0, 7), ("-3", -3)):
        assert values(workbook((None, "x", None, given)))[3, "count"] == wanted
    for given in (7.5, "7,0", "1e3", "NaN", "inf", "７", "0x10", 10**13, True):
        assert isinstance(values(workbook((None, "x", None, given)))[3, "count"], str), given


def test_a_heading_in_any_language_serves_when_the_row_of_machine_names_is_gone():
    for language in ("kk", "ru", "en"):
        with override(language):
            lines = write(TABLE, [{"id": "1", "title": "x"}], "csv").decode("utf-8-sig").split("\r\n")
        found = list(read_rows("\r\n".join([lines[0], *lines[2:]]).encode(), "x.csv", COLUMNS))
        assert [(number, texts["id"], texts["title"]) for number, texts in found] == [(2, "1", "x")]


@pytest.mark.parametrize("column", ["title", "day", "count", "kind"])
def test_a_nul_stays_in_its_cell_so_that_it_can_be_named(column):
    line = dict.fromkeys(NAMES, "") | {"id": "1", column: "a\0b"}
    data = (",".join(NAMES) + "\n" + ",".join(NAMES) + "\n" + ",".join(line.values()) + "\n").encode()
    assert [(number, texts[column]) for number, texts in read_rows(data, "x.csv", COLUMNS)] == [(3, "a\0b")]


def test_a_file_of_zeros_is_no_text():
    for data in (b"\0" * 1000, b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0"):
        assert "cannot be read" in refused(data, "x.csv").sentence
