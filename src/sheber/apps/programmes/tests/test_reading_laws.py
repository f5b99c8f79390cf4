"""What is written is read back as it was; whatever comes in, the answer is a result and never an exception."""

import io
import zipfile
from importlib.resources import files

import pytest
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.rules.checks.index import natural
from sheber.apps.programmes.rules.reading import problem_sentence, read_plan
from sheber.apps.programmes.rules.sentences import finding_sentence
from sheber.apps.programmes.rules.writing import write_xlsx, write_yaml
from sheber.apps.programmes.tests.strategies import plans
from sheber.engines.curriculum.csv_format import write_csv
from sheber.engines.curriculum.plan import Requisite

# Shrinking a workbook takes minutes and tells little more than the first example.
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow],
               phases=(Phase.explicit, Phase.reuse, Phase.generate))
DEMO = files("sheber.data").joinpath("demo/programmes/technician_automotive_electrics.yaml").read_bytes()
WORKBOOK = write_xlsx(read_plan(DEMO, "a.yaml").plan)
CSV = write_csv(read_plan(DEMO, "a.yaml").plan).encode()


@few
@given(plan=plans())
def test_yaml_comes_back(plan):
    result = read_plan(write_yaml(plan), "a.yaml")
    assert result.plan == plan, result.errors


@few
@given(plan=plans(), language=st.sampled_from(("kk", "ru", "en")))
def test_workbook_comes_back(plan, language):
    result = read_plan(write_xlsx(plan, language), "a.xlsx")
    assert result.plan == plan, result.errors


@few
@given(plan=plans())
def test_csv_comes_back_as_far_as_the_format_goes(plan):
    """Codes, names, credits, terms and requisites without choices; only among the courses of the plan."""
    known = {course.code for course in plan.courses}
    result = read_plan(write_csv(plan).encode(), "a.csv")
    named = {(course.code, option) for course in plan.courses for each in course.requisites for option in each.options}
    if any(option not in known or option == code for code, option in named):
        assert {problem.code for problem in result.errors} <= {"csv_requisite_unknown", "csv_requisite_self"}
        assert result.errors
        return
    assert [(course.code, course.credits, course.term) for course in result.plan.courses] == [
        (course.code, course.credits, course.term or None) for course in plan.courses]
    for old, new in zip(plan.courses, result.plan.courses, strict=True):
        flat = dict.fromkeys(Requisite(each.kind, (option,)) for each in old.requisites for option in each.options)
        assert set(new.requisites) == set(flat)


def take(data, name):
    """Read as a visitor would give it: the answer is a plan or errors, and every sentence can be said in every language."""
    result = read_plan(data, name)
    assert (result.plan is None) == bool(result.errors)
    for language in ("kk", "ru", "en"):
        with translation.override(language):
            for problem in result.problems:
                assert "%(" not in problem_sentence(problem)
            for finding in check_plan(result.plan) if result.plan else ():
                assert "%(" not in finding_sentence(finding)
    return result


@few
@given(data=st.binary(max_size=400), name=st.sampled_from(("a.yaml", "a.xlsx", "a.csv", "a.yml", "a", "a.exe")))
def test_random_bytes_are_answered(data, name):
    take(data, name)


@few
@given(data=st.text(max_size=300).map(str.encode) | st.just(b""), name=st.sampled_from(("a.yaml", "a.csv")))
def test_random_text_is_answered(data, name):
    take(b"code: A\ntitle: B\ncourses:\n- " + data, name)
    take(b"Curriculum,A\nCourses\n" + data, name)


@st.composite
def damage(draw, data):
    """The file with a few stretches changed, cut out or doubled."""
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(data) - 1))
        end = min(len(data), begin + draw(st.integers(1, 40)))
        data = data[:begin] + draw(st.binary(max_size=6) | st.just(data[begin:end] * 2) | st.sampled_from(
            [b"\n", b"- ", b": ", b"[", b"{", b"&a", b"*a", b"!!x ", b"\0", b"<", b"=", b"999999999", b"\xd0"])) + data[end:]
    return data or b" "


@few
@given(data=damage(DEMO))
def test_a_damaged_yaml_is_answered(data):
    take(data, "a.yaml")


@few
@given(data=damage(CSV))
def test_a_damaged_csv_is_answered(data):
    take(data, "a.csv")


@few
@given(data=damage(WORKBOOK))
def test_a_damaged_workbook_is_answered(data):
    take(data, "a.xlsx")


@few
@given(st.data())
def test_a_workbook_with_damaged_parts_is_answered(data):
    """The container is whole, what is in it is not."""
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    parts[name] = data.draw(damage(parts[name]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    take(packed.getvalue(), "a.xlsx")


@pytest.mark.parametrize("codes", [["4.9", "4.10"], ["1.1", "1.2.3", "1.10", "2.1"]])
def test_items_stand_in_their_natural_order(codes):
    backwards = list(reversed(codes))
    assert sorted(backwards, key=natural) == codes
