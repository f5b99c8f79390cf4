"""Whatever loads the reference facts and the demonstration, the index has followed it; the nation, written past Django, is noticed."""

import pytest

from sheber.apps.programmes.services.demo import load_demo_programmes
from sheber.apps.programmes.services.demo_students import load_demo_students
from sheber.apps.programmes.services.national import load_national
from sheber.spine.competences import seeds as competences
from sheber.spine.organisations import seeds as organisations
from sheber.spine.people import seeds as people
from sheber.spine.search.services import compare, falls_behind, rebuild

pytestmark = pytest.mark.django_db


def differences():
    return [one for one in compare() if not one.ok]


def test_the_index_is_right_after_every_loader():
    organisations.seed_reference()
    competences.seed_reference()
    organisations.load_demo()
    people.load_demo()
    load_demo_programmes()
    load_demo_students(class_size=2)
    assert differences() == []
    assert not falls_behind("people")
    load_national(scale=0.002)
    assert falls_behind("people")
    rebuild()
    assert differences() == []
