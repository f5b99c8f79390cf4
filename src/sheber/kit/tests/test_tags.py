"""Template tags: signs are always more than colour, and everything given is escaped."""

import datetime as dt

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.translation import override

from sheber.kit import icons
from sheber.kit.localised import LocalisedText

EVIL = '"><script>alert(1)</script>'


def render(source, language="en", **context):
    with override(language):
        return Template("{% load sheber %}" + source).render(Context(context))


def test_a_text_in_the_readers_language_has_no_mark():
    title = LocalisedText(kk="Мырыш", en="Zinc")
    assert render("{% text t %}", "kk", t=title) == "Мырыш"
    assert render("{% text t %}", "en", t=title) == "Zinc"


def test_a_text_in_another_language_says_which():
    html = render("{% text t %}", "en", t=LocalisedText(ru="Цинк"))
    assert html == '<span lang="ru">Цинк</span> <span class="lang-mark">РУС</span>'


def test_levels_are_numerals_and_not_assessed_is_not_nought():
    assert ">3<" in render("{% level 3 %}")
    assert render("{% level 0 %}") == '<span class="lv lv-0">0</span>'
    none = render("{% level None %}")
    assert "lv-na" in none
    assert "not assessed" in none
    assert "0" not in none


@pytest.mark.parametrize(("letter", "name"), [("C", "Conceive"), ("D", "Design"), ("I", "Implement"), ("O", "Operate")])
def test_stages_are_letters_with_names(letter, name):
    html = render("{% stage letter %}", letter=letter)
    assert f">{letter}</b>" in html
    assert name in html


def test_a_type_has_shape_and_name():
    html = render("{% engineer_type t %}", t={"code": "research_engineer", "title": LocalisedText(en="Research engineer")})
    assert "icons.svg#t-research" in html
    assert "Research engineer" in html


def test_a_cell_prints_letter_and_level():
    assert ">T3<" in render('{% mode "T" 3 %}')
    assert render('{% mode "" %}') == ""


@pytest.mark.parametrize("status", ["confirmed", "from memory", "proposed"])
def test_status_of_a_fact_is_a_sign_and_a_word(status):
    html = render("{% fact_status s %}", s=status)
    assert status in html
    assert "<use href=" in html


def test_a_figure_without_date_source_or_note_is_refused():
    with pytest.raises(TemplateSyntaxError, match="needs a date"):
        render('{% figure "Students" 412 "people" %}')
    html = render('{% figure "Students" 1412 "people" date=day source="register" %}', day=dt.date(2026, 11, 23))
    assert "1,412 <small>people</small>" in html
    assert "23 Nov 2026" in html


def test_a_sign_that_does_not_exist_is_refused():
    with pytest.raises(TemplateSyntaxError, match="o-nothing"):
        render('{% icon "o-nothing" %}')


def test_every_sign_can_be_drawn():
    for name in icons.NAMES:
        assert f"icons.svg#{name}" in render("{% icon n %}", n=name)


@pytest.mark.parametrize("source", [
    "{% text v %}", "{% badge v 'ok' %}", "{% source_note v %}", "{% source_note v '/x' %}", "{% crumbs v '/a' v %}",
    "{% figure v 1 v note=v %}", "{% gapbar v attained=1 %}", "{% mode v 1 %}", "{{ v|initials }}"])
def test_nothing_given_becomes_markup(source):
    assert "<script>" not in render(source, v=EVIL)


def test_crumbs_end_with_this_page():
    html = render('{% crumbs "Programmes" "/p/" "Gap" %}')
    assert '<li><a href="/p/">Programmes</a></li>' in html
    assert '<li aria-current="page">Gap</li>' in html


@pytest.mark.parametrize(("values", "shown"), [
    ((3.8, 3.6, 4.0, 5), "−1.2"), ((3.2, 3.0, 3.4, 3), "met"), ((3.8, 3.6, 4.0, 4), "within"),
    ((None, None, None, 3), "n. a."), ((3.0, None, None, None), "–")])
def test_verdict_in_words(values, shown):
    html = render("{% gap_verdict a l h r %}", **dict(zip("alhr", values, strict=True)))
    assert f">{shown}<" in html
