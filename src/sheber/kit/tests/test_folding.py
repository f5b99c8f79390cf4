"""Folding: found however it is typed, sorted alike everywhere."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from sheber.kit.folding import PLAIN, SEARCH_LENGTH, SORT_LETTERS, fold, plain, search_text, sort_text
from sheber.kit.sorting import ALPHABET, alphabetical

LETTERS = st.text(ALPHABET + ALPHABET.upper() + "abcxyzABCXYZ019 ", max_size=30)


@given(text=st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
    assert plain(plain(text)) == plain(text)


@given(text=LETTERS)
def test_case_and_composition_do_not_matter(text):
    for typed in (text.upper(), text.lower(), unicodedata.normalize("NFD", text)):
        assert fold(typed) == fold(text)


@given(text=LETTERS)
def test_plain_holds_no_kazakh_letter(text):
    assert not set(plain(text)) & {chr(letter) for letter in PLAIN}
    assert len(plain(text)) == len(fold(text))


@given(name=LETTERS, other=LETTERS)
def test_a_name_is_found_with_and_without_kazakh_letters(name, other):
    kept = search_text([other, name])
    if len(search_text([other, name])) < SEARCH_LENGTH:
        assert fold(name) in kept
        assert plain(name) in kept


def test_worked_by_hand():
    assert search_text(["Әлия Сейтқызы", "Алия Сейтказы", ""]) == "әлия сейтқызы алия сейтказы алия сейткызы"
    assert [plain(word) for word in ("ҒАЛЫМ", "Ұлжан", "Үміт", "Һадиша", "Ілияс", "Ө", "Ң", "ё")] == [
        "галым", "улжан", "умит", "хадиша", "илияс", "о", "н", "е"]
    assert len(search_text(["а" * 5000])) == SEARCH_LENGTH


@given(texts=st.lists(st.text(ALPHABET + ALPHABET.upper() + "abcxyzABCXYZ019", min_size=1, max_size=SORT_LETTERS), max_size=12))
def test_sorting_by_bytes_is_the_alphabet(texts):
    """Against the key that is used where sorting is done here; letters of names only, for signs both put first."""
    assert [alphabetical(text) for text in sorted(texts, key=sort_text)] == [alphabetical(text) for text in sorted(texts, key=alphabetical)]
    assert all(sort_text(text).isascii() and sort_text(text).isalnum() for text in texts)


def test_what_has_no_name_stands_last():
    assert sort_text("") > sort_text("яяя") > sort_text("z") > sort_text("9")
