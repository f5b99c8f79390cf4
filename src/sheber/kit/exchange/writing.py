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

from sheber.kit.exports import SHEET_NAME, Format, synthetic_note

from .declaring import ID, STATE, Column, Exchange, Values
from .values import canonical, row_state, written

TEMPLATE_ROWS = 500
LIST_LIMIT = 250
"""Characters a drop-down of a workbook may hold."""


def id_label() -> str:
    """Heading of the column that says which row it is."""
    return _("Id (leave as it is; empty for a new row)")


def state_label() -> str:
    """Heading of the column with the mark of the row."""
    return _("State (leave as it is)")


def _frame(columns: Sequence[Column]) -> tuple[list[str], list[str]]:
    labels = [id_label(), *(str(column.label) for column in columns), state_label()]
    return labels, [ID, *(column.name for column in columns), STATE]


def _line(columns: Sequence[Column], row: Values) -> list[str]:
    return [str(row[ID]), *(written(column, canonical(column, row.get(column.name))) for column in columns), row_state(columns, row)]


def write(exchange: Exchange, rows: Iterable[Values], kind: Format, *, synthetic: bool = False) -> bytes:
    """The table as a file; without rows it is the empty template. ``synthetic``: a workbook says so on its sheet “Help”."""
    labels, names = _frame(exchange.columns)
    lines = [_line(exchange.columns, row) for row in rows]
    if kind == "xlsx":
        return _xlsx(exchange, labels, names, lines, synthetic=synthetic)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([labels, names, *lines])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(exchange: Exchange, labels: list[str], names: list[str], lines: list[list[str]], *, synthetic: bool) -> bytes:
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
    help_sheet: Any = book.create_sheet(_("Help"))
    _help(help_sheet, exchange.columns)
    if synthetic:
        help_sheet.append([synthetic_note()])
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
