"""What people upload is read in a process of its own: the same rows, bounded, no secrets, files or network; a sentence when stopped."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.utils.translation import override

from sheber.kit.exchange.declaring import Column
from sheber.kit.exchange.files import FileError, read_rows
from sheber.kit.exchange.reading import apart, child, sheets
from sheber.kit.exchange.reading.problems import RefusedError
from sheber.kit.exchange.reading.trees import as_plain, parse

COLUMNS = (Column("title", "Title"),)
NAMES = ("id", "title", "row_state")


def workbook(*lines, sheets=1):
    book = openpyxl.Workbook(write_only=True)
    for _one in range(sheets):
        sheet = book.create_sheet()
        for line in (NAMES, NAMES, *lines):
            sheet.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SMALL = workbook(("1", "x", ""))
LARGE = workbook(*((str(one), f"Ә {one}\n=x " * 70 if one % 7 else "'", "") for one in range(2000)))


def said(data, name="x.xlsx"):
    """The sentence with which a file is refused."""
    with override("en"), pytest.raises(FileError) as broken:
        list(read_rows(data, name, COLUMNS))
    return broken.value.fault


@pytest.mark.parametrize("data", [SMALL, LARGE], ids=["small", "large"])
def test_the_rows_are_the_same_apart_as_here(data):
    here = [(number, texts) for number, texts in sheets.sheet_lines(data, columns_max=400) if any(texts)]
    assert list(apart.lines_apart(data, columns_max=400, rows_max=3000)) == here
    assert len(list(read_rows(data, "x.xlsx", COLUMNS))) == len(here) - 2


@pytest.mark.parametrize("text", ["a: [1, {b: 'c', d: ~}]\nn: \"\"", "1: 2", "a: " + "[" * 15 + "]" * 15])
def test_a_tree_is_the_same_apart_as_here(text):
    assert as_plain(apart.tree_apart(text)) == as_plain(parse(text))


def test_nothing_of_a_workbook_is_opened_in_this_process(monkeypatch):
    for name in ("zipfile.ZipFile", "openpyxl.load_workbook", "yaml.parse"):
        monkeypatch.setattr(name, lambda *_given, **_more: 1 / 0)
    assert len(list(read_rows(SMALL, "x.xlsx", COLUMNS))) == 1
    assert apart.book_apart(SMALL, titles=["sheet"], columns_max=9, rows_max=9, seen_max=9)[0].lines[2] == (3, [(0, "", "1"), (1, "", "x")])
    assert apart.tree_apart("a: b").fields["a"].text == "b"


@pytest.mark.parametrize(("lines", "row", "sentence"), [
    ([("1", "x", "")] * 90 + [("1", "=1+1", "")], 93, "formula"), ([("1", "x", *"y" * 500)] * 80, 3, "columns")])
def test_faults_are_told_with_their_row(lines, row, sentence):
    fault = said(workbook(*lines))
    assert fault.row == row
    assert sentence in fault.sentence


@pytest.mark.parametrize("data", [
    SMALL[:-40], LARGE[:len(LARGE) // 2], b"PK\x03\x04", b"", b"id,title,row_state\n1,x,\n", workbook(sheets=300),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)],
    ids=["no end", "half", "only a head", "empty", "a CSV by its content", "300 sheets", "locked"])
def test_a_hostile_or_broken_workbook_gets_a_sentence(data):
    assert len(said(data).sentence) > 20
    assert said(b"MZ\x90", "x.exe").sentence == "Choose a file that ends in .xlsx or .csv."


def test_a_far_off_cell_does_not_make_a_million_rows():
    """The sheet says that it goes to the last row a workbook may have, and there is a cell."""
    sheet = (b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>'
             b'<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
             b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>')
    assert said(with_parts(SMALL, {"xl/worksheets/sheet1.xml": sheet})).sentence


def with_parts(data, parts):
    """A workbook in which some parts of the archive are other ones, or are there too."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in {*old.namelist(), *parts}:
            new.writestr(one, parts[one] if one in parts else old.read(one))
    return out.getvalue()


