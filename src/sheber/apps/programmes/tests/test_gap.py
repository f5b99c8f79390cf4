"""The gap of a programme against figures worked by hand; the world is in gap_world.py."""

import datetime as dt

import pytest
from scipy.stats import t as student_t

from sheber.apps.programmes.models import Enrolment, ProgrammeVersion
from sheber.apps.programmes.queries.gap import classes_of, programme_gap
from sheber.apps.programmes.queries.gap_item import item_sources
from sheber.apps.programmes.queries.weak_proof import weak_proofs
from sheber.engines.competence import METHODS
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.people.tests.factories import make_user

from .factories import make_assessment, make_student
from .gap_world import TARGETS, TODAY, gap_plan, make_gap_world

pytestmark = pytest.mark.django_db

LATEST = "latest-1.0"                        # knows no doubt about one person, so a class is the textbook interval of a mean


@pytest.fixture
def world():
    return make_gap_world()


def measure(world, **asked):
    report = programme_gap(version_id=world.version.pk, on_day=TODAY, **asked)
    return report, {row.code: row for row in report.rows}


def half_width(levels):
    """Half of the 95 % interval of a mean, from the textbook."""
    n, mean = len(levels), sum(levels) / len(levels)
    variance = sum((one - mean) ** 2 for one in levels) / (n - 1)
    return float(student_t.ppf(0.975, n - 1)) * (variance / n) ** 0.5


# --- a type -------------------------------------------------------------------------------------------------------------------------

def test_what_is_required_and_how_it_weighs(world):
    report, rows = measure(world)
    assert {code: (row.required, row.weight) for code, row in rows.items()} == TARGETS
    assert [row.code for row in report.rows] == list(TARGETS)
    assert (report.against.code, report.against.is_occupation, report.against.attribution) == ("technician", False, "")
    assert all(row.required_low == row.required == row.required_high for row in report.rows)


def test_what_is_planned(world):
    report, rows = measure(world)
    assert {code: row.planned for code, row in rows.items()} == {"1.1": 3.0, "2.1": None, "3.3": None, "4.2": 4.0}
    assert {code: row.planned_course for code, row in rows.items()} == {"1.1": "B", "2.1": "", "3.3": "", "4.2": "C"}
    assert {code: row.planned_verdict for code, row in rows.items()} == {"1.1": "met", "2.1": "short", "3.3": "short", "4.2": "met"}
    assert {code: row.planned_difference for code, row in rows.items()} == {"1.1": 0.0, "2.1": -4.0, "3.3": -2.0, "4.2": 1.0}
    assert report.summary.planned_short == 2
    assert report.summary.planned_shortfall == pytest.approx(0.3 * 4 + 0.2 * 2)             # the weights add to one


def test_what_the_class_has_shown(world):
    report, rows = measure(world, method=LATEST)
    assert (report.class_year, report.students, report.evidence_items) == (2026, 3, 8)
    assert {code: (row.assessed, row.not_assessed) for code, row in rows.items()} == {
        "1.1": (3, 0), "2.1": (3, 0), "3.3": (0, 3), "4.2": (2, 1)}
    assert rows["1.1"].attained == pytest.approx(3.0)
    assert rows["2.1"].attained == pytest.approx(3.5 / 3)
    assert rows["3.3"].attained is None                                                     # not assessed is not zero
    assert rows["1.1"].low == pytest.approx(3.0 - half_width([2, 3, 4]))
    assert rows["1.1"].high == 5.0                                                          # 5.48, cut to the scale
    assert rows["2.1"].low == pytest.approx(3.5 / 3 - half_width([1, 1, 1.5]))
    assert rows["2.1"].high == pytest.approx(3.5 / 3 + half_width([1, 1, 1.5]))
    assert (rows["4.2"].low, rows["4.2"].high) == (5.0, 5.0)
    assert rows["1.1"].below_share == pytest.approx(1 / 3)


def test_what_it_comes_to(world):
    report, rows = measure(world, method=LATEST)
    assert {code: row.verdict for code, row in rows.items()} == {"1.1": "within", "2.1": "short", "3.3": "not_assessed", "4.2": "met"}
    assert rows["2.1"].difference == pytest.approx(3.5 / 3 - 4)
    assert rows["3.3"].difference is None
    summary = report.summary
    assert (summary.required, summary.short, summary.fine, summary.not_assessed, summary.largest) == (4, 1, 2, 1, "2.1")
    assert summary.shortfall == pytest.approx(0.3 * (4 - 3.5 / 3) / 0.8)                    # 3.3 is not assessed: its weight is left out


