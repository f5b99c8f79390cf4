"""Rows to a file: headings in the reader's language, machine names in the second row, so that it comes back in any language."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from sheber.kit.exports import SHEET_NAME, Format

from .declaring import ID, STATE, Column, Exchange, Values
from .values import canonical, row_state, written

TEMPLATE_ROWS = 500
LIST_LIMIT = 250
"""Characters a drop-down of a workbook may hold."""


def _frame(columns: Sequence[Column]) -> tuple[list[str], list[str]]:
    labels = [_("Id (leave as it is; empty for a new row)"), *(str(column.label) for column in columns), _("State (leave as it is)")]
    return labels, [ID, *(column.name for column in columns), STATE]


def _line(columns: Sequence[Column], row: Values) -> list[str]:
    return [str(row[ID]), *(written(column, canonical(column, row.get(column.name))) for column in columns), row_state(columns, row)]


def write(exchange: Exchange, rows: Iterable[Values], kind: Format) -> bytes:
    """The table as a file; without rows it is the empty template."""
    labels, names = _frame(exchange.columns)
    lines = [_line(exchange.columns, row) for row in rows]
    if kind == "xlsx":
        return _xlsx(exchange, labels, names, lines)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([labels, names, *lines])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(exchange: Exchange, labels: list[str], names: list[str], lines: list[list[str]]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = SHEET_NAME.sub(" ", str(exchange.title))[:31]
    for number, line in enumerate((labels, names, *lines), start=1):
        for position, text in enumerate(line, start=1):
            if text:
                cell = sheet.cell(number, position)
                cell.value, cell.data_type, cell.number_format = text, "s", "@"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.row_dimensions[2].hidden = True
    sheet.freeze_panes = "B3"
    for position, label in enumerate(labels, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = min(max(len(label) + 4, 12), 48)
    sheet.column_dimensions[get_column_letter(len(labels))].hidden = True
    _drop_downs(sheet, exchange.columns, len(lines))
    _help(book.create_sheet(_("Help")), exchange.columns)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _drop_downs(sheet: Any, columns: Sequence[Column], count: int) -> None:
    for position, column in enumerate(columns, start=2):
        codes = ["true", "false"] if column.kind == "flag" else [code for code, _label in column.choices]
        if codes and len(",".join(codes)) <= LIST_LIMIT:
            letter = get_column_letter(position)
            rule = DataValidation(type="list", formula1=f"\"{','.join(codes)}\"", allow_blank=not column.required)
            rule.add(f"{letter}3:{letter}{count + TEMPLATE_ROWS}")
            sheet.add_data_validation(rule)


def _help(sheet: Any, columns: Sequence[Column]) -> None:
    sheet.append([_("Column"), _("What to write"), _("Required"), _("Choices")])
    for column in columns:
        choices = "; ".join(f"{code}: {label}" for code, label in column.choices)
        sheet.append([str(column.label), str(column.help), _("yes") if column.required else _("no"), choices])
