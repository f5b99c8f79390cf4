"""Files that leave Sheber: no cell is a formula, whatever was typed, and what is invented says so."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from sheber.kit import exports

ATTACKS = [
    "=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "\u00a0=1+1", "＝1+1", "＋1", "－1", "＠A1", "\n=1", "|calc", "%0a=1",
    "\x00=1+1", "\u200b=1+1", "=HYPERLINK(\"http://evil.invalid\")"]
TRIGGERS = set("=+-@\t\r\n＝＋－＠")


def read_csv(content):
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_cell_is_a_formula(attack):
    [_head, [cell]] = read_csv(exports.csv_bytes(["Note"], [[attack]]))
    assert cell.startswith("'")
    sheet = load_workbook(io.BytesIO(exports.xlsx_bytes(["Note"], [[attack]], title="Notes"))).worksheets[0]
    assert sheet["A2"].data_type == "s"
    assert str(sheet["A2"].value).startswith("'")


@given(st.text(max_size=40))
def test_no_text_begins_like_a_formula(text):
    safe = exports.safe_cell(text)
    assert safe.strip(" \u00a0\ufeff\u200b")[:1] not in TRIGGERS


def test_numbers_stay_numbers_and_nothing_stays_empty():
    rows = [[-1.5, 3, None, dt.date(2026, 11, 23), True, "Мырыш пен қорғасын"]]
    sheet = load_workbook(io.BytesIO(exports.xlsx_bytes(list("abcdef"), rows, title="t"))).worksheets[0]
    assert [cell.value for cell in sheet[2]] == [-1.5, 3, None, dt.datetime(2026, 11, 23), True, "Мырыш пен қорғасын"]
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.b
    assert read_csv(exports.csv_bytes(list("abcdef"), rows))[1] == ["-1.5", "3", "", "2026-11-23", "True", "Мырыш пен қорғасын"]


def test_invented_data_says_so_in_the_file():
    note = exports.synthetic_note()
    assert read_csv(exports.csv_bytes(["a"], [[1]], synthetic=True))[-1] == [note]
    assert note not in str(read_csv(exports.csv_bytes(["a"], [[1]])))
    book = load_workbook(io.BytesIO(exports.xlsx_bytes(["a"], [[1]], title="t", synthetic=True)))
    assert book.worksheets[0].cell(row=4, column=1).value == note
    assert note in [cell.value for cell in book.worksheets[1]["B"]]


def test_a_time_with_a_zone_and_a_bad_sheet_name_can_be_written():
    moment = dt.datetime(2026, 11, 23, 9, 36, tzinfo=dt.UTC)
    book = load_workbook(io.BytesIO(exports.xlsx_bytes(["a"], [[moment]], title="Курс: [1/2] " + "x" * 60)))
    assert book.worksheets[0]["A2"].value == dt.datetime(2026, 11, 23, 9, 36)
    assert len(book.sheetnames[0]) <= 31


def test_column_letters():
    assert [exports._letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_file_name_cannot_break_the_header():
    answer = exports.download(b"", "text/csv", 'Матрица "1"\r\nX: y.csv')
    assert "\r" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].count('"') == 2
    assert "filename*=UTF-8''%D0%9C" in answer["Content-Disposition"]
