"""A course and a draft are deleted and put back: as they were, with what named them."""

import pytest
from django.urls import reverse

from sheber.apps.programmes import services
from sheber.apps.programmes.models import Course, LearningOutcome, MatrixCell, Programme, ProgrammeVersion, Requisite
from sheber.apps.programmes.services.deleting import version_delete
from sheber.engines.curriculum import plan as values
from sheber.kit.errors import DomainError
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user
from sheber.spine.trash import services as trash
from sheber.spine.trash.models import Deletion
from sheber.spine.trash.tests.tables import all_rows

from .factories import make_plan, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    make_root()
    return make_version(organisation=make_organisation(code="UNI"), plan=make_plan(), status="draft")


@pytest.fixture
def director(version):
    return make_user(role="programme_director", at=version.programme.organisation)


def removed(version, director, code="MAT1", **more):
    version.refresh_from_db()
    return services.course_remove(version_id=version.pk, code=code, actor=director, edit_version=version.edit_version, **more)


def test_a_course_comes_back_as_it_was_with_the_requisites_that_named_it(version, director):
    named = [row for row in Requisite.objects.filter(course__version=version) if "MAT1" in row.options and row.course.code != "MAT1"]
    assert named, "the plan has a course that needs MAT1, or this test shows nothing"
    before = all_rows()
    gone = removed(version, director)
    assert not Course.objects.filter(version=version, code="MAT1").exists()
    assert not [row for row in Requisite.objects.filter(course__version=version) if "MAT1" in row.options]
    done = trash.restore(actor=director, deletion_id=gone.deletion_id)
    assert done.left == 0
    assert all_rows() == before


def test_what_was_changed_meanwhile_stays_and_is_counted(version, director):
    third = {"title": {"en": "Third"}, "ects": 5, "term": 2}
    services.course_add(version_id=version.pk, code="MAT3", facts=third, actor=director, edit_version=version.edit_version,
                        requisites=[values.Requisite("prerequisite", ("MAT1", "MAT2"), 1)])
    gone = removed(version, director)
    version.refresh_from_db()
    services.requisites_set(version_id=version.pk, code="MAT3", requisites=[], actor=director, edit_version=version.edit_version)
    done = trash.restore(actor=director, deletion_id=gone.deletion_id)
    assert done.left == 1, "the choice of MAT3 was taken away by hand, and stays away"
    assert not Requisite.objects.filter(course__code="MAT3").exists()
    assert Requisite.objects.get(course__code="MAT2").options == ["MAT1"]


def test_a_stale_removal_takes_nothing(version, director):
    with pytest.raises(DomainError) as no:
        services.course_remove(version_id=version.pk, code="MAT1", actor=director, edit_version=version.edit_version - 1)
    assert no.value.code == "stale"
    assert Deletion.objects.count() == 0


def test_its_code_is_taken_meanwhile(version, director):
    gone = removed(version, director)
    version.refresh_from_db()
    services.course_add(version_id=version.pk, code="MAT1", facts={"title": {"en": "Other"}, "ects": 5}, actor=director,
                        edit_version=version.edit_version)
    with pytest.raises(DomainError) as no:
        trash.restore(actor=director, deletion_id=gone.deletion_id)
    assert no.value.code == "place_taken"
    assert "MAT1" in str(no.value.message)


def test_nothing_comes_back_into_a_version_in_force(version, director):
    gone = removed(version, director)
    ProgrammeVersion.objects.filter(pk=version.pk).update(status="published")
    with pytest.raises(DomainError) as no:
        trash.restore(actor=director, deletion_id=gone.deletion_id)
    assert no.value.code == "not_draft"


def test_the_course_waits_for_its_draft(version, director):
    course = removed(version, director)
    version.refresh_from_db()
    draft = version_delete(version_id=version.pk, actor=director, edit_version=version.edit_version)
    with pytest.raises(DomainError) as no:
        trash.restore(actor=director, deletion_id=course.deletion_id)
    assert (no.value.code, no.value.detail["first"]) == ("parent_in_trash", draft.deletion_id)
    trash.restore(actor=director, deletion_id=draft.deletion_id)
    trash.restore(actor=director, deletion_id=course.deletion_id)
    assert Course.objects.filter(version=version, code="MAT1").exists()


def test_the_only_draft_takes_the_programme_with_it_and_both_come_back(version, director):
    before = all_rows()
    gone = version_delete(version_id=version.pk, actor=director, edit_version=version.edit_version)
    assert gone.with_programme
    assert not any(model.objects.exists() for model in (Programme, ProgrammeVersion, Course, MatrixCell, LearningOutcome, Requisite))
    trash.restore(actor=director, deletion_id=gone.deletion_id)
    assert all_rows() == before


def test_undo_on_the_page(client, version, director):
    client.force_login(director)
    address = {"code": version.programme.code, "version": version.version}
    answer = client.post(reverse("programmes:course_remove", kwargs={**address, "course": "MAT1"}), {"edit_version": version.edit_version},
                         follow=True)
    gone = Deletion.objects.get()
    undo = reverse("trash:restore", args=[gone.pk])
    assert f'action="{undo}"' in answer.content.decode()
    answer = client.post(undo, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("programmes:course", kwargs={**address, "course": "MAT1"})
    assert client.post(undo).status_code == 409, "the second is told that it was put back already"


def test_over_the_api(client, version, director):
    client.force_login(director)
    client.cookies["csrftoken"] = token = "a" * 32
    address = f"/api/v1/programmes/{version.programme.code}/versions/{version.version}/courses/MAT1?edit_version={version.edit_version}"
    gone = client.delete(address, headers={"X-CSRFToken": token}).json()
    [row] = client.get("/api/v1/trash").json()["items"]
    assert (row["id"], row["kind"], row["days_left"]) == (gone["deletion_id"], "programmes.course", 30)
    back = client.post(f"/api/v1/trash/{row['id']}/restore", {}, content_type="application/json", headers={"X-CSRFToken": token})
    assert back.status_code == 200, back.content
    assert client.get(back.json()["address"]).status_code == 200


def test_a_neighbour_sees_and_restores_nothing(client, version, director):
    gone = removed(version, director)
    client.force_login(make_user(role="programme_director", at=make_organisation(code="NEIGHBOUR")))
    assert "MAT1" not in client.get(reverse("trash:list")).content.decode()
    assert client.get("/api/v1/trash").json()["total"] == 0
    for name in ("deletion", "restore"):
        address = reverse(f"trash:{name}", args=[gone.deletion_id])
        assert (client.get(address) if name == "deletion" else client.post(address)).status_code == 404
    assert client.post(reverse("trash:destroy", args=[gone.deletion_id])).status_code == 403
    assert Deletion.objects.filter(restored_at__isnull=True).count() == 1
