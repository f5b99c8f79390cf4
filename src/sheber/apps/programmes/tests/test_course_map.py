"""Laws of the course map, and its file."""

import re
from collections import defaultdict
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from sheber.apps.programmes.charts.course_map import BLOCK, CREDIT, LINE_WIDTH, TOP, course_map, text_width, wrap
from sheber.apps.programmes.models import Requisite as RequisiteModel
from sheber.engines.curriculum.plan import Course, Plan, Requisite
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_user

from .factories import make_plan, make_version
from .strategies import KINDS, plans, texts

LOW = 24.0
"""A block is never lower: a course of less than a credit and a half is still there to be touched."""
SVG = "{http://www.w3.org/2000/svg}"


@st.composite
def chains(draw):
    """Plans whose courses rest on each other in every way, circles and unplaced courses included."""
    codes = [f"C{n}" for n in range(draw(st.integers(1, 8)))]
    courses = tuple(
        Course(code, {"en": code}, draw(st.sampled_from((0.0, 0.5, 1.5, 5.0, 30.0))), draw(st.none() | st.integers(1, 4)),
               requisites=tuple(draw(st.lists(st.builds(
                   Requisite, st.sampled_from(KINDS),
                   st.lists(st.sampled_from([*codes, "GONE"]), min_size=1, max_size=3, unique=True).map(tuple)), max_size=2))))
        for code in codes)
    return Plan("P", {"en": "P"}, courses)


@given(plans())
def test_blocks_of_a_term_never_overlap_and_stand_for_their_credits(plan):
    drawn = course_map(plan)
    columns = defaultdict(list)
    for block in drawn.blocks:
        columns[block.x].append(block)
        assert block.height + 2 == max(block.course.credits * CREDIT, LOW)
        assert block.y >= TOP
        assert block.y + block.height <= drawn.height
        assert block.x + BLOCK <= drawn.width
    for blocks in columns.values():
        assert len({block.course.term for block in blocks}) == 1
        blocks.sort(key=lambda block: block.y)
        assert all(upper.y + upper.height < lower.y for upper, lower in pairwise(blocks))
    assert len({column.x for column in drawn.columns}) == len(drawn.columns)
    assert all(right.x - left.x > BLOCK for left, right in pairwise(drawn.columns))


@given(plans())
def test_every_course_is_on_the_map_or_listed_below_it(plan):
    drawn = course_map(plan)
    shown = [block.course.code for block in drawn.blocks] + [course.code for course in drawn.unplaced]
    assert sorted(shown) == sorted(course.code for course in plan.courses)
    assert all(course.term is None for course in drawn.unplaced)


@given(plans())
def test_a_column_says_the_credits_of_its_term(plan):
    for column in course_map(plan).columns:
        assert column.credits == sum(course.credits for course in plan.courses if course.term == column.number)


@given(chains())
def test_every_requisite_with_both_ends_on_the_map_has_a_line(plan):
    placed = {course.code for course in plan.courses if course.term is not None}
    wanted = [(course.code, option) for course in plan.courses if course.code in placed for requisite in course.requisites
              for option in requisite.options if option in placed and option != course.code]
    drawn = course_map(plan)
    assert len(drawn.lines) == len(wanted)
    middles = {block.course.code: block.middle for block in drawn.blocks}
    starts = sorted(f"{middles[option]:g} {middles[course]:g}" for course, option in wanted)
    ends = (re.findall(r"-?[\d.e+-]+", line.path) for line in drawn.lines)
    assert sorted(f"{float(numbers[1]):g} {float(numbers[-1]):g}" for numbers in ends) == starts


@given(chains(), st.data())
def test_the_chain_of_a_course_is_all_it_rests_on(plan, data):
    """Brute force: who can be reached along requisites between placed courses, by growing the set until it stands still."""
    placed = {course.code: course for course in plan.courses if course.term is not None}
    chosen = data.draw(st.sampled_from([course.code for course in plan.courses]))
    rests_on = {(code, option) for code, course in placed.items() for requisite in course.requisites for option in requisite.options
                if option in placed}
    reached = {chosen} & set(placed)
    while (grown := reached | {option for code, option in rests_on if code in reached}) != reached:
        reached = grown
    drawn = course_map(plan, chosen=chosen)
    assert set(drawn.chain) == reached - {chosen}
    marks = {block.course.code: block.mark for block in drawn.blocks}
    if chosen in placed:
        assert marks == {code: "sel" if code == chosen else "on" if code in reached else "dim" for code in placed}
    else:
        assert drawn.chosen is None
        assert set(marks.values()) <= {""}


@given(chains())
def test_a_line_against_the_order_is_marked_and_drawn_last(plan):
    pairs = [(course.code, option) for course in plan.courses for requisite in course.requisites for option in requisite.options]
    states = [line.state for line in course_map(plan, bad_pairs=pairs).lines]
    assert set(states) <= {"bad"}
    states = [line.state for line in course_map(plan, bad_pairs=pairs[:1], chain=[course.code for course in plan.courses]).lines]
    assert states == sorted(states, key=("faint", "chosen", "bad").index)


