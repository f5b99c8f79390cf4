"""The command line as a person and a script meet it: a real process each time, except for pure helpers."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.site.cli import COMMANDS, main
from sheber.site.cli.language import language_wanted
from sheber.site.cli.output import Column, print_table, shorten, text_width, write_csv, write_json

PEOPLE = (Column("name", "Аты-жөні"), Column("credits", "ECTS", "right"))
ROWS = [{"name": "Қанат Әлиев", "credits": 240}, {"name": "Jun", "credits": None}]


def sheber(*arguments, **variables):
    env = {**os.environ, "LANG": "C.UTF-8", "PYTHONUTF8": "1", **variables}
    command = [sys.executable, "-m", "sheber", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, check=False)


def test_help_lists_every_command_and_ends_well():
    shown = sheber("--help")
    assert shown.returncode == 0
    assert all(command.name in shown.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_that_is_listed_exists_and_explains_itself(command):
    shown = sheber("django", "help") if command.name == "django" else sheber(command.name, "--help")
    assert shown.returncode == 0, shown.stderr
    assert "usage" in shown.stdout or "subcommands" in shown.stdout.lower()


def test_help_loads_neither_django_nor_numpy():
    code = "import sys\nfrom sheber.site.cli import main\nmain(['--help'])\nprint(sorted({'django', 'numpy', 'yaml'} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.rstrip().endswith("[]")


@pytest.mark.parametrize("arguments", [["nonsense"], ["--language", "fr"], ["--language", "kk"], ["catalogues", "burn"]])
def test_bad_usage_ends_with_status_2(arguments):
    assert main(arguments) == 2


@pytest.mark.parametrize("address", ["mysql://x", "nonsense", "postgresql://localhost:abc/x", "postgresql://[::1/x", "not-a-database"])
def test_a_wrong_database_is_one_sentence(address, tmp_path):
    if address == "not-a-database":
        file = tmp_path / "other.sqlite3"
        file.write_bytes(b"not a database at all " * 200)
        address = f"sqlite:///{file}"
    shown = sheber("--language", "en", "audit", "verify", SHEBER_DATABASE=address, SHEBER_VAR=str(tmp_path),
                   DJANGO_SETTINGS_MODULE="sheber.site.settings.prod")
    assert (shown.returncode, shown.stderr.count("\n")) == (2, 1), shown.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here to be full")
def test_a_full_disk_is_one_sentence():
    command = [sys.executable, "-m", "sheber", "--language", "en", "--help"]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}     # argparse would swallow the error
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=env, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr


def test_a_closed_pipe_is_no_error():
    code = "import sys\nfrom sheber.site.cli import main\nsys.exit(main(['--help']))"
    # Buffered, as in a pipe of a shell: the text meets the closed pipe only when it is flushed.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as child:
        child.stdout.close()
        errors = child.stderr.read()
        child.wait()
    assert (child.returncode, errors) == (141, b"")


def test_a_refusal_is_one_sentence_without_a_traceback():
    answer = sheber("serve", "--port", "x")
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr


def test_django_passes_options_and_status_on():
    assert "5.2" in sheber("django", "version").stdout
    failed = sheber("django", "no_such_command", "--option")
    assert failed.returncode != 0
    assert "Unknown command" in failed.stderr


@pytest.mark.parametrize(("variables", "option", "language"), [
    ({}, None, "en"), ({"LANG": "kk_KZ.UTF-8"}, None, "kk"), ({"LANG": "ru_RU"}, None, "ru"), ({"LANG": "C.UTF-8"}, None, "en"),
    ({"LANG": "ru_RU", "LC_ALL": "C"}, None, "en"), ({"LANG": "kk_KZ", "SHEBER_LANGUAGE": "ru"}, None, "ru"),
    ({"LANG": "kk_KZ", "SHEBER_LANGUAGE": "ru"}, "en", "en"), ({"LANG": "de_DE.UTF-8"}, None, "en")])
def test_language_comes_from_the_nearest_wish(monkeypatch, variables, option, language):
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "SHEBER_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language_wanted(option) == language


def test_a_table_lines_up_cyrillic_and_keeps_numbers_right():
    stream = io.StringIO()
    print_table(PEOPLE, ROWS, stream)
    assert stream.getvalue().splitlines() == ["Аты-жөні     ECTS", "───────────  ────", "Қанат Әлиев   240", "Jun             –"]


@given(names=st.lists(st.text(max_size=60), min_size=1, max_size=5), width=st.integers(20, 100))
def test_a_table_never_runs_over_the_terminal(names, width):
    stream = io.StringIO()
    print_table(PEOPLE, [{"name": name, "credits": 5} for name in names], stream, width=width)
    lines = stream.getvalue().split("\n")
    assert len(lines) == len(names) + 3
    assert all(text_width(line) <= width for line in lines)


@given(text=st.text(max_size=40), width=st.integers(1, 40))
def test_a_shortened_text_fits_and_a_short_one_is_untouched(text, width):
    cut = shorten(text, width)
    assert text_width(cut) <= width
    assert (cut == text) == (text_width(text) <= width) or text == cut


@pytest.mark.parametrize(("text", "width"), [("Әңгіме", 6), ("e\u0301", 1), ("课程", 4), ("", 0)])
def test_width_on_a_terminal(text, width):
    assert text_width(text) == width


def test_csv_defuses_formulas_and_json_refuses_nan():
    stream = io.StringIO()
    write_csv(PEOPLE, [{"name": "=1+1", "credits": -5}, {"name": "Құрыш", "credits": None}], stream)
    assert list(csv.reader(io.StringIO(stream.getvalue()))) == [["name", "credits"], ["'=1+1", "-5"], ["Құрыш", ""]]
    with pytest.raises(ValueError, match="JSON"):
        write_json([float("nan")], io.StringIO())


def test_json_takes_numpy_and_keeps_letters():
    import numpy as np

    stream = io.StringIO()
    write_json({"level": np.float64(1.5), "levels": np.arange(2), "name": "Ұста"}, stream)
    assert json.loads(stream.getvalue()) == {"level": 1.5, "levels": [0, 1], "name": "Ұста"}
    assert "Ұста" in stream.getvalue()


def test_catalogues_are_compiled_whole(tmp_path: Path):
    import gettext

    from sheber.site.cli.catalogues import compile_catalogues

    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "gap"\nmsgstr "разрыв"\n\nmsgid "level"\nmsgstr ""\n\n#, fuzzy\nmsgid "type"\nmsgstr "неточно"\n', "utf-8")
    rows = compile_catalogues(tmp_path)
    assert rows == [{"file": "ru/LC_MESSAGES/django.po", "messages": 3, "translated": 2}]
    reader = gettext.translation("django", tmp_path, ["ru"])
    assert [reader.gettext(word) for word in ("gap", "level", "type")] == ["разрыв", "level", "type"]
