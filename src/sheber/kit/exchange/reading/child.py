"""The process that reads a large workbook: the file comes in, a line of JSON for each row goes out. Knows no settings and no database."""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from sheber.kit.exchange.reading.apart import limit_oneself
from sheber.kit.exchange.reading.problems import RefusedError
from sheber.kit.exchange.reading.sheets import SheetError, sheet_lines


def main(arguments: Sequence[str], data: bytes, tell: Callable[[str], Any]) -> None:
    """Rows as ``[number, texts]``; what is wrong, once and last, as ``{"code", "row", "text"}``."""
    columns_max, rows_max = map(int, arguments)
    kept = 0
    try:
        for number, texts in sheet_lines(data, columns_max=columns_max):
            kept += any(texts)
            if any(texts):
                tell(json.dumps([number, texts]) + "\n")
            if kept > rows_max or len(texts) > columns_max:
                return
    except SheetError as wrong:
        tell(json.dumps({"code": wrong.code, "row": wrong.row, "text": wrong.text}) + "\n")
    except RefusedError as refused:
        tell(json.dumps({"code": refused.problem.code, "row": refused.problem.row, "text": ""}) + "\n")


if __name__ == "__main__":
    limit_oneself()
    main(sys.argv[1:], sys.stdin.buffer.read(), sys.stdout.write)
