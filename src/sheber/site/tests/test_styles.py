"""Styles and scripts of our own: layers in order, two themes equal, nothing from elsewhere, small files."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from sheber.kit import charts
from sheber.site.context import STYLESHEETS

STATIC = Path(__file__).parents[1] / "static" / "sheber"
CSS = sorted((STATIC / "css").glob("*.css"))
JS = sorted((STATIC / "js").glob("*.js"))
TEMPLATES = sorted(Path(__file__).parents[2].rglob("templates/**/*.html"))


def blocks(css, selector):
    """Declarations of every block of this selector."""
    return [dict(re.findall(r"(--[\w-]+):\s*([^;]+);", body)) for body in re.findall(re.escape(selector) + r"\s*\{([^}]*)\}", css)]


def test_chosen_dark_and_followed_dark_are_one_sheet():
    css = (STATIC / "css/tokens-dark.css").read_text("utf-8")
    chosen, followed = blocks(css, ':root[data-theme="dark"]'), blocks(css, ':root[data-theme="auto"]')
    assert chosen == followed
    assert len(chosen[0]) > 60


def test_files_are_drawn_in_the_colours_of_the_light_sheet():
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "css/tokens.css").read_text("utf-8"), flags=re.DOTALL)
    light = blocks(css, ":root")[0]
    assert {name: light[name].strip().upper() for name in charts.LIGHT} == dict(charts.LIGHT)


def test_the_order_of_layers_is_declared_first_and_kept():
    declared = re.search(r"@layer ([\w, ]+);", (STATIC / "css/base.css").read_text("utf-8"))[1].split(", ")
    used = {layer for path in CSS for layer in re.findall(r"@layer (\w+) \{", path.read_text("utf-8"))}
    assert used <= set(declared)
    assert STYLESHEETS.index("sheber/css/base.css") < min(i for i, name in enumerate(STYLESHEETS) if "/shell" in name or "/parts" in name)


@pytest.mark.parametrize("path", CSS + JS, ids=lambda path: path.name)
def test_files_are_small_balanced_and_fetch_nothing_from_elsewhere(path):
    text = path.read_text("utf-8")
    assert text.count("\n") <= 400
    assert text.count("{") == text.count("}")
    assert re.findall(r"(?:https?:)?//[a-z][\w.-]+\.[a-z]{2,}/", text) == []
    assert "eval(" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_style_or_script(path):
    text = path.read_text("utf-8")
    assert re.findall(r"\sstyle\s*=", text) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == []
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag or "application/json" in tag, tag
    assert "{% trans " not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_static_files_named_in_templates_exist(path):
    made = {"sheber/vega.js", "sheber/htmx.min.js"}
    for name in re.findall(r"{% static ['\"]([^'\"]+)['\"]", path.read_text("utf-8")):
        assert name in made or finders.find(name), name


def test_linked_styles_exist():
    assert [name for name in STYLESHEETS if finders.find(name) is None] == []
