"""Forms that know what they were opened with, and what saving one answers: written, to be corrected (422), refused or stale (409).

Two people who change one thing are told apart by ``edit_version``; what was typed stays, and both versions are shown field by field.
"""

import datetime as dt
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, cast

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import formats
from .errors import DomainError
from .localised import LANGUAGES, LocalisedText


def clean_text(text: str) -> str:
    """Composed letters, one kind of line end, no space at the ends."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


NEVER_READ = -1
"""Edit version of a form that states none: always stale."""
VERSION_MAX = 2**31 - 1


def not_stale(stated: int | None, saved: int) -> None:
    """Raises ``DomainError("stale")`` when somebody saved after ``stated`` was read; ``None``: nothing was read."""
    if stated is not None and stated != saved:
        raise DomainError("stale", _("Someone else saved this after you opened it. Nothing you typed is lost."), yours=stated, saved=saved)


def version_stated(text: object) -> int:
    """The edit version that a form sent; :data:`NEVER_READ` for anything else."""
    given = str(text or "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else NEVER_READ

FormT = TypeVar("FormT", bound="EditForm")
Last = Callable[[], tuple[str, dt.datetime] | None]
"""Who saved last and when, asked only when a save was stale."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not the same in what was typed and in what is saved now. ``is_clash``: both changed it, differently."""

    label: str
    opened: str
    mine: str
    saved: str
    is_mine: bool
    is_theirs: bool

    @property
    def is_clash(self) -> bool:
        return self.is_mine and self.is_theirs


