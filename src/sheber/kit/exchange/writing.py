"""Rows to a file: headings in the reader's language, machine names in the second row, so that it comes back in any language."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
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
    out = io.BytesIO()
    write_to(out, exchange, rows, kind, synthetic=synthetic)
    return out.getvalue()


def write_to(out: IO[bytes], exchange: Exchange, rows: Iterable[Values], kind: Format, *, synthetic: bool = False) -> None:
    """The same into an open file, row by row: the memory it takes does not grow with them."""
    labels, names = _frame(exchange.columns)
    lines = (_line(exchange.columns, row) for row in rows)
    if kind == "xlsx":
        _xlsx(out, exchange, labels, names, lines, synthetic=synthetic)
        return
    out.write(b"\xef\xbb\xbf")
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([labels, names])
    writer.writerows(lines)
    text.detach()


def _xlsx(out: IO[bytes], exchange: Exchange, labels: list[str], names: list[str], lines: Iterator[list[str]], *, synthetic: bool) -> None:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(SHEET_NAME.sub(" ", str(exchange.title))[:31])
    sheet.freeze_panes = "B3"
    sheet.row_dimensions[2].hidden = True
    for position, label in enumerate(labels, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = min(max(len(label) + 4, 12), 48)
    sheet.column_dimensions[get_column_letter(len(labels))].hidden = True
    plain, bold = _style(sheet), _style(sheet, Font(bold=True))
    sheet.append([_text(sheet, label, bold) for label in labels])
    sheet.append([_text(sheet, name, plain) for name in names])
    count = 2
    for line in lines:
        sheet.append([_text(sheet, text, plain) if text else None for text in line])
        count += 1
    _drop_downs(sheet, exchange.columns, count)
    help_sheet: Any = book.create_sheet(_("Help"))
    _help(help_sheet, exchange.columns)
    if synthetic:
        help_sheet.append([synthetic_note()])
    book.save(out)


def _style(sheet: Any, font: Font | None = None) -> Any:
    """Of a cell that holds text whatever it looks like; worked out once, because a table has millions of cells."""
    cell: Any = WriteOnlyCell(sheet, value="")
    cell.number_format = "@"
    if font is not None:
        cell.font = font
    return cell._style


def _text(sheet: Any, text: str, style: Any) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    cell._value, cell.data_type, cell._style = text, "s", style
    return cell


def _drop_downs(sheet: Any, columns: Sequence[Column], count: int) -> None:
    for position, column in enumerate(columns, start=2):
        codes = ["true", "false"] if column.kind == "flag" else [code for code, _label in column.choices]
        if codes and len(",".join(codes)) <= LIST_LIMIT:
            letter = get_column_letter(position)
            rule = DataValidation(type="list", formula1=f"\"{','.join(codes)}\"", allow_blank=not column.required)
            rule.add(f"{letter}3:{letter}{count + TEMPLATE_ROWS}")
            sheet.data_validations.append(rule)


def _help(sheet: Any, columns: Sequence[Column]) -> None:
    sheet.append([_("Column"), _("What to write"), _("Required"), _("Choices")])
    for column in columns:
        choices = "; ".join(f"{code}: {label}" for code, label in column.choices)
        sheet.append([str(column.label), str(column.help), _("yes") if column.required else _("no"), choices])
