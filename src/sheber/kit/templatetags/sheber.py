"""Template tags of the design system: ``{% load sheber %}``.

Signs come from one sprite, numbers and dates from :mod:`sheber.kit.formats`; every tag escapes what it is given.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from django import forms, template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sheber.kit import charts, formats, gapbars, icons
from sheber.kit.localised import LocalisedText

register = template.Library()
PASSWORD_LEAST: Final = 12
"""Signs of a new password, as the settings ask for."""

TYPE_SHAPES: Final = {
    "technician": "t-technician", "line_engineer": "t-line", "line": "t-line",
    "innovative_engineer": "t-innovative", "innovative": "t-innovative",
    "research_engineer": "t-research", "research": "t-research",
}
STAGES: Final = ("C", "D", "I", "O")
STATES: Final = {"ok": "m-check-circle", "warn": "m-exclamation-triangle", "bad": "m-x-circle", "info": "m-information-circle", "": ""}
NOTHING: Final = mark_safe("")


def _use(name: str, css: str) -> SafeString:
    if name not in icons.NAMES:
        raise template.TemplateSyntaxError(f"no sign is named {name!r}; they are listed in sheber.kit.icons")
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, static(icons.SPRITE), name)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """``{% icon "o-plus" "icon-s" %}``. ``o-`` is drawn in lines, ``m-`` and ``t-`` are filled."""
    return _use(name, f"{'icon' if name.startswith('o-') else 'glyph'} {css}".strip())


@register.simple_tag
def text(value: Any, language: str | None = None) -> SafeString:
    """A localised text; in another language than the reader's it carries ``lang`` and its mark ҚАЗ, РУС or ENG."""
    if not isinstance(value, Mapping):
        return conditional_escape("" if value is None else value)
    localised = LocalisedText.of(value)
    shown, found = localised.in_language(language)
    if not found or not localised.missing_mark:
        return conditional_escape(shown)
    return format_html('<span lang="{}">{}</span> <span class="lang-mark">{}</span>', found, shown, localised.missing_mark)


@register.simple_tag
def engineer_type(value: Any, css: str = "") -> SafeString:
    """Shape, colour and name of an engineer type (a row with ``code`` and ``title``)."""
    code, title = (value["code"], value["title"]) if isinstance(value, Mapping) else (value.code, value.title)
    shape = TYPE_SHAPES.get(code, "t-line")
    return format_html('<span class="type type-{} {}">{}{}</span>', shape.removeprefix("t-"), css, _use(shape, "glyph"), text(title))


def stage_names() -> dict[str, str]:
    """The four CDIO stages in the reader's language; the letters stay Latin."""
    return {"C": _("Conceive"), "D": _("Design"), "I": _("Implement"), "O": _("Operate")}


@register.simple_tag
def stage(letter: str, named: bool = False) -> SafeString:
    """A CDIO letter in its frame; ``named`` prints the word beside it, otherwise it is read aloud only."""
    if letter not in STAGES:
        return NOTHING
    name = stage_names()[letter]
    word = name if named else format_html('<span class="vh">{}</span>', name)
    return format_html('<span class="stage stage-{}" title="{}"><b aria-hidden="true">{}</b>{}</span>', letter.lower(), name, letter, word)


@register.simple_tag
def level(value: float | int | None) -> SafeString:
    """A proficiency level 0–5 in its tone with its numeral; ``None`` is hatched: not assessed is not zero."""
    if value is None:
        return format_html('<span class="lv lv-na" title="{0}"><i aria-hidden="true">{1}</i><span class="vh">{0}</span></span>',
                           _("not assessed"), pgettext("not assessed, short", "n. a."))
    return format_html('<span class="lv lv-{}">{}</span>', min(max(round(float(value)), 0), 5), formats.level(value))


def mode_names() -> dict[str, str]:
    """What a course does with a competence."""
    return {"I": _("Introduce"), "T": _("Teach"), "U": _("Utilise")}


@register.simple_tag
def mode(letter: str | None, planned: int | None = None) -> SafeString:
    """A cell of the competence matrix: filled = taught, ring = utilised, dashed = introduced; letter and level always printed."""
    if not letter:
        return NOTHING
    return format_html('<span class="mx {0} l{1}" title="{2}">{0}{1}</span>', letter, planned or "", mode_names().get(letter, ""))


@register.simple_tag
def badge(words: str, state: str = "") -> SafeString:
    """A state: glyph and word. ``state`` is ok, warn, bad, info or empty."""
    sign = _use(STATES[state], "glyph") if state else NOTHING
    return format_html('<span class="badge{}">{}{}</span>', f" is-{state}" if state else "", sign, words)


