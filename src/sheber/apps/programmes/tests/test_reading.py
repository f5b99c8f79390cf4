"""Files that people and attackers give: what is told of each, with its row and column."""

import ast
import io
import time
import typing
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from sheber.apps.programmes.rules import reading
from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.rules.reading import problem_sentence, read_plan
from sheber.apps.programmes.rules.reading.problems import MAX_FILE_BYTES, Place, Problems
from sheber.apps.programmes.rules.reading.sentences import PROBLEM_CODES
from sheber.apps.programmes.rules.reading.values import read_code, read_number, read_requisites
from sheber.apps.programmes.rules.writing import write_xlsx
from sheber.apps.programmes.tests.factories import make_plan
from sheber.engines.curriculum.csv_errors import CsvFault
from sheber.engines.curriculum.plan import Requisite
from sheber.kit.exchange import reading as shared_reading

DEMO = files("sheber.data").joinpath("demo/programmes/technician_automotive_electrics.yaml").read_text("utf-8")
HEAD = "code: P\ntitle: {en: P}\ncourses:\n"
CSV_HEAD = ("Curriculum,P\nSystem Type,semester\nCourses\n"
            "Course ID,Course Name,Prefix,Number,Prerequisites,Corequisites,Strict-Corequisites,Credit Hours\n")


def told(data, name):
    """(code, row, column) of every problem; a plan and errors never come together."""
    result = read_plan(data if isinstance(data, bytes) else data.encode(), name)
    assert (result.plan is None) == bool(result.errors)
    for problem in result.problems:
        assert len(problem_sentence(problem)) > 10
    return {(problem.code, problem.row, problem.column) for problem in result.problems}


def yaml_course(**fields):
    lines = {"code": "A1", "title": "{en: A}", "ects": "4", **fields}
    return HEAD + "- " + "\n  ".join(f"{key}: {value}" for key, value in lines.items() if value is not None) + "\n"


@pytest.mark.parametrize(("text", "wanted"), [
    (yaml_course(ects="-1"), ("out_of_range", 6, "ects")),
    (yaml_course(ects="61"), ("out_of_range", 6, "ects")),
    (yaml_course(ects=".nan"), ("not_a_number", 6, "ects")),
    (yaml_course(ects="1e3"), ("not_a_number", 6, "ects")),
    (yaml_course(ects=None), ("credits_missing", 4, "ects")),
    (yaml_course(code=None, title="{en: A}"), ("code_missing", 4, "code")),
    (yaml_course(title="{de: A}"), ("unknown_language", 5, "title")),
    (yaml_course(title="{}"), ("title_missing", 5, "title")),
    (yaml_course(term="1.5"), ("not_whole", 7, "term")),
    (yaml_course(cycle="minor"), ("unknown_word", 7, "cycle")),
    (yaml_course(prerequisites="[{any: [B]}]"), ("requisite_unclear", 7, "prerequisites")),
    (yaml_course(prerequisites="[{choose: 0, of: [B]}]"), ("need_below_one", 7, "prerequisites")),
    (yaml_course(prerequisites="[{any_of: [B, B]}]"), ("option_twice", 7, "prerequisites")),
    (yaml_course(prerequisites="[B9]"), ("unknown_requisite", 7, "prerequisites")),
    (yaml_course(prerequisites="[A1]"), ("requisite_circle", 4, "code")),
    (yaml_course(cdio="[{item: '1.1', mode: Z, level: 2}]"), ("unknown_word", 7, "mode")),
    (yaml_course(cdio="[{item: '1.1', mode: T, level: 9}]"), ("out_of_range", 7, "level")),
    (yaml_course(credit="4"), ("ignored_column", 7, "credit")),
    (yaml_course() + yaml_course().removeprefix(HEAD), ("duplicate_code", 7, "code")),
    (yaml_course(code='"A\\u0007"'), ("control_character", 4, "code")),
    (yaml_course(ects="&x 4"), None),
    (yaml_course(ects="*x"), ("yaml_alias", 6, "")),
    ("a: &x [1]\nb: *x\n", ("yaml_alias", 2, "")),
    ("a: !!python/object/apply:os.system [ls]\n", ("yaml_tag", 1, "")),
    ("a: 1\na: 2\n", ("yaml_key_twice", 2, "")),
    ("- 1\n", ("yaml_not_mapping", 1, "")),
    ("a: 1\n---\nb: 2\n", ("yaml_documents", 2, "")),
    ("a: [1\n", ("yaml_syntax", 2, "")),
    ("a: " + "[" * 50 + "]" * 50, ("yaml_depth", 1, "")),
    ("a: [" + "1," * 300_001 + "]", ("yaml_size", 1, "")),
    (HEAD, ("no_courses", 0, "")),
])
def test_yaml(text, wanted):
    problems = told(text, "a.yaml")
    assert wanted in problems if wanted else not problems


