"""One Vega-Lite specification for the page, the SVG, the PNG and the PDF, with our colours and the reader's numbers.

A system writes a function of rows that returns a :class:`Chart`; colours are named ``var(--c1)`` as in the style. On the page the
browser puts in those of the theme; in a file they are those of the light sheet.
"""

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, assert_never

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify

from . import exports, formats

Spec = dict[str, Any]

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
CATEGORIES: Final = tuple(f"var(--c{n})" for n in range(1, 7))
SEQUENCE: Final = tuple(f"var(--lv{n})" for n in range(1, 6))
DASHES: Final = {"proved": [1, 0], "planned": [4, 3], "required": [7, 2.5, 1.5, 2.5]}
"""The line grammar: solid, dashed, dash-dot."""
FONT: Final = 'Inter, system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'
WIDTH: Final = 720
LINE_LETTERS: Final = 130

# The light sheet of tokens.css, for files; a test holds the two equal.
LIGHT: Final[Mapping[str, str]] = {
    "--paper": "#F1F3F1", "--surface": "#FFFFFF", "--surface-2": "#F8F9F8", "--sunken": "#E7EBE9", "--ink": "#14212D", "--ink-2": "#43505C",
    "--ink-3": "#586571", "--rule": "#D5DBD8", "--rule-2": "#B3BDBC", "--edge": "#76838D", "--tick": "#A9B4B5", "--hatch": "#8895A0",
    "--accent": "#134468", "--accent-soft": "#E2ECF3", "--accent-line": "#8FB4CF", "--link": "#0F568A", "--sun": "#C27C00",
    "--ok": "#176443", "--warn": "#7A5000", "--bad": "#A8261D", "--info": "#0F568A",
    "--t-technician": "#34404B", "--t-line": "#A5500F", "--t-innovative": "#2456C4", "--t-research": "#B3267E",
    "--lv0": "#FFFFFF", "--lv1": "#DCE8F0", "--lv2": "#B4CFE1", "--lv3": "#7FAACA", "--lv4": "#2D6E9F", "--lv5": "#0E3857",
    "--c1": "#134468", "--c2": "#A57226", "--c3": "#308FCE", "--c4": "#6F30CE", "--c5": "#D85973", "--c6": "#422923",
}


def config() -> Spec:
    """How every chart looks: hairline grid, 12 px text in ink-2, our categories in order."""
    label = {"labelFont": FONT, "labelFontSize": 12, "labelColor": "var(--ink-2)", "titleFont": FONT, "titleFontSize": 12,
             "titleFontWeight": 500, "titleColor": "var(--ink-2)"}
    return {
        "background": "var(--surface)", "font": FONT, "view": {"stroke": None},
        "axis": {**label, "domainColor": "var(--rule-2)", "tickColor": "var(--tick)", "gridColor": "var(--rule)", "labelLimit": 260,
                 "titlePadding": 8},
        "legend": {**label, "symbolSize": 90, "orient": "bottom"},
        "header": label, "title": {"font": FONT, "fontSize": 13, "fontWeight": 600, "color": "var(--ink)", "anchor": "start"},
        "text": {"font": FONT, "fontSize": 12, "color": "var(--ink)"},
        "mark": {"color": "var(--c1)"}, "bar": {"color": "var(--c1)"}, "line": {"color": "var(--c1)", "strokeWidth": 2},
        "rule": {"color": "var(--ink)"}, "range": {"category": list(CATEGORIES), "ordinal": list(SEQUENCE), "ramp": list(SEQUENCE)},
    }