@register.simple_tag
def fact_status(value: str) -> SafeString:
    """How far a reference fact can be trusted: ``confirmed``, ``from memory`` or ``proposed``."""
    words, state = {"confirmed": (_("confirmed"), "ok"), "from memory": (_("from memory"), "warn"),
                    "proposed": (_("proposed"), "info")}[value]
    return badge(words, state)


@register.inclusion_tag("kit/figure.html")
def figure(label: str, value: Any, unit: str = "", *, date: dt.date | None = None, source: str = "", url: str = "", places: int = 0,
           note: str = "") -> dict[str, Any]:
    """A stat tile: value, unit, date, source. Without a date or a source or a note it is refused: such a figure is not shown."""
    if not (date or source or note):
        raise template.TemplateSyntaxError(f"the figure {label!r} needs a date, a source or a note")
    shown = value if isinstance(value, str) else formats.number(value, places)
    return {"label": label, "value": shown, "unit": unit, "date": date, "source": source, "url": url, "note": note}


@register.simple_tag
def source_note(words: str, url: str = "") -> SafeString:
    """Where a figure comes from, as a dotted link when it can be opened."""
    if url:
        return format_html('<a class="source" href="{}">{}</a>', url, words)
    return format_html('<span class="meta">{}</span>', words)


def gap_sentence(label: str, bar: gapbars.GapBar) -> str:
    """What the bar says, as one sentence for those who do not see it."""
    values = {"label": label, "attained": formats.number(bar.attained, 1, fixed=True), "required": formats.number(bar.required, 1),
              "planned": formats.number(bar.planned, 1)}
    if bar.attained is None:
        return _("%(label)s: not assessed, planned %(planned)s, required %(required)s") % values
    if bar.low is None or bar.high is None:
        return _("%(label)s: attained %(attained)s, planned %(planned)s, required %(required)s") % values
    values |= {"low": formats.number(bar.low, 1, fixed=True), "high": formats.number(bar.high, 1, fixed=True)}
    return _("%(label)s: attained %(attained)s, between %(low)s and %(high)s, planned %(planned)s, required %(required)s") % values


def _gap_context(label: str, bar: gapbars.GapBar) -> dict[str, Any]:
    def at(value: float | None) -> str | None:
        return None if value is None else gapbars.position(value)

    def long(value: float | None) -> str | None:
        return None if value is None else gapbars.length(value)

    return {
        "sentence": gap_sentence(label, bar), "levels": [gapbars.position(v) for v in gapbars.LEVELS],
        "halves": [gapbars.position(v) for v in gapbars.HALF_LEVELS], "plan": long(bar.planned), "attained": long(bar.attained),
        "hatched": long(bar.hatched_to), "end": at(bar.attained), "low": at(bar.low), "high": at(bar.high),
        "required": at(bar.required), "occupation": at(bar.occupation), "is_gap": bar.is_gap,
    }


@register.inclusion_tag("kit/gapbar.html")
def gapbar(label: str, *, attained: float | None = None, low: float | None = None, high: float | None = None,
           required: float | None = None, planned: float | None = None, occupation: float | None = None) -> dict[str, Any]:
    """``{% gapbar "Operating" attained=3.8 low=3.6 high=4.0 required=5 planned=4 occupation=4.9 %}``: levels 0–5."""
    return _gap_context(str(label), gapbars.GapBar(attained, low, high, required, planned, occupation))


@register.inclusion_tag("kit/gap_axis.html")
def gap_axis() -> dict[str, Any]:
    """The scale 0–5 that stands over a column of gap bars."""
    return {"levels": [(value, gapbars.position(value)) for value in gapbars.LEVELS]}


@register.inclusion_tag("kit/gap_legend.html")
def gap_legend(occupation: bool = False, planned: bool = True) -> dict[str, Any]:
    """What the lines of a gap bar mean; ``occupation`` adds the hollow triangle."""
    return {"occupation": occupation, "planned": planned}


@register.simple_tag
def gap_verdict(attained: float | None = None, low: float | None = None, high: float | None = None,
                required: float | None = None) -> SafeString:
    """The gap in words or as a number: ``−1.2`` (attained minus required), met, within the interval, not assessed."""
    bar = gapbars.GapBar(attained, low, high, required)
    if bar.verdict == "gap" and bar.attained is not None and bar.required is not None:
        return format_html('<span class="gapv">{}</span>', formats.signed(bar.attained - bar.required))
    if bar.verdict == "met":
        return format_html('<span class="met">{}</span>', pgettext("gap", "met"))
    if bar.verdict == "within":
        return format_html('<span class="quiet">{}</span>', pgettext("gap", "within"))
    return level(None) if bar.verdict == "not_assessed" else format_html('<span class="quiet">{}</span>', formats.MISSING)


