"""Lists of people and of students searched by the index of words, against a filter in plain Python that knows nothing of it."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sheber.apps.programmes.models import Enrolment
from sheber.apps.programmes.queries.students import student_slice, students_below, students_named
from sheber.apps.programmes.tests.factories import make_student, make_version
from sheber.kit.findable import ids_found
from sheber.kit.tables import Query
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import User
from sheber.spine.people.queries import directory_slice, named
from sheber.spine.people.tests.factories import make_user

from .test_oracle import alike, has

pytestmark = pytest.mark.django_db
NAMES = (
    {"kk": "Әлия Өтегенұлы", "ru": "Алия Отегенова"}, {"kk": "ӘЛИЯ ӨТЕГЕНҰЛЫ"}, {"ru": "Аля Сейтова-Өтеген"}, {"en": "Aliya Jumabek"},
    {"kk": "Серік-Айдын Жүніс"}, {"ru": "Сергей Айтматов"}, {"ru": "Щукина Ёлка", "en": "Shchukina Elka"}, {"kk": "Һұсейн Іңкәр"},
    {"en": "Anne O'Neill"}, {"en": "100% Person_1"}, {"kk": "Жұмабек Қайрат", "en": "Zhumabek Kairat"}, {"en": "Person Nobody"},
    {"kk": "Айгерім Қ. Нұр"}, {})
EMAILS = ("a.lia@example.invalid", "alia_2@example.invalid", "serik@university.example", "zhu-mabek@example.invalid")
ODD = ("%", "_", "'", "!!!", "\x00", "", " ", "a' OR 1=1 --", "я" * 300, "alia_2@example", "@example.invalid", "example", "1", "100%",
       "o'ne", "oneill", "отеген", "ӨТЕГЕН", "otegen", "егенұлы", "серік айдын", "айдын жүн", "жүн серік-ай", "person_1", "person 1")
TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def world():
    """People with and without an e-mail of their own, every fifth with a closed account, every second a student."""
    root = make_root()
    version = make_version(organisation=make_organisation(code="OURS"), status="published")
    for number, name in enumerate(NAMES * 2):
        email = EMAILS[number] if number < len(EMAILS) else f"p{number}@example.invalid"
        person = make_user(email=email, name=name, is_active=number % 5 != 4)
        if number % 2:
            make_student(version=version, user=person)
    return root


def questions():
    """Beginnings of every word as it stands, in capitals and in Latin letters, pairs of them, insides, and what nobody means to type."""
    words = sorted({word for name in NAMES for text in name.values() for word in text.split()})
    starts = [word[:length] for word in words for length in (1, 2, 4)]
    pairs = [f"{first[:2]} {second[:3]}" for first, second in zip(words, words[3:], strict=False)]
    return [*starts, *(word.upper() for word in words), *(alike(word) for word in words), *(word[1:] for word in words), *pairs,
            *(email[:4] for email in EMAILS), *ODD]


def wanted(question):
    """Ids of people every word of whose question begins a word of the name or the address. A question without a word finds nobody."""
    asked = [word.strip("!%_'-.@\x00=") for word in question.split()]
    asked = [word for word in asked if word]
    if question.startswith("@"):
        asked = [question[1:]]
    return {person.pk for person in User.objects.all() if asked and has(
        " ".join(word.replace("'", "") for word in asked), [text.replace("'", "").replace("%", "").replace("_", " ")
                                                            for text in person.name.values()] + [
            text for text in person.name.values() if "_" in text], [person.email], inside=False)}


def test_lists_hold_exactly_whom_the_plain_filter_holds(world):
    students = set(Enrolment.objects.values_list("student_id", flat=True))
    nobody, some = 0, 0
    for number, question in enumerate(questions()):
        expected = wanted(question)
        if question.strip() and not number % 5:
            found = directory_slice(Query(words=question), paths=[world.path], at="")
            assert {row.id for row in found.rows} == expected, question
            assert found.total == len(expected), question
            listed = student_slice(Query(words=question), paths=[world.path], on_day=TODAY)
            assert {row.who.student_id for row in listed.rows} == expected & students, question
            assert listed.total == len(expected & students), question
        assert set(ids_found("people", question).values_list("thing", flat=True)) == expected, question
        nobody, some = nobody + (not expected), some + bool(expected)
    assert some > 60
    assert nobody > 15
    assert User.objects.filter(pk__in=ids_found("people", "серік айдын"), is_active=False).exists()


def test_the_number_of_queries_does_not_depend_on_how_many_are_found(world):
    def asked(words):
        with CaptureQueriesContext(connection) as told:
            people = directory_slice(Query(words=words), paths=[world.path], at="")
            students = student_slice(Query(words=words), paths=[world.path], on_day=TODAY)
        return people.total, students.total, len(told)

    for _ in range(25):
        make_student(version=Enrolment.objects.first().version, user=make_user(name={"ru": "Единица Много"}))
    make_student(version=Enrolment.objects.first().version, user=make_user(name={"ru": "Единственная"}))
    one, many = asked("единств"), asked("един")
    assert (one[:2], many[:2]) == ((1, 1), (26, 26))
    assert one[2] == many[2]


def plan_of(found):
    """The plan of a query as text. PostgreSQL would read tables as small as these whole: it is told what that would cost."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return found.explain()


LOOKED_UP = re.compile(r"USING (COVERING )?INDEX search_word_range \(kind=\? AND word>\? AND word<\?\)|Index Cond: .*word\)?(::text)? >= ")
READ_THROUGH = re.compile(r"(SCAN|Seq Scan on) (U\d|people_user|programmes_enrolment|search_entry|search_word)\b(?! USING)")


@pytest.mark.parametrize("words", ["ал", "ал отег", "serik"])
def test_plans_look_words_up_and_read_no_table_of_people_through(world, words):
    few = students_below([world.path], narrowed=True).filter(students_named(words))
    for found in (User.objects.filter(named(words)), few.order_by("student__sort_ru", "id")[:25]):
        plan = plan_of(found.values("pk"))
        assert LOOKED_UP.search(plan), plan
        assert READ_THROUGH.search(plan) is None, plan