def test_a_text_that_stands_once_and_is_shown_a_hundred_thousand_times_is_cut_off(monkeypatch):
    """A few kB of a workbook would be gigabytes of rows: what is told is counted, here with a smaller limit."""
    name = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 350 + b"</row>"
    kind = b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"'
    with zipfile.ZipFile(io.BytesIO(SMALL)) as archive:
        types = archive.read("[Content_Types].xml")
    data = with_parts(SMALL, {
        "xl/worksheets/sheet1.xml": b"<worksheet " + name + b"><sheetData>" + row * 20 + b"</sheetData></worksheet>",
        "xl/sharedStrings.xml": b"<sst " + name + b"><si><t>" + b"x" * 30_000 + b"</t></si></sst>",
        "[Content_Types].xml": types.replace(b"</Types>", b'<Override PartName="/xl/sharedStrings.xml" ' + kind + b"/></Types>")})
    assert len(data) < 20_000
    monkeypatch.setattr(apart, "TOLD_BYTES", 20_000_000)
    rows = apart.lines_apart(data, columns_max=400, rows_max=100)
    assert [len(text) for text in next(rows)[1]] == [30_000] * 350
    with pytest.raises(RefusedError) as refused:
        list(rows)
    assert refused.value.problem.code == "xlsx_too_much"


@pytest.fixture
def another_program(monkeypatch, tmp_path):
    """What stands in for the process that waits; afterwards ours is begun anew."""
    def put(text):
        program = tmp_path / "reader.py"
        program.write_text(text)
        apart._drop()
        monkeypatch.setattr(apart, "PROGRAM", (sys.executable, str(program)))

    yield put
    apart._drop()


AGREES = """import os, socket
control = socket.socket(fileno=os.dup(0))
_said, pipes, _flags, _address = socket.recv_fds(control, 1, 2)
os.write(pipes[1], b'\\n')
"""


@pytest.mark.parametrize("stopped", [
    "import os; os.kill(os.getpid(), 9)", "raise MemoryError", AGREES + "os.kill(os.getpid(), 9)",
    AGREES + "os.write(pipes[1], b'[1, [\"id\"]]\\n')"], ids=["killed", "out of memory", "killed in the middle", "ended in the middle"])
def test_a_reader_that_is_stopped_gives_a_sentence(another_program, stopped):
    another_program(stopped)
    assert "too much memory or time" in said(LARGE).sentence


def test_a_reader_that_is_late_gives_a_sentence(another_program, monkeypatch):
    another_program("import time; time.sleep(60)")
    monkeypatch.setattr(apart, "WALL_S", 0.5)
    assert "too much memory or time" in said(SMALL).sentence


def test_memory_is_bounded_in_earnest(monkeypatch):
    monkeypatch.setattr(apart, "MEMORY_BYTES", 1024 * 1024)
    assert "too much memory or time" in said(LARGE).sentence
    monkeypatch.undo()
    assert len(list(read_rows(LARGE, "x.xlsx", COLUMNS))) == 2000, "what waits is none the worse for it"


LIMITED = "import os, socket, subprocess\nfrom sheber.kit.exchange.reading.child import limit_oneself\n" \
          "limit_oneself(memory_bytes=1536 * 2**20, cpu_s=60, wall_s=240)\n"


@pytest.mark.parametrize("act", [
    f"bytearray({apart.MEMORY_BYTES})", "open('/etc/passwd')", "open({path!r}, 'w')", "socket.socket()", "os.pipe()", "os.dup(1)",
    "subprocess.run(['/bin/true'])"])
def test_the_process_that_reads_can_open_neither_file_nor_socket(tmp_path, act):
    program = LIMITED + act.format(path=str(tmp_path / "x"))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode != 0, act
    assert "Error" in done.stderr
    assert not list(tmp_path.iterdir())


