"""What can be wrong with a curriculum in the CSV of Curricular Analytics."""

from collections.abc import Mapping
from typing import Literal

from sheber.engines.errors import EngineInputError

CsvFault = Literal[
    "not_text",
    "not_csv",
    "delimiter",
    "curriculum_missing",
    "system_unknown",
    "courses_missing",
    "column_missing",
    "column_repeated",
    "id_missing",
    "id_repeated",
    "id_has_semicolon",
    "credits_missing",
    "credits_not_number",
    "credits_out_of_range",
    "term_not_number",
    "requisite_unknown",
    "requisite_self",
]

_SENTENCES: dict[CsvFault, str] = {
    "not_text": "the file is not UTF-8 text; save it again as CSV UTF-8",
    "not_csv": "the line cannot be read as CSV ({problem}); check the quotation marks",
    "delimiter": "the cells are separated by {found}; save the file again with commas",
    "curriculum_missing": "the file must begin with a row Curriculum,name",
    "system_unknown": "the system type must be semester or quarter, is {value}",
    "courses_missing": "there is no row Courses, or no course below it",
    "column_missing": "there is no column {column} below the row Courses",
    "column_repeated": "two columns are named {column}",
    "id_missing": "the course has no Course ID",
    "id_repeated": "the Course ID {value} already stands on line {first}",
    "id_has_semicolon": "the Course ID {value} holds a semicolon, which separates requisites",
    "credits_missing": "the course {course} has no credits; write a number, 0 if none",
    "credits_not_number": "the credits of course {course} must be a number with a decimal point, are {value}",
    "credits_out_of_range": "the credits of course {course} must lie between 0 and {most}, are {value}",
    "term_not_number": "the term of course {course} must be a whole number from 1, is {value}",
    "requisite_unknown": "course {course} asks for {value}, and no course bears this Course ID",
    "requisite_self": "course {course} asks for itself",
}


class CurriculumFileError(EngineInputError):
    """One fault of a file: ``code``, ``field`` (the column), ``row`` (the line, counted from 1), ``values``."""

    def __init__(self, code: CsvFault, field: str, row: int | None = None, **values: object) -> None:
        self.code = code
        self.values: Mapping[str, object] = values
        super().__init__(field, _SENTENCES[code].format(column=field, **values), row)

    def __str__(self) -> str:
        place = self.field if self.row is None else f"line {self.row}, {self.field}"
        return f"{place}: {self.reason}"