def test_the_default_method_owns_up_to_the_doubt_about_each_person(world):
    """One observation, prior of six at 0.6: squared error 0.36 / w * 6 / (6 - 2), w by age, above the spread of 2.1."""
    _, rows = measure(world)
    weight = 0.5 ** ((TODAY - dt.date(2026, 1, 15)).days / 365)
    own = 0.36 / weight * 6 / 4
    half = float(student_t.ppf(0.975, 2)) * (own / 3) ** 0.5
    assert rows["2.1"].high == pytest.approx(3.5 / 3 + half)
    assert rows["2.1"].low == 0.0
    assert rows["2.1"].attained == pytest.approx(3.5 / 3)


def test_a_corrected_and_a_later_item_do_not_count(world):
    person = world.people[2026][0]
    wrong = make_evidence(person=person, competence=world.items["3.3"], level=5, observed_on=dt.date(2026, 2, 1))
    make_evidence(person=person, competence=world.items["3.3"], level=2, observed_on=dt.date(2026, 2, 2), supersedes=wrong)
    make_evidence(person=person, competence=world.items["3.3"], level=5, observed_on=TODAY + dt.timedelta(days=1))
    report, rows = measure(world, method=LATEST)
    assert (rows["3.3"].attained, rows["3.3"].assessed, report.evidence_items) == (2.0, 1, 9)


def test_people_of_other_programmes_do_not_count(world):
    make_evidence(person=make_user(), competence=world.items["3.3"], level=5, observed_on=dt.date(2026, 2, 1))
    assert measure(world)[1]["3.3"].assessed == 0


# --- which class, which method ------------------------------------------------------------------------------------------------------

def test_the_class_that_has_just_left_stands_first(world):
    assert [(row.year, row.students, row.is_active) for row in classes_of(world.version.pk)] == [(2027, 2, True), (2026, 3, False)]
    report, rows = measure(world, class_year=2027, method=LATEST)
    assert (report.class_year, report.students, rows["1.1"].attained, rows["1.1"].not_assessed) == (2027, 2, 5.0, 1)
    assert measure(world, class_year=1999)[0].class_year == 2026
    Enrolment.objects.filter(class_year=2026).update(is_active=True)
    assert measure(world)[0].class_year == 2026                                             # nobody has left: the nearest to leaving
    make_student(version=world.version, class_year=2025, is_active=False)
    assert measure(world)[0].class_year == 2025


def test_every_method_gives_the_same_mean_of_single_observations(world):
    for key in METHODS:
        report, rows = measure(world, method=key)
        assert report.method.key == key
        if METHODS[key].kind != "n_times":
            assert rows["1.1"].attained == pytest.approx(3.0)
        else:
            assert rows["1.1"].attained is None                                             # nobody showed it three times


def test_methods_part_where_levels_differ(world):
    make_evidence(person=world.people[2026][0], competence=world.items["1.1"], level=1, observed_on=dt.date(2026, 6, 1))
    means = {key: measure(world, method=key)[1]["1.1"].attained for key in ("latest-1.0", "highest-1.0", "mean-1.0", "decaying-1.0")}
    assert means == pytest.approx({
        "latest-1.0": 8 / 3, "highest-1.0": 3.0, "mean-1.0": 8.5 / 3, "decaying-1.0": (0.65 * 1 + 0.35 * 2 + 7) / 3})


@pytest.mark.parametrize("asked", [{"against": "plumber"}, {"against": "99-9999.00"}, {"against": "\x00"}, {"method": "guess-1.0"}])
def test_what_nobody_knows_is_a_lookup_error(world, asked):
    with pytest.raises(LookupError):
        measure(world, **asked)


def test_an_occupation_without_a_profile_in_force_is_not_known(world):
    from sheber.spine.competences.models import EngineerType, Occupation

    Occupation.objects.create(soc="33-3333.00", title={"en": "New job"}, engineer_type=EngineerType.objects.get())
    with pytest.raises(LookupError):
        measure(world, against="33-3333.00")


def test_without_students_the_plan_is_still_measured():
    report, rows = measure(make_gap_world(students=False))
    assert (report.class_year, report.students, report.evidence_items, report.classes) == (None, 0, 0, ())
    assert {row.verdict for row in report.rows} == {"not_assessed"}
    assert (rows["1.1"].planned, report.summary.planned_short, report.summary.shortfall, report.summary.largest) == (3.0, 2, None, "")


# --- targets of the version's own ---------------------------------------------------------------------------------------------------

def test_own_targets_stand_in_the_place_of_the_types(world):
    ProgrammeVersion.objects.filter(pk=world.version.pk).update(target_overrides={"1.1": 5, "2.1": None})
    report, rows = measure(world, method=LATEST)
    assert (rows["1.1"].required, rows["1.1"].planned_verdict, rows["1.1"].planned_difference) == (5.0, "short", -2.0)
    assert (rows["2.1"].required, rows["2.1"].verdict, rows["2.1"].planned_verdict) == (None, "not_required", "not_required")
    assert report.summary.required == 3
    assert report.summary.shortfall == pytest.approx(0.4 * 2 / 0.5)                         # 1.1 lacks 2; 4.2 does not pay for it


