"""Searching and sorting Kazakh, Russian and English words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit.search import matches
from sheber.kit.sorting import ALPHABET, alphabetical


@pytest.mark.parametrize(("words", "text", "found"), [
    ("ӘДІС", "Оқыту әдістері", True), ("Құрал", "құралдар", True),
    ("zinc lead", "Metallurgy of Lead and ZINC", True), ("zinc tin", "zinc", False),
    ("", "anything", True), ("  ", "anything", True)])
def test_case_and_order_do_not_matter(words, text, found):
    assert matches(words, text) is found


def test_the_kazakh_alphabet_has_its_forty_two_letters_in_order():
    assert len(ALPHABET) == 42
    assert sorted(sorted(ALPHABET), key=alphabetical) == list(ALPHABET)
    assert sorted(["ячмень", "қала", "лак", "кала", "Ә", "б"], key=alphabetical) == ["Ә", "б", "кала", "қала", "лак", "ячмень"]


@given(st.lists(st.text("аәбвгҒғqz09 ", max_size=6)))
def test_case_never_changes_the_order(words):
    assert [alphabetical(word) for word in words] == [alphabetical(word.upper()) for word in words]
