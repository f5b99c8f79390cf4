"""Deleting while somebody edits, adds or puts back, for ``test_trash_races``: on PostgreSQL in this process, on SQLite over a file."""

import threading
from collections.abc import Callable

from django.db import connections

from sheber.apps.programmes import services
from sheber.apps.programmes.models import Course, MatrixCell, ProgrammeVersion
from sheber.apps.programmes.services.deleting import version_delete
from sheber.engines.curriculum.plan import Plan
from sheber.kit.errors import DomainError
from sheber.spine.organisations import services as organisations
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import RoleAssignment
from sheber.spine.people.services import role_grant
from sheber.spine.people.tests.factories import make_user
from sheber.spine.trash import services as trash
from sheber.spine.trash.models import Deletion

from .factories import make_plan, make_version

ROUNDS = 3


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Code of the refusal of each, in the order given; empty for what was done."""
    start, codes = threading.Barrier(len(acts)), {}

    def run(place: int, act: Callable[[], object]) -> None:
        code = "no answer"
        try:
            start.wait(30)
            act()
            code = ""
        except DomainError as no:
            code = no.code
        except (ProgrammeVersion.DoesNotExist, Course.DoesNotExist, Organisation.DoesNotExist, Deletion.DoesNotExist):
            code = "gone"
        except Exception as fault:
            code = repr(fault)
        finally:
            codes[place] = code
            connections.close_all()
    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [codes[place] for place in range(len(acts))]


def deleted_or_edited(version: ProgrammeVersion) -> None:
    """Of a removal and a save read at the same version, one is done; the other is told that it was stale."""
    version.refresh_from_db()
    read = version.edit_version
    removal, save = at_once(
        lambda: services.course_remove(version_id=version.pk, code="MAT1", actor=None, edit_version=read),
        lambda: services.course_update(version_id=version.pk, code="MAT1", actor=None, edit_version=read,
                                       facts={"title": {"en": f"At {read}"}}))
    assert sorted([removal, save]) == ["", "stale"], (removal, save)
    if removal == "":
        trash.restore(actor=None, deletion_id=Deletion.objects.filter(restored_at__isnull=True).latest("pk").pk)
    assert Course.objects.filter(version=version, code="MAT1").count() == 1


def draft_deleted_or_extended(organisation: Organisation) -> None:
    """A draft is deleted while a course is added to it: it is added before and goes along, or the draft is gone."""
    version = make_version(organisation=organisation, plan=make_plan())
    deletion, added = at_once(
        lambda: version_delete(version_id=version.pk, actor=None, edit_version=version.edit_version),
        lambda: services.course_add(version_id=version.pk, code="NEW1", facts={"title": {"en": "New"}, "ects": 5}, actor=None,
                                    edit_version=version.edit_version))
    assert (deletion, added) in {("", "gone"), ("stale", "")}, (deletion, added)
    assert ProgrammeVersion.objects.filter(pk=version.pk).exists() == (added == "")


def draft_deleted_or_imported(organisation: Organisation) -> None:
    """The only draft is deleted, and its programme with it, while another version is imported: neither is left half."""
    plan = make_plan()
    version = make_version(organisation=organisation, plan=plan)
    other = Plan(**{**{name: getattr(plan, name) for name in plan.__dataclass_fields__}, "version": "2027.1"})
    deletion, imported = at_once(
        lambda: version_delete(version_id=version.pk, actor=None, edit_version=version.edit_version),
        lambda: services.import_programme(plan=other, organisation=organisation, actor=None))
    assert imported == "", imported
    assert deletion == "", deletion
    [left] = ProgrammeVersion.objects.filter(programme__code=plan.code)
    assert left.version == "2027.1"
    assert left.courses.count() == len(plan.courses)


def organisation_deleted_or_joined(house: Organisation, number: int) -> None:
    """An organisation is deleted while somebody gets a role there: the role stands on something, or was refused."""
    place = make_organisation(parent=house, kind="faculty", code=f"RACE{number}")
    admin, person = make_user(role="administrator", at=make_root()), make_user()
    deletion, granted = at_once(
        lambda: organisations.organisation_delete(actor=admin, organisation_id=place.pk, edit_version=place.edit_version),
        lambda: role_grant(actor=admin, person_id=person.pk, role="teacher", organisation_id=place.pk))
    assert (deletion == "") != (granted == ""), (deletion, granted)
    assert deletion in {"", "held", "held_meanwhile"}, deletion
    assert RoleAssignment.objects.filter(user=person).exists() == (granted == "")
    assert Organisation.objects.filter(pk=place.pk).exists() == (granted == "")


def two_put_back(version: ProgrammeVersion) -> None:
    """Two put one course back: one does, the other is told."""
    version.refresh_from_db()
    cells = MatrixCell.objects.filter(course__version=version).count()
    gone = services.course_remove(version_id=version.pk, code="MAT1", actor=None, edit_version=version.edit_version).deletion_id
    codes = at_once(*[lambda: trash.restore(actor=None, deletion_id=gone)] * 3)
    assert sorted(codes) == ["", "restored_already", "restored_already"], codes
    assert Course.objects.filter(version=version, code="MAT1").count() == 1
    assert MatrixCell.objects.filter(course__version=version).count() == cells


def put_back_or_destroyed(house: Organisation, number: int) -> None:
    """Two put back what a third and a fourth delete for ever: it is back once, or gone once, and whoever was late is told."""
    place = make_organisation(parent=house, kind="faculty", code=f"END{number}")
    gone = organisations.organisation_delete(actor=None, organisation_id=place.pk, edit_version=place.edit_version)
    codes = at_once(*[lambda: trash.restore(actor=None, deletion_id=gone)] * 2, *[lambda: trash.destroy(actor=None, deletion_id=gone)] * 2)
    assert codes.count("") == 1, codes
    assert set(codes) <= {"", "gone", "restored_already"}, codes
    is_back = "" in codes[:2]
    assert Organisation.objects.filter(code=f"END{number}").count() == is_back
    assert Deletion.objects.filter(pk=gone).exists() == is_back


def run_all() -> None:
    """Every race."""
    make_root()
    house = make_organisation(code="RACES")
    version = make_version(organisation=house, plan=make_plan())
    for number in range(ROUNDS):
        deleted_or_edited(version)
        two_put_back(version)
        draft_deleted_or_extended(house)
        draft_deleted_or_imported(house)
        organisation_deleted_or_joined(house, number)
        put_back_or_destroyed(house, number)
