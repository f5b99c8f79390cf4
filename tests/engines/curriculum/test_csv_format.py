from string import printable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.engines.curriculum import plan_metrics
from sheber.engines.curriculum.csv_format import parse, read_csv, write_csv
from sheber.engines.curriculum.plan import Course, Plan, Requisite

HEAD = "Curriculum,Weaving\nInstitution,ACME\nDegree Type,BS\nSystem Type,semester\nCIP,1.2\nCourses\n"
NAMES = "Course ID,Course Name,Prefix,Number,Prerequisites,Corequisites,Strict-Corequisites,Credit Hours,Institution,Canonical Name,Term\n"
GOOD = HEAD + NAMES + '1,"Baskets, basic",BW,101,,,,3,ACME,Baskets,1\n2,Lab,BW,101L,1,,1,1.5,ACME,,2.0\n'


def faults(text):
    plan, found = parse(text)
    assert plan is None
    return [(fault.code, fault.field, fault.row) for fault in found]


def test_a_plan_is_read():
    plan = read_csv(GOOD)
    assert (plan.title, plan.system, plan.code) == ({"en": "Weaving"}, "semester", "1.2")
    assert plan.courses[1] == Course(
        "2", {"en": "Lab"}, 1.5, 2, requisites=(Requisite("prerequisite", ("1",)), Requisite("strict_corequisite", ("1",)))
    )
    assert plan_metrics(plan).blocking_factor == (1, 0)  # the pair given twice counts once


@pytest.mark.parametrize(
    "same",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.rstrip("\n"),
        GOOD.replace("Courses\n", "# a note\n\n,,,\nCourses,,,,,\n"),
        GOOD.replace("semester", "semster"),
        GOOD.replace("semester", ""),
    ],
)
def test_ways_to_write_the_same_plan(same):
    assert read_csv(same) == read_csv(GOOD)


def test_metric_columns_are_written_and_passed_over():
    plan = read_csv(GOOD)
    text = write_csv(plan, plan_metrics(plan))
    assert "Term,Complexity,Blocking,Delay,Centrality\n" in text
    assert text.splitlines()[-1] == "2,Lab,BW,101L,1,,1,1.5,ACME,,2,2,0,2,0"
    assert read_csv(text) == plan


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("curriculum_missing", "Curriculum", 1)),
        ("hello", ("curriculum_missing", "Curriculum", 1)),
        (GOOD.replace(",", ";"), ("delimiter", "file", 1)),
        (GOOD.replace(",", "\t"), ("delimiter", "file", 1)),
        (b"\xff\xfe\x00", ("not_text", "file", None)),
        (GOOD + "\0", ("not_text", "file", None)),
        (HEAD, ("courses_missing", "Courses", None)),
        (HEAD + NAMES, ("courses_missing", "Courses", None)),
        (GOOD.replace("semester", "trimester"), ("system_unknown", "System Type", 4)),
        (GOOD.replace("Credit Hours", "Credits"), ("column_missing", "Credit Hours", 7)),
        (GOOD.replace("Canonical Name", "Term"), ("column_repeated", "Term", 7)),
        (GOOD.replace("\n2,", "\n1,"), ("id_repeated", "Course ID", 9)),
        (GOOD.replace("\n2,", "\n,"), ("id_missing", "Course ID", 9)),
        (GOOD.replace("\n2,", "\n2;3,"), ("id_has_semicolon", "Course ID", 9)),
        (GOOD.replace("101L,1", "101L,7"), ("requisite_unknown", "Prerequisites", 9)),
        (GOOD.replace("101L,1", "101L,2"), ("requisite_self", "Prerequisites", 9)),
        (GOOD.replace("1.5", ""), ("credits_missing", "Credit Hours", 9)),
        (GOOD.replace("1.5", "-1"), ("credits_out_of_range", "Credit Hours", 9)),
        (GOOD.replace("1.5", "1e9"), ("credits_out_of_range", "Credit Hours", 9)),
        (GOOD.replace("1.5", "nan"), ("credits_not_number", "Credit Hours", 9)),
        (GOOD.replace("1.5", '"1,5"'), ("credits_not_number", "Credit Hours", 9)),
        (GOOD.replace("2.0", "2.5"), ("term_not_number", "Term", 9)),
        (GOOD.replace("2.0", "-1"), ("term_not_number", "Term", 9)),
        (GOOD.replace('"Baskets, basic"', '"two\nlines"').replace("1.5", "x"), ("credits_not_number", "Credit Hours", 10)),
        (GOOD + "3," + "x" * 200_000, ("not_csv", "file", 10)),
    ],
)
def test_a_bad_file_is_refused_with_line_and_column(text, expected):
    assert faults(text) == [expected]
    with pytest.raises(ValueError, match=r"[a-z]"):
        read_csv(text)


def test_all_faults_are_told_first_line_first():
    text = GOOD.replace("101,,,,3", "101,9,,,-3").replace("1.5", "?")
    assert [row for *_, row in faults(text)] == [8, 8, 9]


words = st.text(st.sampled_from(printable.replace("\r", "").replace("\0", "") + "ңғқ“"), max_size=12).map(str.strip)


@st.composite
def plans(draw):
    codes = draw(st.lists(st.text(st.sampled_from("abcXYZ019-_ ,\"'"), min_size=1, max_size=6).map(str.strip), max_size=7, unique=True))
    codes = [code for code in codes if code and code not in {"Courses", "Additional Courses"}] or ["1"]
    placed = draw(st.booleans())
    courses = []
    for position, code in enumerate(codes):
        requisites = [
            Requisite(kind, (option,))
            for kind in ("prerequisite", "corequisite", "strict_corequisite")
            for option in codes[:position]
            if draw(st.booleans())
        ]
        name = draw(words)
        courses.append(
            Course(
                code,
                {"en": name} if name else {},
                draw(st.integers(0, 120)) / 2,
                draw(st.none() | st.integers(1, 12)) if placed else None,
                requisites=tuple(requisites),
            )
        )
    extra = draw(st.integers(0, len(codes) - 1))
    name = draw(words)
    cip = draw(words)
    return Plan(
        cip,
        {"en": name} if name else {},
        tuple(courses),
        system=draw(st.sampled_from(["semester", "quarter"])),
        details={
            "degree_plan": draw(words) if placed else None,
            "institution": draw(words),
            "degree_type": draw(words),
            "cip": cip,
            "additional": codes[len(codes) - extra :] if placed else [],
            "courses": {
                code: {"prefix": draw(words), "number": draw(words), "institution": draw(words), "canonical_name": draw(words)}
                for code in codes
            },
            "outcomes": {},
        },
    )


@given(plans())
def test_reading_what_was_written_gives_the_plan_back(plan):
    assert read_csv(write_csv(plan)) == plan


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_rubbish_never_crashes_the_reader(rubbish):
    for text in (rubbish, GOOD.encode() + rubbish if isinstance(rubbish, bytes) else GOOD + rubbish):
        plan, found = parse(text)
        assert (plan is None) == bool(found)