@dataclass(frozen=True)
class Chart:
    """``spec`` without schema and config; ``headings`` and ``rows`` are the same figures as a table; ``description`` is read aloud."""

    name: str
    title: str
    description: str
    spec: Spec
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    synthetic: bool = False
    about: Mapping[str, str] = field(default_factory=dict)
    credit: str = ""
    """Attribution that a licence asks to travel with the figures; stands under the title of a file."""

    def full_spec(self) -> Spec:
        """What Vega-Lite draws, colours still named."""
        return {"$schema": SCHEMA, "description": self.description, "width": "container", **self.spec,
                "config": merged(config(), self.spec.get("config", {}))}

    def file_spec(self) -> Spec:
        """The same with the colours of the light sheet, a width in pixels and its title; under it invented data and the credit."""
        spec = self.full_spec()
        title: Spec = {"text": self.title}
        lines = [*([exports.synthetic_note()] if self.synthetic else []), *textwrap.wrap(self.credit, LINE_LETTERS)]
        if lines:
            title |= {"subtitle": lines, "subtitleFont": FONT, "subtitleFontSize": 11,
                      "subtitleColor": "#5A3E7D" if self.synthetic else "var(--ink-2)"}
        width = WIDTH if spec["width"] == "container" else spec["width"]
        resolved: Spec = resolve(spec | {"title": title, "width": width, "padding": 16})
        return resolved

    def locale(self) -> dict[str, Any]:
        """Numbers as the reader writes them, for d3-format."""
        if formats.reader() == "en":
            return {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", " ₸"], "minus": formats.MINUS}
        return {"decimal": ",", "thousands": formats.NBSP, "grouping": [3], "currency": ["", " ₸"], "minus": formats.MINUS}

    def json(self) -> str:
        """The specification as it stands in the page: data, not script, with what could end the block escaped."""
        return embedded(self.full_spec())

    def locale_json(self) -> str:
        return json.dumps(self.locale(), ensure_ascii=False)


def embedded(value: Any) -> str:
    """JSON safe inside ``<script type="application/json">``. NaN is refused."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str)
    return text.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> Spec:
    """``over`` laid on ``base``, into nested mappings."""
    out = dict(base)
    for key, value in over.items():
        below = out.get(key)
        out[key] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return out


def resolve(value: Any) -> Any:
    """Named colours as those of the light sheet. An unknown name is a KeyError: better than a black chart."""
    if isinstance(value, str) and value.startswith("var(--") and value.endswith(")"):
        return LIGHT[value[4:-1]]
    if isinstance(value, Mapping):
        return {key: resolve(item) for key, item in value.items()}
    return [resolve(item) for item in value] if isinstance(value, list | tuple) else value


def draw(chart: Chart, kind: Literal["svg", "png", "pdf"]) -> bytes:
    """The chart as a file; nothing is fetched, whatever the specification says."""
    import vl_convert

    spec, locale, nowhere = chart.file_spec(), chart.locale(), list[str]()
    match kind:
        case "svg":
            return vl_convert.vegalite_to_svg(spec, allowed_base_urls=nowhere, format_locale=locale).encode()
        case "png":
            return vl_convert.vegalite_to_png(spec, scale=2, allowed_base_urls=nowhere, format_locale=locale)
        case "pdf":
            return vl_convert.vegalite_to_pdf(spec, allowed_base_urls=nowhere, format_locale=locale)
    assert_never(kind)


def respond(chart: Chart, kind: str) -> HttpResponse:
    """The chart or its table as a download; another ``kind`` is not found."""
    filename = slugify(chart.title, allow_unicode=True) or chart.name
    match kind:
        case "csv" | "xlsx":
            return exports.export(kind, chart.headings, chart.rows, title=chart.title, filename=filename, synthetic=chart.synthetic,
                                  about=chart.about)
        case "svg" | "png" | "pdf":
            types = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
            return exports.download(draw(chart, kind), types[kind], f"{filename}.{kind}")
    raise Http404(f"a chart has no form {kind!r}")


def links(request: HttpRequest, name: str) -> dict[str, str]:
    """Addresses of the files when a page answers ``?chart=name&as=svg`` itself."""
    def link(kind: str) -> str:
        given = request.GET.copy()
        given["chart"], given["as"] = name, kind
        return f"?{given.urlencode()}"

    return {kind: link(kind) for kind in ("svg", "png", "csv")}