def test_own_targets_are_not_asked_of_an_occupation(world):
    plain = measure(world, against="11-1111.00")[1]
    ProgrammeVersion.objects.filter(pk=world.version.pk).update(target_overrides={"1.1": 5, "2.1": None})
    assert measure(world, against="11-1111.00")[1] == plain


def test_a_plan_may_bring_its_own_targets():
    world = make_gap_world(plan=gap_plan(targets={"1.1": 3.0, "2.1": 0.5, "3.3": 2.0, "4.2": 3.0}))
    assert world.version.target_overrides == {"2.1": 0.5}
    assert measure(world)[1]["2.1"].required == 0.5


# --- an occupation ------------------------------------------------------------------------------------------------------------------

def test_an_occupation_shades_its_type(world):
    """Means of the two jobs: 1.1 is 3.0, 2.1 is 2.1, 4.2 is that of the one job rated."""
    report, rows = measure(world, against="11-1111.00")
    against = report.against
    assert (against.is_occupation, against.engineer_type.code, against.status_of_fact) == (True, "technician", "proposed")
    assert against.attribution
    assert rows["1.1"].deviation == pytest.approx(1.0)
    assert (rows["1.1"].required, rows["1.1"].required_low, rows["1.1"].required_high) == pytest.approx((4.0, 3.5, 4.5))
    assert rows["2.1"].deviation == pytest.approx(0.1)
    assert rows["2.1"].required == pytest.approx(4.1)
    assert {code: row.type_level for code, row in rows.items()} == {code: level for code, (level, _weight) in TARGETS.items()}
    assert {code: row.weight for code, row in rows.items()} == {code: weight for code, (_level, weight) in TARGETS.items()}


def test_noise_weak_and_kept_items_are_marked(world):
    rows = measure(world, against="11-1111.00")[1]
    assert {code for code, row in rows.items() if row.is_noise} == {"2.1", "3.3", "4.2"}    # 4.2 is the mean of its only rating
    assert {code for code, row in rows.items() if row.is_weak} == {"3.3", "4.2"}            # listed; rests on two elements
    assert {code for code, row in rows.items() if row.is_kept} == {"3.3"}
    assert (rows["3.3"].required, rows["3.3"].required_low, rows["3.3"].required_high, rows["3.3"].deviation) == (2.0, 2.0, 2.0, 0.0)


def test_an_occupation_the_source_is_silent_about_keeps_the_target(world):
    row = measure(world, against="22-2222.00")[1]["4.2"]
    assert (row.is_kept, row.required, row.deviation) == (True, 3.0, 0.0)


def test_a_lack_under_half_a_level_is_noise_against_an_occupation_only(world):
    """2.1 asks 4.1 (3.9 to 4.3) of the first job; everybody has shown 3.7, which lies below all of it, by 0.4."""
    for person in (make_student(version=world.version, class_year=2025).student for _ in range(3)):
        make_evidence(person=person, competence=world.items["2.1"], level=3.7, observed_on=dt.date(2025, 6, 1))
    job, job_rows = measure(world, against="11-1111.00", class_year=2025, method=LATEST)
    row = job_rows["2.1"]
    assert (row.verdict, row.difference_is_noise) == ("short", True)
    assert row.difference == pytest.approx(-0.4)
    assert job.summary.short == 0                                                           # noise is not counted
    own, rows = measure(world, class_year=2025, method=LATEST)
    assert (rows["2.1"].verdict, rows["2.1"].difference_is_noise, own.summary.short) == ("short", False, 1)


# --- the item -----------------------------------------------------------------------------------------------------------------------

def add_students(world, item, levels):
    """More students of the class of 2026, each with one observation of one item."""
    for place, level in enumerate(levels, start=10):
        user = make_user(name={"en": f"Student 2026 {place}"})
        make_student(version=world.version, class_year=2026, entry_year=2024, is_active=False, user=user)
        make_evidence(person=user, competence=world.items[item], level=level, observed_on=dt.date(2026, 1, 15))


def sources_of_item(world, item, **asked):
    given = {"class_year": 2026, "named": True, **asked}
    return item_sources(version_id=world.version.pk, item=item, method=METHODS[LATEST], on_day=TODAY, **given)


