"""Large workbooks are read in a process of their own: the same rows, bounded memory, no secrets, and a sentence when it is stopped."""

import io
import subprocess
import sys

import openpyxl
import pytest
from django.utils.translation import override

from sheber.kit.exchange.declaring import Column
from sheber.kit.exchange.files import FileError, read_rows
from sheber.kit.exchange.reading import apart, sheets

COLUMNS = (Column("title", "Title"),)
NAMES = ("id", "title", "row_state")


def workbook(*lines):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in (NAMES, NAMES, *lines):
        sheet.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


LARGE = workbook(*((str(one), f"Ә {one}\n=x " * 70 if one % 7 else "'", "") for one in range(2000)))


def test_the_rows_are_the_same_apart_as_here():
    assert not apart.is_small(LARGE)
    assert apart.is_small(workbook(("1", "x", "")))
    here = [(number, texts) for number, texts in sheets.sheet_lines(LARGE, columns_max=400) if any(texts)]
    assert list(apart.lines_apart(LARGE, columns_max=400, rows_max=3000)) == here
    assert len(list(read_rows(LARGE, "x.xlsx", COLUMNS))) == 2000


@pytest.mark.parametrize(("lines", "row", "sentence"), [
    ([("1", f"{one} " * 100, "") for one in range(4000)] + [("1", "=1+1", "")], 4003, "formula"),
    ([("1", "x", *"y" * 500)] * 80, 3, "columns")])
def test_faults_are_told_as_they_are_for_small_ones(lines, row, sentence):
    data = workbook(*lines)
    assert not apart.is_small(data)
    with override("en"), pytest.raises(FileError) as broken:
        list(read_rows(data, "x.xlsx", COLUMNS))
    assert broken.value.fault.row == row
    assert sentence in broken.value.fault.sentence


@pytest.mark.parametrize("stopped", ["import os; os.kill(os.getpid(), 9)", "raise MemoryError", "import time; time.sleep(60)"])
def test_a_reader_that_is_stopped_or_late_gives_a_sentence(monkeypatch, tmp_path, stopped):
    program = tmp_path / "reader"
    program.write_text(f"#!{sys.executable}\n{stopped}\n")
    program.chmod(0o700)
    monkeypatch.setattr(apart.sys, "executable", str(program))
    monkeypatch.setattr(apart, "WALL_S", 2)
    with override("en"), pytest.raises(FileError) as broken:
        list(read_rows(LARGE, "x.xlsx", COLUMNS))
    assert "too much memory or time" in broken.value.fault.sentence


def test_the_other_process_is_bounded_and_sees_no_secret(monkeypatch, tmp_path):
    limited = "from sheber.kit.exchange.reading.apart import limit_oneself; limit_oneself(); "
    writes = f"f = open({str(tmp_path / 'x')!r}, 'w'); f.write('x'); f.flush()"
    for act, word in ((f"bytearray({apart.MEMORY_BYTES})", "MemoryError"), (writes, "Error")):
        done = subprocess.run([sys.executable, "-c", limited + act], capture_output=True, text=True, check=False)
        assert done.returncode != 0, act
        assert word in done.stderr or done.returncode < 0, done.stderr
    monkeypatch.setenv("SHEBER_SECRET_KEY", "secret")
    seen = {}

    def run(command, **given):
        seen.update(given["env"])
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setattr(apart.subprocess, "run", run)
    assert list(apart.lines_apart(LARGE, columns_max=4, rows_max=10)) == []
    assert set(seen) <= {"PATH", "LANG", "LC_ALL", "PYTHONPATH", "SYSTEMROOT"}