def test_it_sees_no_secret(monkeypatch):
    apart._drop()
    monkeypatch.setenv("SHEBER_SECRET_KEY", "very secret")
    monkeypatch.setenv("SHEBER_DATABASE", "postgresql://very:secret@nowhere/x")
    seen = {}
    start = subprocess.Popen

    def popen(command, **given):
        seen.update(given["env"])
        return start(command, **given)

    monkeypatch.setattr(apart.subprocess, "Popen", popen)
    assert len(list(read_rows(SMALL, "x.xlsx", COLUMNS))) == 1
    assert set(seen) <= {"PATH", "LANG", "LC_ALL", "PYTHONPATH", "SYSTEMROOT"}
    environ = Path(f"/proc/{apart._waiting[0].process.pid}/environ")
    assert not environ.exists() or b"secret" not in environ.read_bytes()
    apart._drop()


def test_all_that_is_needed_is_loaded_before_the_first_file(tmp_path):
    """The process that reads can open nothing, so nothing may be left to be loaded."""
    (tmp_path / "large").write_bytes(LARGE)
    told = subprocess.run([sys.executable, "-c", (
        "import sys, json\nfrom sheber.kit.exchange.reading import child\nchild.warm_up()\nbefore = set(sys.modules)\n"
        f"data = open({str(tmp_path / 'large')!r}, 'rb').read()\nheard = []\n"
        "child.work(data, 'rows', dict(columns_max=400, rows_max=9999), heard.append)\n"
        "child.work(data, 'book', dict(titles=['sheet'], columns_max=400, rows_max=9999, seen_max=9999), heard.append)\n"
        "child.work('a: [1, \"\\u0431\", &x y]'.encode(), 'tree', {}, heard.append)\n"
        "print(json.dumps([sorted(set(sys.modules) - before), len(heard)]))")], capture_output=True, text=True, check=True)
    more, heard = json.loads(told.stdout)
    assert more == []
    assert heard > 4000


def test_many_at_once_each_get_their_own_rows():
    books = [workbook(*((str(row), f"{one}-{row}", "") for row in range(30))) for one in range(8)]
    found = {}

    def read(one):
        found[one] = [texts["title"] for _number, texts in read_rows(books[one], "x.xlsx", COLUMNS)]

    threads = [threading.Thread(target=read, args=(one,)) for one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {one: [f"{one}-{row}" for row in range(30)] for one in range(8)}


def test_a_process_that_waits_and_is_killed_is_begun_anew():
    list(read_rows(SMALL, "x.xlsx", COLUMNS))
    first = apart._waiting[0].process
    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)
    assert len(list(read_rows(SMALL, "x.xlsx", COLUMNS))) == 1
    assert apart._waiting[0].process.pid != first.pid


def test_who_stops_reading_in_the_middle_leaves_nothing_open():
    list(read_rows(SMALL, "x.xlsx", COLUMNS))
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    for _again in range(5):
        rows = apart.lines_apart(LARGE, columns_max=400, rows_max=3000)
        next(rows)
        rows.close()
    assert before == (len(os.listdir("/proc/self/fd")) if before else 0)


def test_it_ends_when_nobody_is_there_any_more():
    """It is begun by a process that is killed: it hears that nobody can ask it, and ends."""
    program = ("import io, os, openpyxl, sys\nfrom sheber.kit.exchange.reading import apart\n"
               "list(apart.tree_apart('a: b').fields)\nprint(apart._waiting[0].process.pid, flush=True)\nos.kill(os.getpid(), 9)")
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    pid = int(told.stdout)
    for _again in range(600):
        if not Path(f"/proc/{pid}").exists() or Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return
        threading.Event().wait(0.05)
    raise AssertionError("it is still there")


def test_tasks_are_named_once():
    assert set(child.TASKS) == {"rows", "book", "tree"}