def test_the_cells_behind_a_planned_level(world):
    assert [(cell.course, cell.term, cell.mode, cell.level, cell.reason, cell.is_planned_level)
            for cell in sources_of_item(world, "1.1").cells] == [("A", 1, "T", 2, "counts", False), ("B", 2, "U", 3, "counts", True)]
    assert [(cell.course, cell.reason) for cell in sources_of_item(world, "2.1").cells] == [("B", "introduced_only")]
    assert [(cell.course, cell.reason, cell.is_planned_level) for cell in sources_of_item(world, "4.2").cells] == [
        ("C", "used_before_taught", True)]


def test_the_people_behind_an_attained_level_weakest_first(world):
    sources = sources_of_item(world, "4.2")
    names = [str(person.name) for person in sources.people]
    assert names == ["Student 2026 0", "Student 2026 1", "Student 2026 2"]
    assert [person.level for person in sources.people] == [5.0, 5.0, None]                  # the one not assessed comes last
    assert [person.level for person in sources_of_item(world, "1.1").people] == [2.0, 3.0, 4.0]
    assert sources.evidence_items == 2
    assert dict(sources.spread)[4.5] == 2                                                   # a five falls into the last bin
    assert sum(count for _low, count in sources.spread) == 2


def test_without_the_right_there_are_figures_and_no_names(world):
    add_students(world, "1.1", (2.5, 3.5))                                                  # five in all
    named, nameless = sources_of_item(world, "1.1"), sources_of_item(world, "1.1", named=False)
    assert nameless.people == ()
    assert (nameless.cells, nameless.spread, nameless.evidence_items) == (named.cells, named.spread, named.evidence_items)
    assert sum(count for _low, count in nameless.spread) == 5


def test_a_figure_of_fewer_than_five_people_is_for_those_who_may_know_them(world):
    add_students(world, "2.1", (1.0, 1.5))
    whole, open_rows = measure(world)
    outside, rows = measure(world, named=False)
    assert (rows["1.1"].verdict, rows["1.1"].attained, rows["1.1"].low, rows["1.1"].below_share) == ("hidden", None, None, None)
    assert open_rows["1.1"].attained == pytest.approx(3.0)
    assert rows["2.1"] == open_rows["2.1"]                                                  # five people: nobody is told apart
    assert rows["3.3"].verdict == "not_assessed"                                            # nobody is not a few
    assert (rows["1.1"].planned, rows["1.1"].required) == (open_rows["1.1"].planned, open_rows["1.1"].required)
    assert outside.summary.not_assessed == whole.summary.not_assessed
    assert sum(count for _low, count in sources_of_item(world, "1.1", named=False).spread) == 0


# --- where the class fell short of the plan -----------------------------------------------------------------------------------------

def assessed_in(world, course, item, levels, *, year=2026):
    """One assessment of a course in which new students of the class show these levels."""
    held = make_assessment(course=world.version.courses.get(code=course), held_on=dt.date(2026, 1, 15))
    for place, level in enumerate(levels, start=30):
        user = make_user(name={"en": f"Student {year} {course} {place}"})
        make_student(version=world.version, class_year=year, entry_year=year - 2, is_active=year > 2026, user=user)
        make_evidence(person=user, competence=world.items[item], level=level, observed_on=dt.date(2026, 1, 15),
                      source_kind="programmes.assessment", source_id=str(held.pk))


def proofs_of(world, **asked):
    return weak_proofs(version_id=world.version.pk, on_day=TODAY, **asked)


def test_the_course_in_which_a_class_showed_least_of_what_it_plans(world):
    """1.1 is planned to 3 and required at 3; A plans 2, B plans 3. A shows 1.5 of 2, B shows 1.5 of 3: B is the weaker."""
    assessed_in(world, "A", "1.1", [1.0, 1.0, 2.0, 2.0, 1.5])
    assessed_in(world, "B", "1.1", [1.0, 2.0, 1.0, 2.0, 1.5])
    (one,) = proofs_of(world, class_year=2026)
    assert (one.course, one.item, one.planned, one.shown, one.items, one.difference) == ("B", "1.1", 3, 1.5, 5, -1.5)


def test_a_mean_of_four_observations_is_not_told(world):
    assessed_in(world, "A", "1.1", [1.0, 1.0, 2.0, 2.0, 1.5])
    assessed_in(world, "B", "1.1", [0.5, 0.5, 0.5, 0.5])
    (one,) = proofs_of(world, class_year=2026)
    assert (one.course, one.shown, one.planned) == ("A", 1.5, 2)


def test_what_the_plan_itself_does_not_reach_is_not_the_fault_of_the_class(world):
    assessed_in(world, "B", "2.1", [0.5] * 6)                # 2.1 is introduced only
    assert [one.item for one in proofs_of(world, class_year=2026)] == []


def test_another_class_does_not_count(world):
    assessed_in(world, "B", "1.1", [1.0] * 6, year=2027)
    assert proofs_of(world, class_year=2026) == ()