class EditForm(forms.Form):
    """Carries ``edit_version``, counted with every save of the thing, and the values it was ``opened`` with."""

    apart: ClassVar[frozenset[str]] = frozenset({"edit_version", "opened", "reason"})
    is_act: ClassVar[bool] = False

    edit_version = forms.CharField(required=False, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=300, help_text=gettext_lazy("Kept in the history."))

    def remember(self) -> None:
        """Keep what the form shows now, to be compared later; called at the end of ``__init__``."""
        if not self.is_bound:
            self.initial["opened"] = json.dumps(self.typed(), ensure_ascii=False)

    def stated_edit_version(self) -> int:
        """The edit version the form was opened at."""
        return version_stated(self["edit_version"].value())

    def typed(self) -> dict[str, Any]:
        """Field to what it holds: a text, a list of choices, or rows."""
        return {name: _plain(self[name].value()) for name in self.fields if name not in self.apart}

    def opened_with(self) -> Mapping[str, Any]:
        """What the fields held when the form was opened, by the form's own word."""
        try:
            found = json.loads(str(self["opened"].value() or "{}"))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def differences(self, saved: "EditForm") -> list[Difference]:
        """Against the same form filled with what is saved now."""
        mine, opened, theirs = self.typed(), self.opened_with(), saved.typed()
        return [Difference(str(self.fields[name].label), self.shown(name, opened.get(name)), self.shown(name, mine[name]),
                           saved.shown(name, theirs.get(name)), mine[name] != opened.get(name), theirs.get(name) != opened.get(name))
                for name in mine if mine[name] != theirs.get(name)]

    def merged(self, saved: "EditForm") -> QueryDict:
        """Data with what was changed here, and what is saved in every other field."""
        mine, opened, theirs = self.typed(), self.opened_with(), saved.typed()
        return self.with_values({name: value if value != opened.get(name) else theirs.get(name, value) for name, value in mine.items()})

    def with_values(self, values: Mapping[str, Any]) -> QueryDict:
        """The data of the form with other values in some of its fields."""
        data = cast("QueryDict", self.data).copy()
        for name, value in values.items():
            widget = self.fields[name].widget
            if hasattr(widget, "write"):
                widget.write(data, name, value)
            elif isinstance(value, list):
                data.setlist(name, value)
            else:
                data[name] = value
        return data

    def shown(self, name: str, value: Any) -> str:
        """A value in words; a dash where it is empty."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            labels = {str(key): str(label) for key, label in cast("list[tuple[object, object]]", field.choices)}
            value = [labels.get(one, one) for one in (value if isinstance(value, list) else [value or ""])]
        if isinstance(value, list):
            value = "; ".join(" ".join(filter(None, map(str, one))) if isinstance(one, list) else str(one) for one in value if one)
        return str(value or "–")


class ActForm(EditForm):
    """Asks for something to be done with a thing, such as moving or closing it, and knows how the thing stood when it was asked about.

    ``facts`` are what the thing is, label to words. They are nobody's to type here, and shown where they are not what they were.
    """

    is_act = True

    def __init__(self, *args: Any, facts: Mapping[str, object], edit_version: int, **kwargs: Any) -> None:
        kwargs["initial"] = {**(kwargs.get("initial") or {}), "edit_version": edit_version}
        super().__init__(*args, **kwargs)
        self.facts = {label: str(value or "") for label, value in facts.items()}

    def remember(self) -> None:
        if not self.is_bound:
            self.initial["opened"] = json.dumps({**self.typed(), _FACTS: self.facts}, ensure_ascii=False)

    def differences(self, saved: "EditForm") -> list[Difference]:
        """What became of the thing meanwhile; what was typed stands in the form."""
        before = self.opened_with().get(_FACTS)
        before = before if isinstance(before, dict) else {}
        assert isinstance(saved, ActForm)
        return [Difference(label, str(before.get(label) or "–"), "", now or "–", is_mine=False, is_theirs=True)
                for label, now in saved.facts.items() if label in before and str(before[label]) != now]


_FACTS = "facts"


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], list | tuple):
            return [[clean_text(str(cell)) for cell in row] for row in value]
        return sorted(map(str, value))
    return clean_text(str(value))


def language_names() -> dict[str, str]:
    """Languages in which texts are written."""
    return {"kk": _("Kazakh"), "ru": _("Russian"), "en": _("English")}


def missing_languages(form: forms.Form, name: str) -> list[str]:
    """Languages in which a text that has one is not written yet."""
    empty = [language for language in LANGUAGES if not str(form[f"{name}_{language}"].value() or "").strip()]
    return [] if len(empty) == len(LANGUAGES) else [language_names()[language] for language in empty]


def text_initial(name: str, text: Mapping[str, str]) -> dict[str, str]:
    """``title_kk``, ``title_ru``, ``title_en``."""
    return {f"{name}_{language}": text.get(language, "") for language in LANGUAGES}


def text_cleaned(cleaned: Mapping[str, Any], name: str) -> LocalisedText:
    """The three fields as one text."""
    return LocalisedText.of({language: cleaned.get(f"{name}_{language}", "") for language in LANGUAGES})


@dataclass(frozen=True, slots=True)
class Stale:
    """Who saved after the form was opened, when, and the fields that are not the same."""

    by: str
    at: str
    differences: tuple[Difference, ...]
    is_act: bool = False

    @property
    def clashes(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if one.is_clash)


@dataclass(frozen=True, slots=True)
class Answer(Generic[FormT]):
    """The form to show, with its status; ``saved`` when it was written."""

    form: FormT
    status: int = 200
    saved: bool = False
    stale: Stale | None = None
    refusal: DomainError | None = None


def answer(request: HttpRequest, *, last: Last, make: Callable[[QueryDict | None], FormT],
           save: Callable[[FormT], object]) -> Answer[FormT]:
    """Show, check and save one form. ``make(None)`` gives the form with what is saved now, ``make(data)`` with what was typed.

    ``way=merge`` in the data writes what was typed where it was changed, and leaves every other field as it is saved.
    """
    if request.method != "POST":
        return Answer(make(None))
    form = make(request.POST)
    if request.POST.get("way") == "merge":
        form = make(form.merged(make(None)))
    if not form.is_valid():
        return Answer(form, 422)
    try:
        save(form)
    except DomainError as no:
        if no.code == "stale":
            return _stale(last, form, make)
        return Answer(with_errors(form, no), 409, refusal=no)
    return Answer(form, saved=True)


def _stale(last: Last, form: FormT, make: Callable[[QueryDict | None], FormT]) -> Answer[FormT]:
    now, told = make(None), last()
    stale = Stale(told[0] if told else "", clock(told[1]) if told else "", tuple(form.differences(now)), form.is_act)
    data = form.with_values({})
    data["edit_version"] = str(now["edit_version"].value())
    return Answer(make(data), 409, stale=stale)


def with_errors(form: FormT, refusal: DomainError) -> FormT:
    """Put the sentences of a refusal beside the fields they are about; the rest belongs to the form as a whole."""
    told = False
    for name, wrong in dict(refusal.detail.get("fields") or {}).items():
        for field in (name, f"{name}_kk"):
            if field in form.fields:
                for sentence in wrong:
                    form.add_error(field, sentence)
                told = True
                break
    if not told:
        form.add_error(None, str(refusal.message))
    return form


def clock(at: dt.datetime) -> str:
    """The time when it was today, else the date too."""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else formats.moment(at)


def context_of(found: Answer[Any]) -> dict[str, Any]:
    """What the templates of all forms are given."""
    return {"form": found.form, "stale": found.stale, "refusal": found.refusal}
