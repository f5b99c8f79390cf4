"""The pages of the trash: found, sorted, cut, put back, ended; and what they cost."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from sheber.spine.audit.models import AuditEntry
from sheber.spine.competences import services as competences
from sheber.spine.competences.models import Framework
from sheber.spine.competences.tests.factories import make_framework
from sheber.spine.organisations import services as organisations
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user
from sheber.spine.trash.models import Deletion
from sheber.spine.trash.tests.factories import make_deletion
from sheber.spine.trash.tests.tables import all_rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def house():
    make_root()
    return make_organisation(code="HOUSE")


@pytest.fixture
def director(client, house):
    person = make_user(role="programme_director", at=house)
    client.force_login(person)
    return person


def shown(client, **query):
    return client.get(reverse("trash:list"), query).content.decode()


def test_an_empty_trash_says_what_will_stand_there(client, director):
    assert "The trash is empty" in shown(client)


def test_it_is_searched_filtered_sorted_and_exported(client, house, director):
    for place, title in enumerate(("Металлургия", "Химия")):
        make_deletion(scope_path=house.path, title={"ru": title, "en": f"Course {place}"}, deleted_by=director)
    make_deletion(scope_path=house.path, kind="programmes.version", title={"en": "Draft"})
    assert "Nothing deleted passes the filters" in shown(client, q="nothing such")
    found = shown(client, q="МЕТАЛЛ")
    assert "Course 0" in found
    assert "Course 1" not in found
    assert "Course 0" not in shown(client, kind="programmes.version")
    rows = client.get(reverse("trash:list"), {"format": "csv", "sort": "title"}).content.decode("utf-8-sig").splitlines()
    assert [row.split(",")[0].strip('"') for row in rows[1:4]] == ["Course 0", "Course 1", "Draft"]


def test_what_is_over_or_put_back_is_not_shown(client, house, director):
    now = timezone.now()
    make_deletion(scope_path=house.path, title={"en": "Over"}, kept_until=now - dt.timedelta(seconds=1))
    make_deletion(scope_path=house.path, title={"en": "Back"}, snapshot="", restored_at=now)
    assert "The trash is empty" in shown(client)


@pytest.mark.parametrize("number", [1, 25])
def test_the_list_costs_the_same(client, house, director, number, django_assert_max_num_queries):
    for _one in range(number):
        make_deletion(scope_path=house.path, deleted_by=director)
    shown(client)
    with django_assert_max_num_queries(12):
        shown(client)


def test_an_administrator_deletes_for_ever_and_is_asked_first(client, house):
    row = make_deletion(scope_path=house.path)
    address = reverse("trash:destroy", args=[row.pk])
    client.force_login(make_user(role="programme_director", at=house))
    assert client.get(address).status_code == 403
    client.force_login(make_user(role="administrator", at=house))
    assert "Nobody can put it back then" in client.get(address).content.decode()
    assert Deletion.objects.exists()
    assert client.post(address, {"reason": "Asked for"}).status_code == 302
    assert not Deletion.objects.exists()
    assert AuditEntry.objects.get(verb="trash.destroyed").reason == "Asked for"
    assert client.post(address).status_code == 404


def test_what_stands_in_the_way_is_said_with_what_to_put_back_first(client, house):
    person = make_user(role="administrator", at=house)
    client.force_login(person)
    faculty = make_organisation(parent=house, kind="faculty", code="F")
    below = make_organisation(parent=faculty, kind="department", code="F-D")
    numbers = [organisations.organisation_delete(actor=person, organisation_id=one.pk, edit_version=one.edit_version)
               for one in (below, faculty)]
    answer = client.post(reverse("trash:restore", args=[numbers[0]]))
    assert answer.status_code == 409
    assert reverse("trash:restore", args=[numbers[1]]) in answer.content.decode()
    assert client.post(reverse("trash:restore", args=[numbers[1]])).status_code == 302
    assert client.post(reverse("trash:restore", args=[numbers[0]])).status_code == 302
    assert set(Organisation.objects.filter(code__startswith="F").values_list("code", flat=True)) == {"F", "F-D"}


def test_an_organisation_is_deleted_from_its_page(client, house):
    client.force_login(make_user(role="administrator", at=make_root()))
    address = reverse("organisations:delete", args=["HOUSE"])
    page = client.get(address).content.decode()
    assert "1 organisation" in page
    assert "can be put back for thirty days" in page
    stale = client.post(address, {"edit_version": house.edit_version + 5})
    assert stale.status_code == 409
    assert "Someone else saved this" in stale.content.decode()
    make_organisation(parent=house, kind="faculty", code="F")
    looked = client.get(address)
    assert looked.status_code == 200
    assert "btn-danger" not in looked.content.decode().split("<main")[1], "nothing to press where nothing can be deleted"
    held = client.post(address, {"edit_version": house.edit_version})
    assert held.status_code == 409
    assert "It cannot be deleted while there is: 1 organisation" in held.content.decode()


# ---- drafts of frameworks ----

@pytest.fixture
def draft():
    return make_framework(code="OWN", version="1", sections=1, items=1, published=False)


def test_a_draft_of_a_framework_goes_and_comes_back(client, draft):
    make_root()
    client.force_login(make_user(role="administrator", at=make_root()))
    before = all_rows()
    address = reverse("competences:framework_delete", args=["OWN", "1"])
    assert "2 competences" in client.get(address).content.decode()
    answer = client.post(address, {"edit_version": draft.edit_version}, follow=True)
    assert "is deleted" in answer.content.decode()
    assert not Framework.objects.filter(code="OWN").exists()
    back = client.post(reverse("trash:restore", args=[Deletion.objects.get().pk]))
    assert back["Location"] == reverse("competences:framework", args=["OWN", "1"])
    after = all_rows()
    assert {table: rows for table, rows in after.items() if not table.startswith("django_")} == {
        table: rows for table, rows in before.items() if not table.startswith("django_")}


def test_a_published_framework_stays(client, draft):
    client.force_login(make_user(role="administrator", at=make_root()))
    competences.framework_publish(actor=None, framework_id=draft.pk)
    answer = client.post(reverse("competences:framework_delete", args=["OWN", "1"]))
    assert answer.status_code == 409
    assert Framework.objects.filter(code="OWN").exists()


def test_an_administrator_of_one_house_deletes_no_framework(client, house, draft):
    client.force_login(make_user(role="administrator", at=house))
    assert client.post(reverse("competences:framework_delete", args=["OWN", "1"])).status_code in {403, 404}
    assert Framework.objects.filter(code="OWN").exists()
