"""Files to plans: YAML, XLSX and Curricular Analytics CSV; no database."""

from pathlib import Path

from sheber.apps.programmes.rules.reading.csv_file import read_csv
from sheber.apps.programmes.rules.reading.problems import MAX_FILE_BYTES, Place, Problem, Problems, ReadResult
from sheber.apps.programmes.rules.reading.sentences import problem_place, problem_reason, problem_sentence
from sheber.apps.programmes.rules.reading.xlsx_read import read_xlsx
from sheber.apps.programmes.rules.reading.yaml_file import read_yaml

__all__ = ["Place", "Problem", "ReadResult", "problem_place", "problem_reason", "problem_sentence", "read_plan"]

SUFFIXES = {".yaml": read_yaml, ".yml": read_yaml, ".xlsx": read_xlsx, ".csv": read_csv}


def read_plan(source: bytes | Path, filename: str = "") -> ReadResult:
    """Read a plan from bytes or a path; the ending of the name says the format.

    Whatever the file holds, the answer is a result: a plan with notes, or no plan and the errors, each with its place. A path
    that cannot be opened raises ``OSError``.
    """
    name = filename or (source.name if isinstance(source, Path) else "")
    problems = Problems()
    reader = SUFFIXES.get(Path(name).suffix.lower())
    if reader is None:
        problems.error("file_type", Place(), name=name[-60:])
        return problems.result(None)
    if isinstance(source, Path):
        with source.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    else:
        data = source
    if len(data) > MAX_FILE_BYTES:
        problems.error("file_too_large", Place(), limit=MAX_FILE_BYTES // 1024 // 1024)
        return problems.result(None)
    if not data.strip():
        problems.error("file_empty", Place())
        return problems.result(None)
    return reader(data)
