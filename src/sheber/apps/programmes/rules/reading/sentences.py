"""A problem of a file in the reader's language: what is wrong there and what to do."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from sheber.apps.programmes.rules.reading.problems import Problem


def problem_sentence(problem: Problem) -> str:
    """The place, where there is one, and what is wrong and what to do."""
    place, text = problem_place(problem), problem_reason(problem)
    return _("%(place)s: %(sentence)s") % {"place": place, "sentence": text} if place else text


def problem_reason(problem: Problem) -> str:
    """What is wrong and what to do, without the place."""
    guessed = problem.code in _GUESSES and problem.values.get("near")
    template = _GUESSES[problem.code] if guessed else _SENTENCES[problem.code]
    return template() % problem.values


def problem_place(problem: Problem) -> str:
    """Sheet, row and column as far as they are known."""
    values = {"sheet": problem.sheet, "row": problem.row, "column": problem.column}
    if problem.sheet and problem.row and problem.column:
        return _("Sheet “%(sheet)s”, row %(row)s, column “%(column)s”") % values
    if problem.sheet and problem.row:
        return _("Sheet “%(sheet)s”, row %(row)s") % values
    if problem.sheet and problem.column:
        return _("Sheet “%(sheet)s”, column “%(column)s”") % values
    if problem.sheet:
        return _("Sheet “%(sheet)s”") % values
    if problem.row and problem.column:
        return _("Line %(row)s, “%(column)s”") % values
    return _("Line %(row)s") % values if problem.row else f"“{problem.column}”" if problem.column else ""


_SENTENCES: Mapping[str, Callable[[], str]] = {
    # The file as a whole
    "file_type": lambda: _("A file named “%(name)s” cannot be read. Give an .xlsx, .yaml or .csv file."),
    "file_empty": lambda: _("The file is empty. Choose another file."),
    "file_too_large": lambda: _("The file is larger than %(limit)s MB. Remove pictures and other sheets and try again."),
    "binary_file": lambda: _("There is a zero byte here, so this is not a text file. Save it again as UTF-8 text."),
    "encoding_broken": lambda: _("The file says that it is %(encoding)s, but this is not. Save it again as UTF-8."),
    "encoding_unknown": lambda: _("The encoding of the file is not certain from here on. Save it again as UTF-8."),
    "decoded_cp1251": lambda: _("The file was read as Windows-1251. Check that the names look right."),
    "too_many_problems": lambda: _("Only the first %(shown)s problems are shown."),
    # YAML
    "yaml_syntax": lambda: _("This is not correct YAML (%(reason)s). Check indents, colons and quotes here."),
    "yaml_alias": lambda: _("The reference *%(name)s is not accepted. Write the value out."),
    "yaml_tag": lambda: _("The tag %(name)s is not accepted. Remove it."),
    "yaml_depth": lambda: _("Values are nested more than %(limit)s deep. Follow the shape of the template."),
    "yaml_size": lambda: _("The file holds more than %(limit)s values. Split it into one programme per file."),
    "yaml_documents": lambda: _("A second document begins here. Keep one programme in a file."),
    "yaml_key": lambda: _("A key must be a plain word. Follow the shape of the template."),
    "yaml_key_twice": lambda: _("The key “%(name)s” is here twice. Remove one of the two."),
    "yaml_too_much": lambda: _("The file takes too much memory or time to be read. Split it into one programme per file."),
    "yaml_not_mapping": lambda: _("The file does not describe a programme. It begins with “code:” and “title:”."),
    "not_a_text": lambda: _("A single text is expected here, not a list."),
    "not_a_list": lambda: _("A list is expected here. Begin each entry with “- ”."),
    "not_a_mapping": lambda: _("Names with values are expected here, such as “code: MAT101”."),
    "unknown_language": lambda: _("The language “%(found)s” is not known. Use kk, ru or en."),
    "ignored_column": lambda: _("This name is not known and was not read."),
    # XLSX
    "xlsx_broken": lambda: _("The workbook cannot be opened. Open it in a spreadsheet program and save it again as .xlsx."),
    "xlsx_too_much": lambda: _("The workbook takes too much memory or time to be read. Divide it, or save it as CSV."),
    "xlsx_encrypted": lambda: _("The workbook is protected by a password. Save it without one."),
    "zip_too_many": lambda: _("The workbook has %(count)s parts, more than %(limit)s. Save only the sheets of the template."),
    "zip_too_large": lambda: _("Unpacked, the workbook is larger than %(limit)s MB. Save only the sheets of the template."),
    "zip_ratio": lambda: _("A part of the workbook unpacks to over %(limit)s times its size, so it was not opened. Save it again."),
    "xml_entities": lambda: _("The workbook holds declarations that no spreadsheet writes, so it was not opened. Save it again as .xlsx."),
    "sheet_missing": lambda: _("The sheet “%(name)s” is missing. Add it, or start from the template."),
    "missing_column": lambda: _("The column “%(name)s” is missing. Add it, or start from the template."),
    "too_many_rows": lambda: _("The sheet goes on after row %(limit)s. Remove what does not belong to it."),
    "too_many_columns": lambda: _("There are more than %(limit)s columns. Remove those that do not belong here."),
    "formula": lambda: _("This is a formula. Replace it by its value: copy the cell and paste values only."),
    "cell_error": lambda: _("The cell shows the error %(found)s. Enter the value itself."),
    "duplicate_column": lambda: _("The column “%(name)s” is here twice. Remove one of the two."),
    "unknown_field": lambda: _("The field “%(found)s” is not known and was not read."),
    "unknown_course": lambda: _("There is no course %(found)s on the sheet of courses. Correct the code."),
    # CSV
    "csv": lambda: _("This does not follow the Curricular Analytics format: %(reason)s."),
    "csv_columns": lambda: _("The row has %(count)s columns; %(limit)s are allowed. Check commas and quotation marks."),
    "csv_not_text": lambda: _("The file is not UTF-8 text. Save it again as CSV UTF-8."),
    "csv_not_csv": lambda: _("The line cannot be read as CSV (%(problem)s). Check the quotation marks."),
    "csv_delimiter": lambda: _("The values are not separated by commas. Save the file again as CSV with commas."),
    "csv_curriculum_missing": lambda: _("The file must begin with the row “Curriculum,name”."),
    "csv_system_unknown": lambda: _("The system must be semester or quarter, not “%(value)s”."),
    "csv_courses_missing": lambda: _("There is no row “Courses”, or no course below it. Add both."),
    "csv_column_missing": lambda: _("This column is missing below the row “Courses”. Add it."),
    "csv_column_repeated": lambda: _("This column is here twice. Remove one of the two."),
    "csv_id_missing": lambda: _("The course has no Course ID. Enter one."),
    "csv_id_repeated": lambda: _("The Course ID %(value)s is already on line %(first)s. Give each course its own."),
    "csv_id_has_semicolon": lambda: _("The Course ID %(value)s has a semicolon, which separates requisites. Remove it."),
    "csv_credits_missing": lambda: _("The course %(course)s has no credits. Enter a number, 0 if there are none."),
    "csv_credits_not_number": lambda: _("The credits of %(course)s must be a number such as 2.5, not “%(value)s”."),
    "csv_credits_out_of_range": lambda: _("The credits of %(course)s must be between 0 and %(most)s, not %(value)s."),
    "csv_term_not_number": lambda: _("The term of %(course)s must be a whole number from 1, not “%(value)s”."),
    "csv_requisite_unknown": lambda: _("%(course)s needs %(value)s, which is not among the courses. Correct the code or add the course."),
    "csv_requisite_self": lambda: _("%(course)s needs itself. Remove this requisite."),
    # Values
    "control_character": lambda: _("The text holds the invisible character %(character)s. Type the text again."),
    "text_too_long": lambda: _("The text has %(length)s characters; %(limit)s are allowed. Shorten it."),
    "look_alike_letters": lambda: _("%(found)s had Cyrillic letters that look like Latin ones; it was read as %(used)s."),
    "mixed_letters": lambda: _("%(found)s mixes Cyrillic and Latin letters. Check that it is what you mean."),
    "code_too_long": lambda: _("The code %(found)s is longer than %(limit)s characters. Shorten it."),
    "code_characters": lambda: _("“%(found)s” cannot be a code. Use letters, digits, points and hyphens."),
    "code_missing": lambda: _("The code is missing. Enter one."),
    "title_missing": lambda: _("The title is missing. Enter it in at least one language."),
    "credits_missing": lambda: _("%(course)s has no credits. Enter a number from 0 to 60."),
    "not_a_number": lambda: _("“%(found)s” is not a number. Enter digits only, such as 4 or 2.5."),
    "not_whole": lambda: _("“%(found)s” is not a whole number. Round it."),
    "out_of_range": lambda: _("%(found)s is not between %(least)s and %(most)s. Correct it."),
    "unknown_word": lambda: _("“%(found)s” is not known here. Use one of: %(allowed)s."),
    "not_a_cell": lambda: _("“%(found)s” is not a cell. Write I, T or U and a level from 1 to 5, such as T3."),
    "cell_incomplete": lambda: _("A cell needs an item, a mode (I, T or U) and a level from 1 to 5."),
    "requisite_unclear": lambda: _("“%(found)s” is not clear. Write MAT101; any(PHY1, PHY2); 2 of (A, B, C)."),
    "need_below_one": lambda: _("At least 1 course must be chosen, not %(found)s."),
    "option_twice": lambda: _("A course is named twice among the options: %(found)s. Remove one."),
    "term_number_missing": lambda: _("The number of the term is missing. Number the terms from 1."),
    "term_load_order": lambda: _("The load of a term needs three numbers in order: least, wanted, most."),
    # The plan
    "unknown_requisite": lambda: _("%(course)s needs %(found)s, which is not among the courses. Correct the code or add the course."),
    "no_courses": lambda: _("The file has no courses. Add at least one."),
    "too_many_courses": lambda: _("The file has %(count)s courses; %(limit)s are allowed. Split it into several programmes."),
    "duplicate_code": lambda: _("The course %(found)s is already in row %(first)s. Give each course its own code."),
    "duplicate_cell": lambda: _("%(course)s has two cells in %(found)s. Keep one."),
    "duplicate_outcome": lambda: _("%(course)s has two outcomes with the code %(found)s. Give each its own."),
    "duplicate_term": lambda: _("Term %(found)s is there twice. Number the terms from 1."),
    "requisite_circle": lambda: _("These courses need each other in a circle: %(circle)s. Remove one of the requisites."),
}
#: The same with a guess at what was meant.
_GUESSES: Mapping[str, Callable[[], str]] = {
    "ignored_column": lambda: _("This name is not known and was not read. Did you mean “%(near)s”?"),
    "missing_column": lambda: _("The column “%(name)s” is missing. Rename “%(near)s” if it is meant."),
    "unknown_field": lambda: _("The field “%(found)s” is not known and was not read. Did you mean “%(near)s”?"),
    "unknown_requisite": lambda: _("%(course)s needs %(found)s, which is not among the courses. Did you mean %(near)s?"),
}
PROBLEM_CODES = tuple(_SENTENCES)
