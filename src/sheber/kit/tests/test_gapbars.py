"""Positions of the gap bar against values worked by hand (x = 1 + 19.6 × level), and the laws of the drawing."""

import re

import pytest
from django.template import Context, Template
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit.gapbars import GapBar, length, position

levels = st.floats(0, 5, allow_nan=False)


def drawn(**values):
    named = " ".join(f"{name}={name}" for name in values)
    with override("en"):
        return Template("{% load sheber %}{% gapbar 'Operating' " + named + " %}").render(Context(values))


@pytest.mark.parametrize(("level", "x"), [
    (0, "1.00%"), (1, "20.60%"), (3.8, "75.48%"), (4.9, "97.04%"), (5, "99.00%"), (7, "99.00%"), (-1, "1.00%")])
def test_position(level, x):
    assert position(level) == x


def test_length_begins_at_level_nought():
    assert [length(0), length(3.8), length(4)] == ["0.00%", "74.48%", "78.40%"]


@pytest.mark.parametrize(("bar", "verdict"), [
    (GapBar(attained=3.8, low=3.6, high=4.0, required=5), "gap"), (GapBar(attained=3.8, low=3.6, high=4.0, required=4), "within"),
    (GapBar(attained=3.2, low=3.0, high=3.4, required=3), "met"), (GapBar(attained=2.9, low=2.7, high=2.99, required=3), "gap"),
    (GapBar(attained=2, required=3), "gap"), (GapBar(required=3, planned=3), "not_assessed"), (GapBar(attained=3), "no_target"),
    (GapBar(attained=0, required=0), "met"),
])
def test_verdict(bar, verdict):
    assert bar.verdict == verdict


def test_the_bar_of_the_mock():
    """Operating: attained 3.8 (3.6–4.0), required 5, planned 4, occupation 4.9."""
    svg = drawn(attained=3.8, low=3.6, high=4.0, required=5, planned=4, occupation=4.9)
    assert '<rect class="g-plan" x="1.00%" y="7" width="78.40%" height="18"/>' in svg
    assert '<rect class="g-att" x="1.00%" y="11" width="74.48%" height="10"/>' in svg
    assert '<line class="g-int" x1="71.56%" x2="79.40%" y1="16" y2="16"/>' in svg
    assert '<line class="g-req" x1="99.00%" x2="99.00%" y1="0" y2="32"/>' in svg
    assert '<line class="g-dim" x1="75.48%" x2="99.00%" y1="4" y2="4"/>' in svg
    assert '<svg x="97.04%" y="25" overflow="visible"><path class="g-occ"' in svg
    assert 'aria-label="Operating: attained 3.8, between 3.6 and 4.0, planned 4, required 5"' in svg


def test_not_assessed_is_hatched_and_never_nought():
    svg = drawn(required=3, planned=3)
    assert 'class="g-na" fill="url(#hatch)" x="1.00%" y="11" width="58.80%"' in svg
    assert "g-att" not in svg
    assert "not assessed" in svg


def test_level_nought_attained_is_drawn_as_a_bar_of_no_length():
    svg = drawn(attained=0, required=3)
    assert 'class="g-att" x="1.00%" y="11" width="0.00%"' in svg
    assert "g-na" not in svg


@given(attained=levels, spread=st.floats(0, 2), required=levels)
def test_a_gap_is_drawn_only_when_the_whole_interval_lies_below(attained, spread, required):
    low, high = max(attained - spread, 0.0), min(attained + spread, 5.0)
    svg = drawn(attained=attained, low=low, high=high, required=required)
    assert ("g-dim" in svg) == (high < required)
    assert all(1 <= float(x) <= 99 for x in re.findall(r' x[12]?="([\d.]+)%"', svg))


def test_the_label_is_escaped():
    with override("en"):
        svg = Template("{% load sheber %}{% gapbar label attained=1 %}").render(Context({"label": '"><script>'}))
    assert "<script>" not in svg
