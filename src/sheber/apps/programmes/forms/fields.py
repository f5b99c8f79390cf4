"""Fields that read what people type as the importers read a file: one grammar, one set of sentences."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sheber.apps.programmes.rules.reading.assembling import SEASONS
from sheber.apps.programmes.rules.reading.problems import Place, Problems
from sheber.apps.programmes.rules.reading.sentences import problem_reason
from sheber.apps.programmes.rules.reading.values import MAX_TEXT, read_code, read_integer, read_number, read_text
from sheber.engines.curriculum.plan import Outcome, Term
from sheber.kit.localised import LANGUAGES

LONGEST_OUTCOME_CODE: Final = 40
MOST_ROWS: Final = 200


def sentences(problems: Problems) -> list[str]:
    """What was wrong, in the reader's language; notes are no errors."""
    return [problem_reason(one) for one in problems.result(None).problems if one.severity == "error"]


def refuse(problems: Problems) -> None:
    """Raise what was wrong."""
    if wrong := sentences(problems):
        raise ValidationError(wrong)


def written(number: float | int | None) -> str:
    """A number as a form holds it: no more digits than it has."""
    return "" if number is None else f"{number:.9f}".rstrip("0").rstrip(".")


class Text(forms.CharField):
    """Composed letters, no control characters; ``lines`` above one makes it a box of that height."""

    def __init__(self, *, limit: int = MAX_TEXT, lines: int = 1, attrs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        given = {"maxlength": limit, **(attrs or {})}
        widget = forms.Textarea({"rows": lines, **given}) if lines > 1 else forms.TextInput(given)
        super().__init__(widget=widget, **kwargs)
        self.limit = limit

    def to_python(self, value: Any) -> str:
        problems = Problems()
        text = read_text(str(value or ""), Place(), problems, self.limit)
        refuse(problems)
        return text


class Code(forms.CharField):
    """A code: look-alike Cyrillic letters become Latin. It stands in addresses, so it holds no slash."""

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput({"maxlength": limit, "spellcheck": "false", "autocapitalize": "characters"}), **kwargs)
        self.limit = limit

    def to_python(self, value: Any) -> str:
        problems = Problems()
        code = read_code(str(value or ""), Place(), problems)
        refuse(problems)
        if len(code) > self.limit:
            raise ValidationError(_("The code %(found)s is longer than %(limit)s characters. Shorten it.") % {
                "found": code, "limit": self.limit})
        if "/" in code or code in {".", ".."}:
            raise ValidationError(_("“%(found)s” cannot be a code. Use letters, digits, points and hyphens.") % {"found": code})
        return code


class Number(forms.CharField):
    """A number between two bounds; a comma may stand for the point."""

    def __init__(self, *, least: float, most: float, whole: bool = False, attrs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        given = {"inputmode": "numeric" if whole else "decimal", "autocomplete": "off", "maxlength": 20, **(attrs or {})}
        super().__init__(widget=forms.TextInput(given), **kwargs)
        self.least, self.most, self.whole = least, most, whole

    def to_python(self, value: Any) -> Any:
        problems = Problems()
        text = str(value or "")
        number = (read_integer(text, Place(), problems, int(self.least), int(self.most)) if self.whole
                  else read_number(text, Place(), problems, self.least, self.most))
        refuse(problems)
        return number


class Rows(forms.Widget):
    """Rows of small inputs with the same names, ``outcomes-code`` and so on: rows are added and taken away freely."""

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__()
        self.columns = tuple(columns)

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> list[list[str]]:
        read = data.getlist if hasattr(data, "getlist") else lambda key: data.get(key, [])
        rows = zip_longest(*(read(f"{name}-{column}") for column in self.columns), fillvalue="")
        return [list(row) for row in rows if any(str(cell).strip() for cell in row)]

    def write(self, data: Any, name: str, rows: Sequence[Sequence[str]]) -> None:
        """Put rows into the data of a form."""
        for place, column in enumerate(self.columns):
            data.setlist(f"{name}-{column}", [row[place] for row in rows])


class Outcomes(forms.Field):
    """Learning outcomes: code and text in three languages, one a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=Rows(("code", *LANGUAGES)), required=False, **kwargs)

    def clean(self, value: Any) -> tuple[Outcome, ...]:
        found: list[Outcome] = []
        wrong: list[str] = []
        for place, row in enumerate(value or (), start=1):
            problems = Problems()
            code = read_text(row[0], Place(), problems, LONGEST_OUTCOME_CODE)
            said = {language: read_text(text, Place(), problems) for language, text in zip(LANGUAGES, row[1:], strict=True)}
            wrong += [_("Outcome %(row)s: %(sentence)s") % {"row": place, "sentence": sentence} for sentence in sentences(problems)]
            if not problems.failed and not code:
                wrong.append(_("Outcome %(row)s has no code. Give it one, such as LO%(row)s.") % {"row": place})
            if not problems.failed and not any(said.values()):
                wrong.append(_("Outcome %(row)s has no text. Write it in at least one language.") % {"row": place})
            if code and code in {one.code for one in found}:
                wrong.append(_("Two outcomes have the code %(code)s. Give each its own.") % {"code": code})
            found.append(Outcome(code, {language: text for language, text in said.items() if text}))
        if len(found) > MOST_ROWS:
            wrong.append(_("There are more than %(most)s rows. Keep fewer.") % {"most": MOST_ROWS})
        if wrong:
            raise ValidationError(wrong)
        return tuple(found)


class Terms(forms.Field):
    """Terms: number, year and season, one a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=Rows(("number", "year", "season")), required=False, **kwargs)

    def clean(self, value: Any) -> tuple[Term, ...]:
        found: list[Term] = []
        wrong: list[str] = []
        for place, row in enumerate(value or (), start=1):
            problems = Problems()
            number, year = (read_integer(text, Place(), problems, 1, most) for text, most in ((row[0], 40), (row[1], 8)))
            wrong += [_("Row %(row)s: %(sentence)s") % {"row": place, "sentence": sentence} for sentence in sentences(problems)]
            if not problems.failed and (number is None or year is None or row[2] not in SEASONS):
                wrong.append(_("Row %(row)s needs the number of the term, the year and the season.") % {"row": place})
            if number is not None and number in {term.number for term in found}:
                wrong.append(_("Term %(found)s is there twice. Number the terms from 1.") % {"found": number})
            found.append(Term(number or 0, year or 0, row[2]))
        if wrong:
            raise ValidationError(wrong)
        return tuple(sorted(found, key=lambda term: term.number))
