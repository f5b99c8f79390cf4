"""The process that reads what people upload. It waits, and begins a process of its own for each file, with limits.

What waits never sees a file. What reads one has no file, no network and no further program: it may open nothing any more. It is told
what to do in a line of JSON, then the file comes; a line of JSON goes out for each row, and last ``{"end": true}``. Knows no settings and
no database.
"""

import codecs
import io
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

from openpyxl import Workbook

from sheber.kit.exchange.reading.problems import RefusedError
from sheber.kit.exchange.reading.sheets import SheetError, book_lines, sheet_lines
from sheber.kit.exchange.reading.trees import as_plain, parse

IDLE_S: Final = 600
"""After so long without a file it ends; the next file begins another one."""
_ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", "latin-1", "cp437", "cp1251", "cp1252",
                     "koi8-r", "iso8859-5")


def rows(data: bytes, *, columns_max: int, rows_max: int) -> Iterator[Any]:
    """Rows of the first sheet that hold something as ``[number, texts]``; one more than the most."""
    kept = 0
    for number, texts in sheet_lines(data, columns_max=columns_max):
        if any(texts):
            kept += 1
            yield [number, texts]
        if kept > rows_max or len(texts) > columns_max:
            return


def tree(data: bytes) -> Iterator[Any]:
    """One line: the tree of a YAML text in UTF-8."""
    yield as_plain(parse(data.decode()))


TASKS: Final[dict[str, Callable[..., Iterator[Any]]]] = {"rows": rows, "book": book_lines, "tree": tree}


def work(data: bytes, task: str, options: dict[str, Any], tell: Callable[[Any], object]) -> None:
    """Tell what the file holds; what is wrong comes last, as ``{"fault": code, …}``."""
    try:
        for one in TASKS[task](data, **options):
            tell(one)
    except SheetError as wrong:
        tell({"fault": wrong.code, "row": wrong.row, "text": wrong.text})
    except RefusedError as refused:
        one = refused.problem
        tell({"fault": one.code, "sheet": one.sheet, "row": one.row, "column": one.column, "values": dict(one.values)})
    tell({"end": True})


def limit_oneself(*, memory_bytes: int, cpu_s: int, wall_s: int) -> None:
    """Before it reads anything: memory, time, nothing to be opened or written, no further process, no dump of its memory."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))      # neither a file nor a socket: what is open stays, nothing can be added
    signal.setitimer(signal.ITIMER_REAL, wall_s)            # nobody catches the alarm, so it ends the process


def read_one(asked: int, told: int) -> None:
    """One file, in the process begun for it."""
    with open(asked, "rb") as coming, open(told, "w", encoding="utf-8", errors="surrogatepass") as going:
        going.write("\n")                                   # it has begun
        going.flush()
        head = json.loads(coming.readline())
        limit_oneself(**head["limits"])
        work(coming.read(), head["task"], head["options"], lambda one: going.write(json.dumps(one) + "\n"))


def warm_up() -> None:
    """Read what is ours, so that all that is needed is loaded: later on nothing can be opened."""
    for name in _ENCODINGS:
        codecs.lookup(name)
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["a", 1, 2.5, True, "=1+1"])
    sheet.append([None, "b"])
    out = io.BytesIO()
    book.save(out)
    quiet: Callable[[Any], object] = lambda _one: None        # noqa: E731
    for data in (out.getvalue(), b"PK\x03\x04", b"x"):
        work(data, "rows", {"columns_max": 9, "rows_max": 9}, quiet)
        work(data, "book", {"titles": ["sheet"], "columns_max": 9, "rows_max": 9, "seen_max": 9}, quiet)
    for text in ("a: [1, {b: 'c'}]", "a: [", "&a b", "!!x y"):
        work(text.encode(), "tree", {}, quiet)


def serve(control: socket.socket, *, idle_s: float = IDLE_S) -> None:
    """Wait for pairs of pipes; end when whoever began us has ended, or after a long time without a file."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)           # nobody has to be waited for
    control.settimeout(idle_s)
    while True:
        try:
            said, pipes, _flags, _address = socket.recv_fds(control, 1, 2)
        except TimeoutError:
            return
        if not said:
            return
        if os.fork() == 0:
            control.close()
            try:
                read_one(*pipes)
            finally:
                os._exit(0)                                 # without "end" it is known that it did not go well
        for pipe in pipes:
            os.close(pipe)


if __name__ == "__main__":
    warm_up()
    with socket.socket(fileno=os.dup(0)) as asking:
        os.close(0)
        os.open(os.devnull, os.O_RDONLY)
        serve(asking)
    sys.exit(0)
