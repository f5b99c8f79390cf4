"""Opening a workbook that a stranger sent, and its cells as texts."""

import datetime as dt
import io
import re
import warnings
from typing import Any

import openpyxl

from sheber.kit.exchange.reading.problems import RefusedError
from sheber.kit.exchange.reading.zip_guard import guard

_DECIMALS = re.compile(r"0\.(0{1,6})")


def workbook(data: bytes) -> Any:
    """Open a workbook that has passed the guard.

    The library raises errors of many kinds on a damaged workbook; all of them mean the same to the reader.
    """
    guard(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except MemoryError:         # of the whole process, and not of the workbook
        raise
    except Exception as broken:
        raise RefusedError("xlsx_broken") from broken


def cell_text(cell: Any) -> str:
    """A cell as its text. A number shown as 4.10 is 4.10 and not 4.1."""
    value = cell.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        shown = _DECIMALS.fullmatch(str(cell.number_format or ""))
        if shown:
            return f"{value:.{len(shown.group(1))}f}"
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value).strip()
