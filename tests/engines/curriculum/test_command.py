"""``sheber curriculum FILE``."""

import csv
import io
import json
import subprocess
import sys

import pytest

from sheber.site.cli import main

from .data import ROOT, needs_curricula

FILE = """Curriculum,Weaving
System Type,quarter
Courses
Course ID,Course Name,Prefix,Number,Prerequisites,Corequisites,Strict-Corequisites,Credit Hours,Institution,Canonical Name
1,Baskets,BW,101,,,,3,,
2,Lab,BW,102,1,,,1.5,,
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_json(file, capsys):
    assert main(["curriculum", str(file), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["system"] == "quarter"
    assert answer["courses"][0] == {
        "id": "1",
        "name": "Baskets",
        "prefix": "BW",
        "number": "101",
        "credits": 3.0,
        "term": None,
        "blocking_factor": 1,
        "delay_factor": 2,
        "centrality": 0,
        "structural_complexity": 2.0,
        "structural_complexity_unscaled": 3,
    }
    assert answer["totals"]["structural_complexity"] == 3.3
    assert answer["totals"]["structural_complexity_unscaled"] == 5
    assert answer["longest_path"] == ["1", "2"]


def test_csv_and_table(file, capsys):
    assert main(["curriculum", str(file), "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["structural_complexity"] for row in rows] == ["2.0", "1.3"]
    assert main(["curriculum", str(file), "--language", "en"]) == 0
    table = capsys.readouterr().out
    assert "Baskets" in table
    assert "Longest path: 1 → 2." in table


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (FILE.replace("102,1", "102,7"), "plan.csv: line 6, Prerequisites: course 2 asks for 7"),
        (FILE.replace("101,,", "101,2,"), "the requisites run in a circle: 1 Baskets → 2 Lab → 1 Baskets"),
        (FILE.replace("101,,,", "101,9;8,9,9"), "(and 1 more)"),
    ],
)
def test_bad_file_is_status_2_with_a_sentence(file, capsys, text, sentence):
    file.write_text(text, encoding="utf-8")
    assert main(["--language", "en", "curriculum", str(file)]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_faults_are_told_in_the_language_of_the_reader(file, capsys, language):
    file.write_text(FILE.replace("102,1", "102,7"), encoding="utf-8")
    assert main(["--language", language, "curriculum", str(file)]) == 2
    assert "plan.csv" in capsys.readouterr().err


def test_yaml_needs_no_database(tmp_path, capsys):
    path = tmp_path / "plan.yaml"
    path.write_text("nonsense: 1\n", encoding="utf-8")
    assert main(["curriculum", str(path)]) == 2
    assert "plan.yaml: " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nothing.csv", "plan.txt"])
def test_no_file_or_a_strange_one(tmp_path, capsys, name):
    assert main(["curriculum", str(tmp_path / name)]) == 2
    assert name in capsys.readouterr().err


@needs_curricula
def test_a_circle_through_a_strict_corequisite_is_refused(capsys):
    assert main(["curriculum", str(ROOT / "peer_test_files/big_unsatisfiable_curric.csv")]) == 2
    said = capsys.readouterr().err
    assert "strict corequisite" in said
    assert "Chem Eng Lab II" in said


def test_django_is_not_loaded_for_a_csv_file(file):
    code = f"import sys; from sheber.site.cli import main; main(['curriculum', {str(file)!r}]); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
