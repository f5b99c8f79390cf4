"""The index says what its sources say, whatever way they are written."""

import pytest
from django.db import transaction

from sheber.kit.findable import ids_found, kinds
from sheber.kit.localised import LocalisedText
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import RoleAssignment, User
from sheber.spine.people.tests.factories import make_role, make_user
from sheber.spine.search.models import Entry, Word
from sheber.spine.search.queries import find
from sheber.spine.search.services import compare, rebuild

pytestmark = pytest.mark.django_db


def found(user, words, kind):
    return [hit.title for group in find(user, words, limit=50).groups if group.kind == kind for hit in group.hits]


@pytest.fixture
def admin():
    make_root()
    return make_user(role="administrator", at=Organisation.objects.get(parent=None), name={"en": "Root Keeper"})


def named(**names):
    return LocalisedText.of(names)


def write_save():
    return make_user(role="student", at=make_organisation(code="U1"), name={"kk": "Әлия Өтегенұлы"})


def write_bulk():
    place = make_organisation(code="U1")
    person = User.objects.bulk_create([User(email="a@demo.invalid", name=named(kk="Әлия Өтегенұлы"), password="!")])[0]
    place_role = RoleAssignment(user=person, role="student", organisation=place)
    RoleAssignment.objects.bulk_create([place_role])
    return person


def write_update():
    person = make_user(role="student", at=make_organisation(code="U1"), name={"kk": "Басқа"})
    User.objects.filter(pk=person.pk).update(name=named(kk="Әлия Өтегенұлы"))
    return person


def write_bulk_update():
    person = make_user(role="student", at=make_organisation(code="U1"), name={"kk": "Басқа"})
    person.name = named(kk="Әлия Өтегенұлы")
    User.objects.bulk_update([person], ["name"])
    return person


def write_related():
    person = make_user(name={"kk": "Әлия Өтегенұлы"})
    person.roles.bulk_create([RoleAssignment(user=person, role="student", organisation=make_organisation(code="U1"))])
    return person


def write_ignoring_conflicts():
    """Without numbers from the database: one row is there already, one is new."""
    place, person, other = make_organisation(code="U1"), make_user(name={"kk": "Әлия Өтегенұлы"}), make_user(name={"en": "Other"})
    make_role(user=other, role="student", at=place)
    RoleAssignment.objects.bulk_create([RoleAssignment(user=one, role="student", organisation=place) for one in (other, person)],
                                       ignore_conflicts=True)
    return person


def write_over_conflicts():
    person = make_user(role="student", at=make_organisation(code="U1"), email="same@demo.invalid", name={"kk": "Басқа"})
    User.objects.bulk_create([User(email="same@demo.invalid", password="!", name=named(kk="Әлия Өтегенұлы"))],
                             update_conflicts=True, unique_fields=["email"], update_fields=["name"])
    return person


@pytest.mark.parametrize("write", [
    write_ignoring_conflicts, write_over_conflicts, write_save, write_bulk, write_update, write_bulk_update, write_related])
def test_whatever_writes_a_person_they_are_found(admin, write):
    write()
    assert found(admin, "Алия отеген", "people") == ["Әлия Өтегенұлы"]
    assert found(admin, "Басқа", "people") == []
    assert all(one.ok for one in compare())


def test_whoever_is_deleted_leaves_no_word(admin):
    write_save().delete()
    assert found(admin, "Әлия", "people") == []
    assert not Word.objects.filter(word__startswith="alii").exists()
    assert all(one.ok for one in compare())


@pytest.mark.parametrize("leave", [
    lambda person: User.objects.filter(pk=person.pk).update(is_active=False),
    lambda person: setattr(person, "is_active", False) or person.save(update_fields=["is_active"]),
])
def test_an_account_that_is_closed_is_found_by_lists_only_until_it_is_opened_again(admin, leave):
    person = write_save()
    leave(person)
    assert found(admin, "Әлия", "people") == []
    assert [row["thing"] for row in ids_found("people", "Әлия")] == [person.pk]
    assert all(one.ok for one in compare())
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert found(admin, "Әлия", "people") == ["Әлия Өтегенұлы"]
    assert [row["thing"] for row in ids_found("people", "Әлия")] == [person.pk]
    assert all(one.ok for one in compare())


def test_a_write_that_is_undone_leaves_the_index_as_it_was(admin):
    before = set(Word.objects.values_list("kind", "word"))
    def undone():
        with transaction.atomic():
            write_save()
            return 1 / 0

    with pytest.raises(ZeroDivisionError):
        undone()
    assert set(Word.objects.values_list("kind", "word")) == before


def test_a_save_that_changes_no_text_costs_the_index_nothing(admin, django_assert_num_queries):
    person = write_save()
    with django_assert_num_queries(1):
        person.save(update_fields=["theme"])
    with django_assert_num_queries(1):
        User.objects.filter(pk=person.pk).update(theme="dark")


def test_the_comparison_sees_what_is_missing_too_many_and_wrong(admin):
    person, other = write_save(), make_user(name={"en": "Second"})
    Entry.objects.filter(kind="people", key=str(person.pk)).delete()
    Word.objects.filter(entry__kind="people", entry__key=str(other.pk), word="second").update(word="changed")
    Entry.objects.create(kind="people", key="999999")
    people = next(one for one in compare() if one.kind == "people")
    assert (people.missing, people.extra, people.wrong) == ((str(person.pk),), ("999999",), (str(other.pk),))
    rebuild()
    assert all(one.ok for one in compare())


def test_every_kind_can_be_made_anew_from_nothing(admin):
    write_save()
    before = set(Word.objects.values_list("entry__kind", "entry__key", "word", "is_inner"))
    Entry.objects.all().delete()
    rebuild()
    assert set(Word.objects.values_list("entry__kind", "entry__key", "word", "is_inner")) == before
    assert {kind for kind, *_rest in before} <= set(kinds())
