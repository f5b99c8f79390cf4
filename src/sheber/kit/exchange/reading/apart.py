"""What people upload is read in a process of its own, with limits of memory and time: what goes wrong there ends there.

One process waits, with all that is needed loaded and nothing else: it was begun anew, so it holds no key, no address of a database and
nothing that we have open. For each file it makes a copy of itself, which reads that file and ends. So a file costs a hundredth of a second
more than in this process, and the first one half a second (see the decision record).
"""

import atexit
import contextlib
import json
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sheber.kit.exchange.reading.problems import Place, Problem, RefusedError
from sheber.kit.exchange.reading.sheets import SheetError
from sheber.kit.exchange.reading.trees import Node, from_plain

MEMORY_BYTES: Final = 1536 * 1024 * 1024
"""Of addresses, which is more than what is really used."""
CPU_S: Final = 60
WALL_S: Final = 240
TOLD_BYTES: Final = 200 * 1024 * 1024
"""A text that stands once in a workbook can be in a million of its cells."""
_CLEAN: Final = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")
"""What the other process sees of our environment: no key, no address of a database."""
_PIECE: Final = 64 * 1024
PROGRAM: Final = (sys.executable, "-m", "sheber.kit.exchange.reading.child")

Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class BookSheet:
    """A sheet as :func:`.sheets.book_lines` tells it; ``beyond``: the row after which it was not read, 0 when it was read whole."""

    title: str
    lines: tuple[tuple[int, list[tuple[int, str, str]]], ...]
    beyond: int = 0


def lines_apart(data: bytes, *, columns_max: int, rows_max: int) -> Iterator[Line]:
    """Number and texts of each row of the first sheet that holds something. Raises ``RefusedError``, ``SheetError``."""
    for told in _ask("rows", data, "xlsx_too_much", {"columns_max": columns_max, "rows_max": rows_max}):
        yield int(told[0]), [str(text) for text in told[1]]


def book_apart(data: bytes, *, titles: Collection[str], columns_max: int, rows_max: int, seen_max: int) -> list[BookSheet]:
    """All sheets; rows of those of ``titles`` only. Raises ``RefusedError``."""
    found: list[tuple[str, list[Any], int]] = []
    options = {"titles": sorted(titles), "columns_max": columns_max, "rows_max": rows_max, "seen_max": seen_max}
    for told in _ask("book", data, "xlsx_too_much", options):
        if isinstance(told, list):
            found[-1][1].append((int(told[0]), [(int(position), str(kind), str(text)) for position, kind, text in told[1]]))
        elif "sheet" in told:
            found.append((str(told["sheet"]), [], 0))
        else:
            found[-1] = (*found[-1][:2], int(told["beyond"]))
    return [BookSheet(title, tuple(lines), beyond) for title, lines, beyond in found]


def tree_apart(text: str) -> Node:
    """The tree of a YAML text. Raises ``RefusedError``."""
    found = [from_plain(told) for told in _ask("tree", text.encode(), "yaml_too_much", {})]
    if len(found) != 1:
        raise RefusedError("yaml_too_much")
    return found[0]


def _ask(task: str, data: bytes, too_much: str, options: dict[str, Any]) -> Iterator[Any]:
    """What the other process tells of the file. ``too_much`` is the code when it had to be stopped, or died."""
    limits = {"memory_bytes": MEMORY_BYTES, "cpu_s": CPU_S, "wall_s": WALL_S}
    head = json.dumps({"task": task, "options": options, "limits": limits}).encode() + b"\n"
    ends = time.monotonic() + WALL_S
    for _again in range(2):         # the process that waits may have ended in the very moment
        begun = False
        asked, told = _begin()
        with contextlib.closing(_lines(asked, told, head + data, ends)) as lines:
            for line in lines:
                if not line:
                    begun = True
                    continue
                one = json.loads(line)
                if isinstance(one, dict) and "end" in one:
                    return
                if isinstance(one, dict) and "fault" in one:
                    raise _fault(one)
                yield one
        if begun or time.monotonic() >= ends:
            break
        _drop()
    raise RefusedError(too_much)


def _fault(told: dict[str, Any]) -> Exception:
    if told["fault"] in {"merged", "formula"}:
        return SheetError(str(told["fault"]), int(told["row"]), str(told["text"]))
    one = Problem(str(told["fault"]), str(told["sheet"]), int(told["row"]), str(told["column"]), MappingProxyType(dict(told["values"])))
    return RefusedError(one.code, Place(one.sheet, one.row, one.column), **one.values)


def _lines(asked: int, told: int, data: bytes, ends: float) -> Generator[bytes]:
    """Give the file and take the lines, both as they flow; ends early when the other process does, is late or tells too much."""
    os.set_blocking(asked, False)
    left, parts, size, is_open = memoryview(data), [b""], 0, True
    try:
        with selectors.DefaultSelector() as ready:
            ready.register(told, selectors.EVENT_READ)
            ready.register(asked, selectors.EVENT_WRITE)
            while size <= TOLD_BYTES:
                able = {key.fd for key, _mask in ready.select(max(0.0, ends - time.monotonic()))}
                if not able:
                    return
                if asked in able:
                    try:
                        left = left[os.write(asked, left[:_PIECE]):]
                    except BrokenPipeError:
                        left = left[:0]
                    if not left:
                        ready.unregister(asked)
                        os.close(asked)
                        is_open = False
                if told in able:
                    piece = os.read(told, _PIECE)
                    if not piece:
                        return
                    size += len(piece)
                    first, *more = piece.split(b"\n")
                    parts.append(first)
                    for part in more:
                        yield b"".join(parts)
                        parts = [part]
    finally:
        os.close(told)
        if is_open:
            os.close(asked)


# The process that waits -----------------------------------------------------------------------------------------------------------------

@dataclass
class _Waiting:
    process: subprocess.Popen[bytes]
    control: socket.socket


_lock = threading.Lock()
_waiting: list[_Waiting] = []
_inherited: list[_Waiting] = []


def _begin() -> tuple[int, int]:
    """Our ends of the two pipes of a process that reads one file: where it is asked, where it tells."""
    for _again in range(2):
        asked_there, asked = os.pipe()
        told, told_there = os.pipe()
        try:
            with _lock:
                if not _waiting:
                    _waiting.append(_started())
                socket.send_fds(_waiting[0].control, [b"."], [asked_there, told_there])
        except OSError:
            for end in (asked, told):
                os.close(end)
            _drop()
        else:
            return asked, told
        finally:
            for end in (asked_there, told_there):
                os.close(end)
    raise RefusedError("xlsx_too_much")


def _started() -> _Waiting:
    environment = {name: value for name, value in os.environ.items() if name in _CLEAN} | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ours, theirs = socket.socketpair()
    with theirs:
        # Our own program; what is untrusted never is part of a command.
        process = subprocess.Popen(PROGRAM, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,  # noqa: S603
                                   env=environment, start_new_session=True)
    return _Waiting(process, ours)


def _drop() -> None:
    """Let the process that waits go; it ends by itself."""
    with _lock:
        while _waiting:
            one = _waiting.pop()
            one.control.close()
            one.process.terminate()
            one.process.wait()


def _forget() -> None:
    """After a fork it belongs to the other one: two who ask over one line would mix up what they ask."""
    global _lock    # noqa: PLW0603 - whoever held it is not here
    _lock = threading.Lock()
    while _waiting:
        one = _waiting.pop()
        one.control.close()
        _inherited.append(one)


os.register_at_fork(after_in_child=_forget)
atexit.register(_drop)