WORDS = texts(60) | st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі -ABCxyz", max_size=80)


@given(WORDS, st.floats(30, 300), st.integers(1, 6))
@example("Электромеханикалық-энергетика жабдықтары", 60.0, 1)
@example("", 104.0, 1)
@example("İİİİİİİİİİİİİİİİİİ", 40.0, 3)
def test_a_title_never_leaves_its_block_and_loses_no_letter(text, width, most):
    lines = wrap(text, width=width, most=most)
    assert 1 <= len(lines) <= most
    assert all(text_width(line) <= width for line in lines)
    letters = re.sub(r"[\s-]", "", "".join(lines))
    whole = re.sub(r"[\s-]", "", text)
    if lines[-1].endswith("…") and not whole.endswith("…"):
        assert whole.startswith(letters[:-1].rstrip(",:;"))
    else:
        assert letters == whole


@given(st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі", min_size=1, max_size=60))
def test_a_divided_word_is_put_together_again_without_its_hyphens(word):
    *divided, last = wrap(word, width=LINE_WIDTH, most=9)
    assert all(part.endswith("-") for part in divided)
    assert "".join(part.removesuffix("-") for part in divided) + last == word


@pytest.mark.parametrize(("title", "lines"), [
    ("Материалтану", ("Материалтану",)),
    ("Экспериментальная", ("Эксперимен-", "тальная")),
    ("Электрмен жабдықтау", ("Электрмен", "жабдықтау"))])
def test_long_words_are_divided_where_a_reader_divides_them(title, lines):
    assert wrap(title, width=84.0, most=3) == lines


# --- over HTTP ----------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def university(db):
    return make_organisation()


@pytest.fixture
def director(client, university):
    client.force_login(make_user(role="programme_director", at=university))
    client.cookies["sheber_language"] = "en"
    return client


def address(version, name="overview", *more):
    return reverse(f"programmes:{name}", args=[version.programme.code, version.version, *more])


EVIL = "</text><script>alert(1)</script>&<a href='//x.invalid'>\u200b]]>"


@pytest.mark.parametrize("chosen", ["", "MAT2", "GONE", "\x00"])
def test_the_drawing_is_well_formed_and_needs_nothing_from_elsewhere(director, university, chosen):
    plan = make_plan(title={"en": EVIL, "kk": EVIL, "ru": EVIL})
    courses = (plan.courses[0], Course("MAT2", {"en": EVIL}, 30.0, 2, requisites=plan.courses[1].requisites))
    version = make_version(organisation=university, plan=make_plan(title=plan.title, courses=courses))
    answer = director.get(address(version, "map_svg"), {"course": chosen})
    assert answer["Content-Type"].startswith("image/svg+xml")
    assert "attachment" in answer["Content-Disposition"]
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{SVG}svg"
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "style", "title", "rect", "text", "line", "path", "g"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name]
    style = "".join(element.text or "" for element in root.iter(f"{SVG}style"))
    assert not re.search(r"url\(|@import|var\(", style)
    assert "Synthetic demonstration data" in "".join(root.itertext())
    assert len(root.findall(f".//{SVG}g")) == 2


def test_a_script_in_a_title_stays_text_on_the_page(director, university):
    version = make_version(organisation=university, plan=make_plan(title={"en": EVIL}))
    for name in ("overview", "findings", "gap", "history"):
        assert "<script>alert" not in director.get(address(version, name)).content.decode()


def test_a_circle_of_prerequisites_is_said_in_a_sentence(director, university):
    version = make_version(organisation=university)
    RequisiteModel.objects.create(course=version.courses.get(code="MAT1"), kind="prerequisite", options=["MAT2"])
    page = director.get(address(version))
    assert page.status_code == 200
    assert "The requisites run in a circle." in page.content.decode()
    assert "None" not in re.sub(r"<[^>]*>", " ", page.content.decode().split("<main")[1])
    for name, more in (("findings", ()), ("map_svg", ()), ("gap", ()), ("gap_changes", ()), ("export", ("csv",)), ("export", ("xlsx",))):
        assert director.get(address(version, name, *more)).status_code == 200
    found = director.get(address(version, "findings")).content.decode()
    assert "prerequisite_cycle" in found


def test_a_chosen_course_is_named_with_what_it_rests_on(director, university):
    version = make_version(organisation=university)
    for course, sentence in (("MAT2", "Chosen: MAT2 Mathematics 2. The course it rests on is marked"),
                             ("MAT1", "It rests on no other course."), ("GONE", "The longest chain has 2 courses")):
        assert sentence in director.get(address(version), {"course": course}).content.decode()
