"""A large workbook is read in a process of its own, with limits of memory and time: what goes wrong there ends there.

A workbook that unpacks to less than a megabyte is read at once: it takes a tenth of a second and some megabytes, while a process of
its own takes half a second to begin (measured on the machine of the tests; see the decision record on CASE and large files).
"""

import io
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from typing import Final

from sheber.kit.exchange.reading.problems import Place, RefusedError
from sheber.kit.exchange.reading.sheets import SheetError

SMALL_BYTES: Final = 1024 * 1024
"""Unpacked; below it a workbook is read in this process."""
MEMORY_BYTES: Final = 1536 * 1024 * 1024
"""Of addresses, which is more than what is really used."""
CPU_S: Final = 60
WALL_S: Final = 240
_CLEAN: Final = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "SYSTEMROOT")
"""What the other process sees of our environment: no key, no address of a database."""

Line = tuple[int, list[str]]


def is_small(data: bytes) -> bool:
    """Whether a workbook that has passed the guard is read at once."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(entry.file_size for entry in archive.infolist()) < SMALL_BYTES


def lines_apart(data: bytes, *, columns_max: int, rows_max: int) -> Iterator[Line]:
    """Number and texts of each row that holds something. Raises ``RefusedError``: ``xlsx_…`` as in this process, ``xlsx_too_much``."""
    command = [sys.executable, "-m", "sheber.kit.exchange.reading.child", str(columns_max), str(rows_max)]
    environment = {name: value for name, value in os.environ.items() if name in _CLEAN} | {"PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        # Our own program; what is untrusted comes in as its input.
        done = subprocess.run(command, input=data, capture_output=True, timeout=WALL_S, check=False, env=environment)  # noqa: S603
    except subprocess.TimeoutExpired as late:
        raise RefusedError("xlsx_too_much") from late
    if done.returncode != 0:
        raise RefusedError("xlsx_too_much")
    for line in done.stdout.splitlines():
        told = json.loads(line)
        if isinstance(told, dict):
            raise (SheetError(told["code"], int(told["row"]), str(told["text"])) if told["code"] in {"merged", "formula"}
                   else RefusedError(str(told["code"]), Place(row=int(told["row"]))))
        yield int(told[0]), [str(text) for text in told[1]]


def limit_oneself() -> None:
    """Called by the other process before it reads anything: memory, time, no file of more than nothing, no further process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
