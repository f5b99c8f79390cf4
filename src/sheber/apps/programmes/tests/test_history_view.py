"""Life of a version over HTTP: revise, put into force, archive; what is in force does not change."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sheber.apps.programmes import queries
from sheber.apps.programmes.models import ProgrammeVersion
from sheber.apps.programmes.rules.writing import write_yaml
from sheber.apps.programmes.services import import_programme
from sheber.engines.curriculum.plan import Cell, Requisite
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_user

from .factories import make_plan, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def university():
    return make_organisation(code="UNI")


@pytest.fixture
def director(client, university):
    client.force_login(make_user(role="programme_director", at=university))
    client.cookies["sheber_language"] = "en"
    return client


@pytest.fixture
def draft(university):
    return make_version(organisation=university)


def address(version, name="history"):
    return reverse(f"programmes:{name}", args=[version.programme.code, version.version])


def status(version):
    return ProgrammeVersion.objects.values_list("status", flat=True).get(pk=version.pk)


@pytest.fixture
def sound(university):
    """A draft without an error: every item is taught to its target in the first term and used in the second."""
    plan = make_plan()
    first, second = plan.courses
    version = make_version(organisation=university, plan=plan)
    targets = queries.version_plan(version.pk).targets
    cells = tuple(Cell(item, "T", max(1, round(level + 0.49))) for item, level in targets.items())
    courses = (replace(first, cells=cells), replace(second, cells=()))
    import_programme(plan=replace(plan, courses=courses), organisation=university, actor=None)
    version.refresh_from_db()
    return version


def test_a_sound_draft_comes_into_force_and_then_stands_still(director, sound):
    answer = director.post(address(sound, "publish"), {"reason": "Senate, 12 June", "edit_version": sound.edit_version})
    assert (answer.status_code, status(sound)) == (302, "published")
    entry = AuditEntry.objects.get(verb="programme.published")
    assert entry.reason == "Senate, 12 June"
    page = director.get(address(sound)).content.decode()
    assert "Senate, 12 June" in page
    assert 'id="publish"' not in page
    assert 'id="revise"' in page
    plan = queries.version_plan(sound.pk)
    file = SimpleUploadedFile("plan.yaml", write_yaml(replace(plan, courses=plan.courses[:1])))
    assert director.post("/programmes/import/", {"file": file, "organisation": "UNI"}).status_code == 409
    save = {"edit_version": 3, "changes": [{"course": "MAT1", "item": "1.1", "mode": "T", "level": 1}]}
    assert director.post(address(sound, "matrix_save"), save, content_type="application/json").status_code == 409
    assert director.post(address(sound, "publish"), {"edit_version": sound.edit_version}).status_code == 409
    assert queries.version_plan(sound.pk) == plan


def test_a_draft_with_errors_stays_a_draft_and_says_why(director, university):
    first, second = make_plan().courses
    first = replace(first, requisites=(Requisite("prerequisite", ("MAT2",)),))
    version = make_version(organisation=university, plan=make_plan(courses=(first, second)))
    answer = director.post(address(version, "publish"), {"edit_version": version.edit_version})
    page = answer.content.decode()
    assert (answer.status_code, status(version)) == (409, "draft")
    assert "cannot come into force yet" in page
    assert "MAT1" in page.split('role="alert"')[1].split("</ul>")[0]
    assert not AuditEntry.objects.filter(verb="programme.published").exists()


def test_a_draft_is_not_revised_but_a_version_in_force_is_once(director, draft):
    assert director.post(address(draft, "revise"), {"version": "2027.1"}).status_code == 409
    ProgrammeVersion.objects.filter(pk=draft.pk).update(status="published")
    answer = director.post(address(draft, "revise"), {"version": "2027.1", "reason": "yearly"})
    assert (answer.status_code, answer.url) == (302, address(draft, "overview").replace("2026.1", "2027.1"))
    copy = ProgrammeVersion.objects.get(version="2027.1")
    assert (copy.status, copy.replaces_id) == ("draft", draft.pk)
    assert queries.version_plan(copy.pk).courses == queries.version_plan(draft.pk).courses
    assert director.post(address(draft, "revise"), {"version": "2027.2"}).status_code == 409
    page = director.get(address(draft)).content.decode()
    assert "2027.1" in page.split("<h2>Versions</h2>")[1]


@pytest.mark.parametrize(("name", "code"), [("", 422), ("x" * 21, 422), ("a/b", 409), ("2026.1", 409)])
def test_a_bad_name_of_a_new_version_is_refused(director, draft, name, code):
    ProgrammeVersion.objects.filter(pk=draft.pk).update(status="published")
    assert director.post(address(draft, "revise"), {"version": name}).status_code == code
    assert ProgrammeVersion.objects.count() == 1


def test_a_version_is_archived_from_its_history_once(director, draft):
    page = director.get(address(draft)).content.decode()
    assert 'id="archive"' in page
    assert director.post(address(draft, "archive"), {"reason": "replaced"}).status_code == 302
    assert status(draft) == "archived"
    assert director.post(address(draft, "archive")).status_code == 409
    assert 'id="archive"' not in director.get(address(draft)).content.decode()


@pytest.mark.parametrize("verb", ["publish", "archive", "revise"])
@pytest.mark.parametrize(("role", "elsewhere"), [
    ("teacher", False), ("student", False), ("ministry_analyst", False), ("quality_officer", False), ("programme_director", True)])
def test_only_a_director_of_the_house_decides(client, draft, verb, role, elsewhere):
    ProgrammeVersion.objects.filter(pk=draft.pk).update(status="published" if verb == "revise" else "draft")
    before = status(draft)
    client.force_login(make_user(role=role, at=make_organisation() if elsewhere else draft.programme.organisation))
    assert client.post(address(draft, verb), {"version": "2030.1"}).status_code in {403, 404}
    assert (status(draft), ProgrammeVersion.objects.count()) == (before, 1)
    page = client.get(address(draft))
    assert page.status_code in ({403, 404} if elsewhere else {200})
    if page.status_code == 200:
        assert "<dialog class=\"dialog\" id=\"archive\"" not in page.content.decode()


@pytest.mark.parametrize("verb", ["publish", "archive", "revise"])
def test_reading_decides_nothing(director, draft, verb):
    assert director.get(address(draft, verb)).status_code == 405


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_history_is_told_in_the_readers_language(director, draft, language):
    director.cookies["sheber_language"] = language
    director.post(address(draft, "archive"), {"reason": "себебі"})
    page = director.get(address(draft)).content.decode()
    assert "себебі" in page
    assert f'lang="{language}"' in page
