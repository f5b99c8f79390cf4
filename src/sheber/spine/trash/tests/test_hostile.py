"""Hostile hands on the trash: a new thing where the deleted one stood, a child before its parent, a role lost meanwhile, two at once."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from sheber.kit.errors import DomainError
from sheber.spine.organisations import services as organisations
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import RoleAssignment
from sheber.spine.people.tests.factories import make_user
from sheber.spine.trash import services
from sheber.spine.trash.models import Deletion

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    make_root()
    return make_organisation(code="HOUSE")


@pytest.fixture
def faculty(house):
    return organisations.organisation_create(actor=None, code="HOUSE-F", kind="faculty", name={"en": "Faculty"}, parent_id=house.pk)


@pytest.fixture
def admin(client, house):
    client.force_login(make_user(role="administrator", at=make_root()))
    return client


def delete(row) -> int:
    row.refresh_from_db()
    return organisations.organisation_delete(actor=None, organisation_id=row.pk, edit_version=row.edit_version)


def again(house):
    return organisations.organisation_create(actor=None, code="HOUSE-F", kind="faculty", name={"en": "Another"}, parent_id=house.pk)


@pytest.mark.parametrize("page", ["edit", "delete", "close", "move"])
def test_a_page_of_the_deleted_one_does_not_touch_the_new_one_of_its_code(admin, house, faculty, page):
    address = reverse(f"organisations:{page}", args=["HOUSE-F"])
    opened = admin.get(address)
    form = opened.context.get("form")
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None} if form else {
        "edit_version": opened.context["edit_version"]}
    delete(faculty)
    new = again(house)
    sent |= {"reason": "typed"} | ({"parent": make_organisation(code="OTHER").code} if page == "move" else {})
    answer = admin.post(address, sent)
    assert answer.status_code == 409
    assert "typed" in answer.content.decode()
    new.refresh_from_db()
    assert (new.name["en"], new.is_active, new.parent_id) == ("Another", True, house.pk)


def test_another_that_takes_the_code_of_a_deleted_one_counts_on_too(house, faculty):
    seen = faculty.edit_version
    delete(faculty)
    other = make_organisation(parent=house, kind="faculty", code="HOUSE-G")
    facts = {"code": "HOUSE-F"}
    renamed = organisations.organisation_edit(actor=None, organisation_id=other.pk, facts=facts, edit_version=other.edit_version)
    assert renamed.edit_version > seen


@pytest.mark.parametrize("name", ["edit", "close", "move", "delete"])
def test_what_is_in_the_trash_is_not_edited_and_what_was_typed_is_handed_back(admin, faculty, name):
    address = reverse(f"organisations:{name}", args=["HOUSE-F"])
    admin.get(address)
    delete(faculty)
    answer = admin.post(address, {"edit_version": "0", "name_en": "Typed with care", "reason": "Typed with care"})
    assert answer.status_code == 410
    assert "Typed with care" in answer.content.decode()
    assert reverse("trash:list") in answer.content.decode()
    assert admin.get(address).status_code == 404


def test_over_the_api_it_is_a_plain_404(admin, faculty):
    delete(faculty)
    facts = {"code": "HOUSE-F", "kind": "faculty", "name": {"en": "X"}, "short_name": {}, "city": {}, "about": {}, "country": "KZ",
             "region": None, "sector": None, "employees": None}
    answer = admin.put("/api/v1/organisations/HOUSE-F", {"edit_version": 0, "organisation": facts}, content_type="application/json")
    assert (answer.status_code in {403, 404}, Organisation.objects.filter(code="HOUSE-F").exists()) == (True, False)


def test_undo_after_somebody_made_a_new_one_of_the_same_code_says_so_and_works_once_that_is_renamed(admin, house, faculty):
    gone = delete(faculty)
    new = again(house)
    undo = reverse("trash:restore", args=[gone])
    refused = admin.post(undo, headers={"Accept-Language": "en"})
    assert (refused.status_code, "stands in its place now" in refused.content.decode()) == (409, True)
    organisations.organisation_edit(actor=None, organisation_id=new.pk, facts={"code": "HOUSE-N"}, edit_version=None)
    assert admin.post(undo).status_code == 302
    names = {row.code: row.name["en"] for row in Organisation.objects.filter(parent=house)}
    assert names == {"HOUSE-F": "Faculty", "HOUSE-N": "Another"}


def test_a_child_comes_back_after_its_parent_and_not_before(admin, house, faculty):
    child = make_organisation(parent=faculty, kind="department", code="HOUSE-F-D")
    first, second = delete(child), delete(faculty)
    refused = admin.post(reverse("trash:restore", args=[first]))
    assert refused.status_code == 409
    assert reverse("trash:restore", args=[second]) in refused.content.decode(), "the button puts the parent back"
    services.destroy(actor=None, deletion_id=second)
    assert admin.post(reverse("trash:restore", args=[first])).status_code == 409
    assert not Organisation.objects.filter(code__startswith="HOUSE-F").exists()


@pytest.mark.parametrize("act", ["restore", "destroy"])
def test_whoever_lost_the_role_meanwhile_finds_nothing(client, house, faculty, act):
    person = make_user(role="administrator", at=house)
    client.force_login(person)
    gone = delete(faculty)
    assert client.get(reverse("trash:deletion", args=[gone])).status_code == 200
    RoleAssignment.objects.filter(user=person).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert client.post(reverse(f"trash:{act}", args=[gone])).status_code in {403, 404}
    assert client.post(f"/api/v1/trash/{gone}/restore", {}, content_type="application/json").status_code in {403, 404}
    assert Deletion.objects.filter(pk=gone, restored_at__isnull=True).exists()


def test_twice_deleted_for_ever_and_put_back_after_it(admin, faculty):
    gone = delete(faculty)
    for_ever, back = reverse("trash:destroy", args=[gone]), reverse("trash:restore", args=[gone])
    assert admin.post(for_ever).status_code == 302
    assert [admin.post(address).status_code for address in (for_ever, back)] == [404, 404]
    with pytest.raises(Deletion.DoesNotExist):
        services.restore(actor=None, deletion_id=gone)


def test_deleted_for_ever_after_it_was_put_back_takes_nothing(admin, faculty):
    gone = delete(faculty)
    page = reverse("trash:destroy", args=[gone])
    assert admin.get(page).status_code == 200
    services.restore(actor=None, deletion_id=gone)
    assert admin.post(page).status_code == 404
    with pytest.raises(DomainError) as no:
        services.restore(actor=None, deletion_id=gone)
    assert no.value.code == "restored_already"
    assert Organisation.objects.filter(pk=faculty.pk, code="HOUSE-F").exists()