def test_a_bomb_of_references_is_refused_at_once():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    bomb += "".join(f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    begun = time.monotonic()
    assert told(bomb, "a.yaml") == {("yaml_alias", 2, "")}
    assert time.monotonic() - begun < 1


# Encodings ------------------------------------------------------------------------------------------------------------------

RUSSIAN = yaml_course(title="{ru: Теоретическая механика и сопротивление материалов}")


@pytest.mark.parametrize(("data", "wanted"), [
    (RUSSIAN.encode("utf-8-sig"), set()), (RUSSIAN.encode("utf-16"), set()), (RUSSIAN.encode("cp1251"), {("decoded_cp1251", 0, "")}),
    (RUSSIAN.encode("koi8-r"), {("encoding_unknown", 5, "")}), (RUSSIAN.encode("cp866"), {("encoding_unknown", 5, "")}),
    (b"\xff\xfe\x00", {("encoding_broken", 1, "")}), (b"code: A\n\xff\xfe", {("encoding_unknown", 2, "")}),
    (b"code: A\nx: \x00", {("binary_file", 2, "")}), (b"  \n", {("file_empty", 0, "")}), (b"\x89PNG\r\n\x1a\n\0", {("binary_file", 3, "")}),
])
def test_encodings(data, wanted):
    assert told(data, "a.yaml") == wanted


def test_windows_text_is_read_as_it_was_meant():
    title = read_plan(RUSSIAN.encode("cp1251"), "a.yaml").plan.courses[0].title
    assert title == {"ru": "Теоретическая механика и сопротивление материалов"}


def test_size_and_type():
    assert told(b"x" * (MAX_FILE_BYTES + 1), "a.csv") == {("file_too_large", 0, "")}
    assert told(b"x", "a.docx") == {("file_type", 0, "")}


# CSV ------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "wanted"), [
    (CSV_HEAD + "1,A,,,,,,4\n", set()),
    (CSV_HEAD + "1,A,,,2,,,4\n", {("csv_requisite_unknown", 5, "Prerequisites")}),
    (CSV_HEAD + "1,A,,,,,,999\n", {("csv_credits_out_of_range", 5, "Credit Hours")}),
    (CSV_HEAD + "1,A,,,,,,-4\n1,B,,,,,,4\n", {("csv_credits_out_of_range", 5, "Credit Hours"), ("csv_id_repeated", 6, "Course ID")}),
    (CSV_HEAD + "1,A,,,2,,,4\n2,B,,,1,,,4\n", {("requisite_circle", 0, "")}),
    ("x" + "," * 300_000, {("csv_columns", 1, "")}),
    (CSV_HEAD + "," * 300_000, {("csv_columns", 5, "")}),
    ("Curriculum;P\n", {("csv_delimiter", 1, "")}),
    ("hello", {("csv_curriculum_missing", 1, "Curriculum")}),
])
def test_csv(text, wanted):
    assert told(text, "a.csv") == wanted


def test_a_wide_head_does_not_cost_a_wide_body():
    begun = time.monotonic()
    assert {code for code, _row, _column in told(CSV_HEAD + "x" + "," * 300_000 + "\n" + "1\n" * 100_000, "a.csv")} == {"csv_columns"}
    assert time.monotonic() - begun < 3


# XLSX -----------------------------------------------------------------------------------------------------------------------

def workbook(change):
    """The template filled in, then changed by ``change(book)``."""
    book = load_workbook(io.BytesIO(write_xlsx(make_plan())))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def put(sheet, cell, value):
    def change(book):
        book[sheet][cell] = value
    return change


