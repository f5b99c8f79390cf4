"""Plans drawn by hypothesis, in the form in which the readers give them: requisites by kind, cells in the order of items."""

import unicodedata

from hypothesis import strategies as st

from sheber.apps.programmes.rules.checks.index import natural
from sheber.engines.curriculum.plan import Cell, Course, Outcome, Plan, Requisite, Term

FEATURES = ("capstone", "industrial_practice")
KINDS = ("prerequisite", "corequisite", "strict_corequisite")
# Texts that a spreadsheet or YAML would gladly take for something else.
AWKWARD = ["=1+1", "+7", "@x", "-", "true", "null", "~", "007", "1e5", "2026.10", "<script>alert(1)</script>", "a: b", "# no",
           "Ұлттық\nтіл", "'x"]


def texts(max_size=20):
    letters = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=max_size)
    cleaned = (letters | st.sampled_from(AWKWARD)).map(lambda text: unicodedata.normalize("NFC", text).strip())
    return cleaned.filter(lambda text: 0 < len(text) <= max(max_size, 8))


def titles(required=True):
    return st.dictionaries(st.sampled_from(("kk", "ru", "en")), texts(), min_size=int(required)).map(
        lambda found: {language: found[language] for language in ("kk", "ru", "en") if language in found})


codes = st.from_regex(r"[A-Z]{2,4}[ .-]?[0-9]{1,4}[A-Z]?|ЖЦ[0-9]{2}", fullmatch=True)
items = st.from_regex(r"[1-5]\.[1-9]0?(\.[1-9])?", fullmatch=True)
whole = st.none() | st.integers(0, 900)
amounts = st.integers(0, 240).map(lambda quarters: quarters / 4)


@st.composite
def plans(draw):
    listed = draw(st.lists(codes, min_size=1, max_size=6, unique=True))
    terms = tuple(Term(number, (number + 1) // 2, draw(st.sampled_from(("autumn", "spring", "winter", "summer"))))
                  for number in range(1, draw(st.integers(0, 5)) + 1))
    return Plan(
        code=draw(codes), title=draw(titles()), courses=tuple(draw(courses(code, listed)) for code in listed), terms=terms,
        system=draw(st.sampled_from(("semester", "quarter"))), version=draw(texts(8)),
        engineer_type=draw(st.sampled_from(("", "technician"))),
        credits=draw(st.none() | amounts), hours_per_credit=draw(st.none() | st.integers(1, 60)),
        term_load=draw(st.none() | st.lists(amounts, min_size=3, max_size=3).map(lambda load: tuple(sorted(load)))),
        entry_levels=draw(st.dictionaries(items, st.integers(0, 5), max_size=3)),
        targets=draw(st.dictionaries(items, st.integers(0, 10).map(lambda halves: halves / 2), max_size=4)), details=draw(details()))


@st.composite
def courses(draw, code, listed):
    requisites = draw(st.lists(requisite(listed), max_size=3))
    cells = draw(st.lists(st.builds(Cell, items, st.sampled_from("ITU"), st.integers(1, 5)), max_size=4, unique_by=lambda cell: cell.item))
    outcomes = draw(st.lists(st.builds(Outcome, texts(8), titles(required=False)), max_size=2, unique_by=lambda outcome: outcome.code))
    return Course(code, draw(titles()), draw(amounts), draw(st.none() | st.integers(0, 6)),
                  draw(st.sampled_from(("general", "basic", "other"))), draw(st.sampled_from(("lecture", "lab", "thesis"))),
                  draw(whole), draw(whole), draw(whole), tuple(sorted(requisites, key=lambda each: KINDS.index(each.kind))),
                  tuple(sorted(cells, key=lambda cell: natural(cell.item))),
                  frozenset(draw(st.lists(st.sampled_from(FEATURES), max_size=2))), tuple(outcomes))


def requisite(listed, kinds=KINDS):
    options = st.lists(st.sampled_from(listed) | codes, min_size=1, max_size=3, unique=True).map(tuple)
    return st.builds(Requisite, st.sampled_from(kinds), options, st.integers(1, 4))


def details():
    given = {"degree": st.sampled_from(("bachelor", "doctor")), "nqf": st.integers(1, 8), "languages": st.just(("kk", "ru")),
             "qualification": titles(), "synthetic": st.just(True), "isced_f": st.sampled_from(("0716", "0724"))}
    return st.fixed_dictionaries({}, optional=given)
