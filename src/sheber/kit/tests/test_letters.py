"""Keys of words: laws, and ways of writing that have to meet."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit.letters import WORD_LENGTH, asked, found, inner, key, keys, marked, other_layout, tokens

KAZAKH = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
WORDS = st.text(st.sampled_from(KAZAKH + KAZAKH.upper() + "abcxyzQWJ'’-"), min_size=1, max_size=12)


@given(WORDS, st.integers(0, 12))
def test_the_key_of_a_beginning_is_the_beginning_of_the_key(word, at):
    assert key(word).startswith(key(word[:at]))


@given(st.text(max_size=30))
def test_a_key_is_its_own_key_and_short(text):
    assert len(key(text)) <= WORD_LENGTH
    for one in keys([text]):
        assert key(one) == one or any(unicodedata.category(letter) not in {"Ll", "Nd"} for letter in one)


@given(st.text(max_size=40), st.lists(WORDS, max_size=3))
def test_the_marked_pieces_are_the_text(text, wanted):
    assert "".join(piece for piece, _is in marked(text, map(key, wanted))) == unicodedata.normalize("NFC", text)


@given(st.lists(WORDS.filter(lambda word: key(word).isalnum()), min_size=1, max_size=4), st.randoms())
def test_a_text_is_found_by_the_beginnings_of_its_words_in_any_order(words, lot):
    begun = [word[:lot.randint(1, len(word))] for word in words]
    lot.shuffle(begun)
    assert not asked(" ".join(begun)) or found(asked(" ".join(begun)), " ".join(words))


@pytest.mark.parametrize(("one", "other"), [
    ("Қайрат", "Кайрат"), ("Әлия", "Aliya"), ("Өтегенұлы", "ОТЕГЕНУЛЫ"), ("Жүніс", "Zhunis"), ("Жүніс", "Junis"),
    ("Щербаков", "Shcherbakov"),
    ("Юлия", "Yuliya"), ("Наталья", "Natalya"),
    ("О'Брайен", "O’Braien"), ("Ильясұлы", "Iliasuly"), ("Сейтқызы", "Seitqyzy"), ("Ahmet", "ÁHMET"),
    ("Хан", "Һан"), ("Ёлкин", "Елкин"), ("Йод", "и\u0306од"), ("Şınar", "Sinar")])
def test_ways_of_writing_one_name_meet(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(("typed", "meant"), [
    ("ghbdtn", "привет"), ("fkbz", "алия"), ("ьфе1", "mat1"), ("PHYSICS", "зрнышсы"), ("12", ""), ("алия b", "")])
def test_the_keys_under_the_other_alphabet(typed, meant):
    assert other_layout(typed) == meant


def test_words_with_points_and_dashes_are_found_whole_and_by_their_parts():
    assert list(tokens("4.7.10 (A/B), C++ — e-mail: a.b@c.kz.")) == ["4.7.10", "A/B", "C++", "e-mail", "a.b@c.kz"]
    assert keys(["17-2151.00"]) == {"17-2151.00", "17", "2151", "00"}
    assert asked("  «Алия»,  АЛИЯ ") == ["aliia"]
    assert asked("-- ’ ") == []


def test_the_inside_of_a_word_counts_from_the_third_letter():
    assert inner("metallurgiia") >= {"urgiia", "tallurgiia", "iia"}
    assert inner("ab") == inner("4.7.10") == set()


def test_what_is_marked():
    assert marked("Әлия Өтегенұлы", asked("отег")) == [("Әлия ", False), ("Өтег", True), ("енұлы", False)]
    assert marked("Металлургия", asked("ургия")) == [("Металл", False), ("ургия", True)]
    assert marked("MAT1 Mathematics", asked("mat")) == [("MAT", True), ("1 ", False), ("Mat", True), ("hematics", False)]