@pytest.mark.parametrize(("change", "wanted"), [
    (put("Courses", "E2", "=1+1"), ("formula", 2, "E")),
    (put("Courses", "E2", "#REF!"), ("cell_error", 2, "E")),
    (put("Courses", "E2", -4), ("out_of_range", 2, "Credits")),
    (put("Courses", "E2", 1e300), ("not_a_number", 2, "Credits")),
    (put("Courses", "A3", "MAT1"), ("duplicate_code", 3, "Code")),
    (put("Courses", "A3", "МАТ1"), ("look_alike_letters", 3, "Code")),
    (put("Courses", "L3", "any(MAT1"), ("requisite_unclear", 3, "Prerequisites")),
    (put("Courses", "L3", "MAT9"), ("unknown_requisite", 3, "Prerequisites")),
    (put("Courses", "L2", "MAT2"), ("requisite_circle", 2, "Code")),
    (put("Courses", "E1", "Credts"), ("missing_column", 1, "")),
    (put("Courses", "F1", "Credits"), ("duplicate_column", 1, "")),
    (put("Courses", "Z1", "Remarks"), ("ignored_column", 1, "Remarks")),
    (put("Courses", "OZ2", "x"), ("too_many_columns", 2, "")),
    (put("Courses", "G2", "minor"), ("unknown_word", 2, "Cycle")),
    (put("Matrix", "C2", "X9"), ("not_a_cell", 2, "1.1")),
    (put("Matrix", "A2", "NONE"), ("unknown_course", 2, "Course")),
    (put("Terms", "A2", "one"), ("not_a_number", 2, "Term")),
    (put("Programme", "B2", None), ("code_missing", 2, "Code")),
    (lambda book: book.remove(book["Courses"]), ("sheet_missing", 0, "")),
    (lambda book: book["Courses"].delete_cols(5), ("missing_column", 1, "")),
    (put("Courses", "A60000", "LAST"), ("too_many_rows", 0, "")),
])
def test_workbook(change, wanted):
    assert wanted in told(workbook(change), "a.xlsx")


def test_a_renamed_column_is_guessed():
    result = read_plan(workbook(put("Courses", "E1", "Credts")), "a.xlsx")
    with translation.override("en"):
        assert problem_sentence(result.errors[0]) == (
            "Sheet “Courses”, row 1: The column “Credits” is missing. Rename “Credts” if it is meant.")


def test_a_number_shown_as_4_10_stays_4_10():
    def change(book):
        book["Matrix"]["C1"] = 4.1
        book["Matrix"]["C1"].number_format = "0.00"
    assert read_plan(workbook(change), "a.xlsx").plan.courses[0].cells[0].item == "4.10"


def test_a_script_stays_text():
    plan = read_plan(workbook(put("Courses", "D2", "<script>alert(1)</script>")), "a.xlsx").plan
    assert plan.courses[0].title["en"] == "<script>alert(1)</script>"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"])
