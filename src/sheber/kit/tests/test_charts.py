"""One specification for page and file."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils.translation import override

from sheber.kit import charts, exports

ROWS = [(term, 27 + term / 2) for term in range(1, 9)]


def chart(**changes):
    values = {
        "name": "load", "title": "Жүктеме", "description": "Bar chart: credits in each term.",
        "spec": {"height": 200, "data": {"values": [{"term": term, "credits": credits} for term, credits in ROWS]}, "mark": "bar",
                 "encoding": {
            "x": {"field": "term", "type": "ordinal"}, "y": {"field": "credits", "type": "quantitative", "axis": {"format": ".1f"}},
            "color": {"value": "var(--c2)"}}},
        "headings": ["Term", "Credits"], "rows": ROWS}
    return charts.Chart(**(values | changes))


def test_the_svg_has_our_colours_and_nothing_outside():
    with override("ru"):
        svg = charts.draw(chart(synthetic=True), "svg").decode()
        note = exports.synthetic_note()
    ElementTree.fromstring(svg)
    assert charts.LIGHT["--c2"].lower() in svg.lower()
    assert "var(--" not in svg
    assert "30,0" in svg                                              # a decimal comma for a Russian reader
    assert note in svg
    assert re.findall(r"https?://(?!www\.w3\.org)", svg) == []


def test_png_and_pdf_are_what_they_say():
    assert charts.draw(chart(), "png").startswith(b"\x89PNG")
    assert charts.draw(chart(), "pdf").startswith(b"%PDF")


def test_data_from_elsewhere_is_refused():
    outside = chart(spec={"data": {"url": "http://127.0.0.1:9/rows.json"}, "mark": "bar", "encoding": {}})
    with pytest.raises(ValueError, match="not allowed"):
        charts.draw(outside, "svg")


def test_a_colour_without_a_name_is_an_error():
    with pytest.raises(KeyError):
        charts.resolve({"color": "var(--nothing)"})


def test_the_page_holds_the_data_safely():
    spec = {"data": {"values": [{"t": "</script><script>alert(1)</script>"}]}, "mark": "bar", "encoding": {}}
    evil = chart(spec=spec, title="<b>", description='">')
    with override("en"):
        html = Template("{% load sheber %}{% chart c %}").render(Context({"c": evil}))
    assert html.count("<script") == html.count("</script>") == 1
    block = html.split('<script type="application/json">')[1].split("</script>")[0]
    assert json.loads(block)["data"]["values"] == [{"t": "</script><script>alert(1)</script>"}]
    assert "<td>27.5</td>" in html


def test_a_number_that_is_none_is_refused_on_the_page():
    with pytest.raises(ValueError, match="JSON"):
        charts.embedded({"x": float("nan")})


@pytest.mark.parametrize(("kind", "content_type"), [("svg", "image/svg+xml"), ("csv", "text/csv; charset=utf-8")])
def test_answers(kind, content_type):
    answer = charts.respond(chart(), kind)
    assert answer["Content-Type"] == content_type
    assert "attachment" in answer["Content-Disposition"]