@register.simple_tag
def crumbs(*parts: Any) -> SafeString:
    """``{% crumbs label url label url label %}``: pairs, the last label alone is this page."""
    items = [format_html('<li><a href="{}">{}</a></li>', parts[i + 1], text(parts[i])) for i in range(0, len(parts) - 1, 2)]
    if len(parts) % 2:
        items.append(format_html('<li aria-current="page">{}</li>', text(parts[-1])))
    steps = format_html_join("", "{}", ((item,) for item in items))
    return format_html('<nav aria-label="{}"><ol class="crumbs">{}</ol></nav>', _("Where you are"), steps)


@register.filter
def initials(name: Any) -> str:
    """Two letters for the avatar."""
    return "".join(part[0] for part in str(name).split()[:2]).upper()


@register.filter(name="number")
def number_filter(value: Any, places: int = 0) -> str:
    """``{{ 1250.5|number:1 }}``: at most so many digits after the comma."""
    return formats.number(value, places)


@register.filter
def fixed(value: Any, places: int = 1) -> str:
    """Exactly so many digits after the comma."""
    return formats.number(value, places, fixed=True)


@register.filter
def signed(value: Any, places: int = 1) -> str:
    """A difference with its sign."""
    return formats.signed(value, places)


@register.filter
def percent(share: Any, places: int = 0) -> str:
    """A share 0..1 as per cent."""
    return formats.percent(share, places)


@register.filter(name="date_text")
def date_text(value: dt.date | None) -> str:
    """A date in a sentence."""
    return formats.date(value)


@register.filter(name="date_table")
def date_table(value: dt.date | None) -> str:
    """A date in a table."""
    return formats.date(value, "table")


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Date and time, 24 hours."""
    return formats.moment(value)


@register.simple_tag
def interval(low: float | None, high: float | None, places: int = 1) -> str:
    """``3.0–3.4``, or a dash when there is none."""
    return formats.MISSING if low is None or high is None else formats.interval(low, high, places)


# ---- tables: a kit.tables.TableState stands behind these ----


@register.inclusion_tag("kit/th.html")
def th(table: Any, name: str) -> dict[str, Any]:
    """Header cell of a declared column: sorts by a link, says how it is sorted."""
    return {"head": table.head(name)}


@register.inclusion_tag("kit/chips.html")
def filter_chips(table: Any) -> dict[str, Any]:
    """The filters in force, each with a link that takes it off."""
    return {"chips": table.chips(), "clear": table.url(q="", page=1, filters={})}


@register.inclusion_tag("kit/pager.html")
def pager(table: Any) -> dict[str, Any]:
    """Which rows are shown, and the pages."""
    return {"table": table}


@register.inclusion_tag("kit/chart.html", takes_context=True)
def chart(context: Mapping[str, Any], drawing: Any, links: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A :class:`sheber.kit.charts.Chart` with its table and its files; ``links`` are made from the request when left out."""
    request = context.get("request")
    return {"chart": drawing, "links": links if links is not None else charts.links(request, drawing.name) if request else {}}


@register.inclusion_tag("kit/field.html")
def field(bound: Any, css: str = "input") -> dict[str, Any]:
    """A form field: label above, what was typed, hint and errors below, tied together for those who listen."""
    described = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    attributes = {"class": css}
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
        attributes["aria-invalid"] = "true"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    widget, more = bound.field.widget, {}
    if isinstance(widget, forms.PasswordInput):
        # The first of two new passwords is told how strong it is; the second is the same one.
        is_new = widget.attrs.get("autocomplete") == "new-password" and bound.name != "again"
        more = {"is_password": True, "least": PASSWORD_LEAST if is_new else 0, "words": json.dumps([
            "", _("Weak: at least %(n)s signs, and not one after the other.") % {"n": PASSWORD_LEAST},
            _("Passable: a few more signs help."), _("Good."), _("Strong.")], ensure_ascii=False)}
    return {"field": bound, "widget": bound.as_widget(attrs=attributes), **more}


@register.inclusion_tag("kit/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong with a form as a whole."""
    return {"errors": form.non_field_errors()}