def test_no_text_is_ever_a_formula(text):
    book = load_workbook(io.BytesIO(write_xlsx(make_plan(title={"en": text}))))
    cells = [cell for row in book["Programme"].iter_rows() for cell in row if cell.value == text]
    assert cells
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def packed(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def forged(size):
    """A part that declares ``size`` bytes and holds more."""
    data = bytearray(packed({"xl/workbook.xml": b"<" * 5_000_000}))
    real = (5_000_000).to_bytes(4, "little")
    return bytes(data.replace(real, size.to_bytes(4, "little")))


@pytest.mark.parametrize(("data", "code"), [
    (packed({"xl/worksheets/sheet1.xml": b"0" * 50_000_000}), "zip_ratio"),
    (packed({f"{number}.xml": bytes(range(256)) * 4000 + str(number).encode() for number in range(70)}), "zip_too_large"),
    (packed({f"{number}.xml": b"x" for number in range(1000)}), "zip_too_many"),
    (packed({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "xml_entities"),
    (packed({"hello.txt": b"x"}), "xlsx_broken"),
    (forged(100), "xlsx_broken"),
    (b"PK\x03\x04nonsense", "xlsx_broken"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xlsx_encrypted"),
    (b"code,name\n1,2\n", "xlsx_broken"),
])
def test_hostile_workbooks(data, code):
    begun = time.monotonic()
    assert {problem for problem, _row, _column in told(data, "a.xlsx")} == {code}
    assert time.monotonic() - begun < 3


def test_an_empty_workbook():
    buffer = io.BytesIO()
    Workbook().save(buffer)
    assert {code for code, _row, _column in told(buffer.getvalue(), "a.xlsx")} >= {"sheet_missing"}


# Values ---------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "wanted"), [
    ("MAT101", [(("MAT101",), 1)]), ("", []), ("A; B", [(("A",), 1), (("B",), 1)]), ("any(A, B)", [(("A", "B"), 1)]),
    ("2 of (A, B, C)", [(("A", "B", "C"), 2)]), ("2 из (A, B)", [(("A", "B"), 2)]), ("кез келген (A, B)", [(("A", "B"), 1)]),
    ("all(A, B); C", [(("A", "B"), 2), (("C",), 1)]), ("MATH 1A", [(("MATH 1A",), 1)]), ("5 of (A)", [(("A",), 5)])])
def test_requisites_in_a_cell(text, wanted):
    problems = Problems()
    assert read_requisites(text, "prerequisite", Place(), problems) == tuple(Requisite("prerequisite", *each) for each in wanted)
    assert not problems.failed


@pytest.mark.parametrize("text", [
    "A, B", "any A, B", "any()", "(A)", "some(A)", "0 of (A)", "any(A, A)", "any(A) B", "any(A", "A)", "any(any(A))", "A|B"])
def test_requisites_that_are_not_clear(text):
    problems = Problems()
    read_requisites(text, "prerequisite", Place(), problems)
    assert problems.failed


@pytest.mark.parametrize(("text", "wanted", "note"), [
    ("6В07201", "6B07201", "look_alike_letters"), ("МАТ101", "MAT101", "look_alike_letters"), ("ФИЗ101", "ФИЗ101", None),
    ("ФIZ", "ФIZ", "mixed_letters"), ("  A  1 ", "A 1", None), ("Ａ１", "A1", None)])
def test_codes(text, wanted, note):
    problems = Problems()
    assert read_code(text, Place(), problems) == wanted
    assert [problem.code for problem in problems.result(None).problems] == ([note] if note else [])


@pytest.mark.parametrize(("text", "wanted"), [("4", 4), ("2,5", 2.5), (" 1 000 ", 1000), ("1\u202f000,5", 1000.5), ("", None)])
def test_numbers(text, wanted):
    problems = Problems()
    assert read_number(text, Place(), problems, 0, 2000) == wanted
    assert not problems.failed


# Everything has a sentence ----------------------------------------------------------------------------------------------------

def test_every_problem_has_a_sentence():
    raised = set()
    for path in (*Path(reading.__file__).parent.glob("*.py"), *Path(shared_reading.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            if getattr(node.func, "attr", "") in {"error", "note"} or getattr(node.func, "id", "") in {"RefusedError", "Problem"}:
                raised.add(node.args[0].value)
    raised |= {"formula", "cell_error"} | {f"csv_{fault}" for fault in typing.get_args(CsvFault)}
    assert raised == set(PROBLEM_CODES)


# Real plans -----------------------------------------------------------------------------------------------------------------

def real_plans():
    import os

    folder = Path(os.environ.get("SHEBER_DATA") or Path(__file__).resolve().parents[6] / "shared" / "data") / "curricula"
    if not folder.is_dir():
        pytest.skip("the real plans are not here: set SHEBER_DATA to the folder that holds curricula/")
    return [path for path in sorted(folder.rglob("*.csv")) if "reference" not in path.name]


def test_real_plans_are_read_and_checked():
    answers = {}
    for path in real_plans():
        result = read_plan(path)
        assert result.plan is not None, (path.name, result.errors)
        answers[path.name] = {finding.code for finding in check_plan(result.plan)}
    assert len(answers) > 80
    assert "prerequisite_cycle" in answers["big_unsatisfiable_curric.csv"]
    assert [name for name, codes in answers.items() if "prerequisite_cycle" in codes] == ["big_unsatisfiable_curric.csv"]
    assert answers["UKY_EE_partial.csv"] == {"course_not_placed"}
