"""Published is final, whoever tries; a revision is a copy; the shipped facts are all there, once."""

import csv
import io
from importlib.resources import files

import numpy as np
import pytest
import yaml
from django.db import IntegrityError, connection, transaction

from sheber.kit.errors import DomainError
from sheber.kit.findable import together
from sheber.spine.audit.models import AuditEntry
from sheber.spine.audit.services import verify
from sheber.spine.competences import profiles, queries, seeds, services
from sheber.spine.competences.models import Alignment, Competence, Framework, Occupation, Profile, ProfileTarget

from .factories import make_competence, make_framework

pytestmark = pytest.mark.django_db


def refusal(call, *args, **kwargs):
    with pytest.raises(DomainError) as no:
        call(*args, actor=None, **kwargs)
    return no.value.code


def test_a_draft_changes_until_it_is_published():
    draft = make_framework(published=False)
    item = make_competence(framework=draft)
    services.competence_update(actor=None, competence_id=item.pk, title={"en": "Better", "xx": "dropped"})
    services.competence_update(actor=None, competence_id=item.pk, title={"en": "Better"})
    services.framework_publish(actor=None, framework_id=draft.pk)
    assert refusal(services.competence_update, competence_id=item.pk, title={"en": "Worse"}) == "framework_published"
    assert refusal(services.framework_publish, framework_id=draft.pk) == "framework_not_draft"
    item.refresh_from_db()
    assert item.title == {"en": "Better"}
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["competence.changed", "framework.published"]


def test_unknown_column_fails_aloud():
    with pytest.raises(TypeError, match="framework_id"):
        services.competence_update(actor=None, competence_id=make_competence(framework=make_framework(published=False)).pk, framework_id=1)


@pytest.mark.parametrize("write", [
    "UPDATE competences_competence SET title = '{\"en\": \"x\"}'", "DELETE FROM competences_competence WHERE depth = 2",
    "UPDATE competences_framework SET status = 'draft'", "UPDATE competences_framework SET version = '9'"])
@pytest.mark.parametrize("state", ["published", "archived"])
def test_the_database_refuses_to_change_what_is_published(write, state):
    framework = make_framework()
    if state == "archived":
        services.framework_archive(actor=None, framework_id=framework.pk)
    with pytest.raises(IntegrityError, match="published framework does not change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write)


def test_the_database_refuses_another_competence_in_what_is_published():
    framework = make_framework()
    with pytest.raises(IntegrityError, match="published framework does not change"), transaction.atomic():
        Competence.objects.create(framework=framework, code="9", title={"en": "late"})


def test_a_revision_copies_everything_and_takes_over():
    old = make_framework(sections=3, items=4)
    new = services.framework_revise(actor=None, framework_id=old.pk, version="2.0")
    told = ("code", "title", "depth", "sort", "parent__code")
    assert list(new.competences.values_list(*told)) == list(old.competences.values_list(*told))
    assert not set(new.competences.values_list("pk", flat=True)) & set(old.competences.values_list("pk", flat=True))
    assert set(new.competences.exclude(parent=None).values_list("parent__framework", flat=True)) == {new.pk}
    services.framework_publish(actor=None, framework_id=new.pk)
    old.refresh_from_db()
    assert old.status == "archived"
    assert queries.framework(old.code).version == "2.0"
    assert queries.framework(old.code, "1.0").replaced_by_version == "2.0"
    assert refusal(services.framework_revise, framework_id=old.pk, version="3.0") == "framework_revised_already"
    assert refusal(services.framework_revise, framework_id=new.pk, version="1.0") == "framework_version_taken"
    assert refusal(services.framework_archive, framework_id=old.pk) == "framework_not_published"


def test_empty_frameworks_stay_drafts():
    assert refusal(services.framework_publish, framework_id=make_framework(sections=0, published=False).pk) == "framework_empty"
    assert refusal(services.framework_revise, framework_id=make_framework(published=False).pk, version="2") == "framework_is_draft"


def test_no_audit_no_change(monkeypatch):
    draft = make_framework(published=False)
    monkeypatch.setattr(services.audit, "record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.framework_publish(actor=None, framework_id=draft.pk)
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize("how_many", [1, 25])
def test_queries_cost_the_same(django_assert_num_queries, how_many):
    framework = make_framework(sections=1, items=how_many)
    other = make_framework(sections=1, items=how_many)
    for origin, target in zip(framework.competences.filter(depth=2), other.competences.filter(depth=2), strict=True):
        Alignment.objects.create(origin=origin, target=target, kind="main")
    with django_assert_num_queries(1):
        assert len(queries.framework_tree(framework.pk)) == how_many + 1
    with django_assert_num_queries(1):
        assert {row.competences for row in queries.framework_list()} == {how_many + 1}
    with django_assert_num_queries(3):
        detail = queries.competence_detail(framework.code, "1.0", "1.1")
    assert [row.code for row in detail.above] == ["1"]
    assert [(row.code, row.is_outgoing) for row in detail.aligned] == [("1.1", True)]
    back = queries.competence_detail(other.code, "1.0", "1.1")
    assert [(row.framework_code, row.is_outgoing) for row in back.aligned] == [(framework.code, False)]
    assert queries.competence_detail(framework.code, "1.0", "nothing") is None
    assert queries.competence_detail("nothing", "1.0", "1") is None


def rows_of(name):
    return list(csv.DictReader(io.StringIO(files("sheber.data").joinpath(f"domain/{name}.csv").read_text("utf-8-sig"))))


def test_every_shipped_fact_is_loaded_once(django_assert_max_num_queries):
    """Counted against the files, read here in another way than the loader does."""
    with together(), django_assert_max_num_queries(120):           # the index of the search follows after it
        seeds.seed_reference()
    counts = dict(Framework.objects.values_list("code").order_by("code").values_list("code", "pk"))
    by_framework = {code: Competence.objects.filter(framework=key).exclude(kind="heading").count() for code, key in counts.items()}
    abet = rows_of("abet")
    assert by_framework == {
        "CDIO": len(rows_of("cdio_syllabus")), "CDIO-STD": len(rows_of("cdio_standards")),
        "ABET-EAC": sum(row["commission"] == "EAC" for row in abet), "ABET-ETAC": sum(row["commission"] == "ETAC" for row in abet),
        "EUR-ACE": len(rows_of("eur_ace")), "IEA": len(rows_of("graduate_attributes"))}
    assert Alignment.objects.count() == len(rows_of("frameworks_crosswalk"))
    assert set(Alignment.objects.values_list("kind", flat=True)) == {"main", "partial"}
    assert Occupation.objects.count() == 79
    assert ProfileTarget.objects.filter(profile__kind="occupation").count() == len(rows_of("occupation_profiles"))
    assert not Framework.objects.exclude(status="published").exists()
    entries = AuditEntry.objects.count()
    assert entries == 6 + 3
    assert not any(seeds.seed_reference().values())
    assert AuditEntry.objects.count() == entries
    assert verify().ok


def test_profiles_of_the_types():
    seeds.seed_reference()
    types = yaml.safe_load(files("sheber.data").joinpath("domain/engineer_types.yaml").read_text("utf-8"))["types"]
    items = profiles.item_rows(queries.framework("CDIO").id)
    assert len(items) == 19
    for code, row in types.items():
        profile = profiles.type_profile(code, items)
        assert dict(zip([item.code for item in items], profile.level, strict=True)) == row["targets"]
        assert profile.weight.sum() == pytest.approx(1.0, abs=1e-12)
        by_stage = {item.stage: weight for item, weight in zip(items, profile.weight, strict=True) if item.stage}
        assert by_stage == pytest.approx({stage: 4 * share / 19 for stage, share in row["cdio_weights"].items()})
        assert profile.status_of_fact == "proposed"


def test_profiles_of_the_occupations():
    seeds.seed_reference()
    items = profiles.item_rows(queries.framework("CDIO").id)
    found = {profile.soc: profile for profile in profiles.occupation_profiles(items)}
    assert len(found) == 79
    for row in rows_of("occupation_profiles"):
        place = [item.code for item in items].index(row["cdio"])
        level = found[row["soc"]].level[place]
        assert np.isnan(level) if row["level"] == "" else level == float(row["level"])
    assert all(profile.weight.sum() == pytest.approx(1.0, abs=1e-9) for profile in found.values())
    assert all("O*NET 29.0 Database" in profile.attribution and "CC BY 4.0" in profile.attribution for profile in found.values())
    assert set(Profile.objects.values_list("status_of_fact", flat=True)) == {"proposed"}


def test_titles_in_three_languages_or_english_alone(monkeypatch):
    from sheber.spine.competences import framework_files
    read = framework_files.data_csv

    def without_titles(path):
        if path == "domain/titles.csv":
            raise FileNotFoundError(path)
        return read(path)
    monkeypatch.setattr(framework_files, "data_csv", without_titles)
    seeds.seed_reference()
    assert set(Competence.objects.get(framework__code="CDIO", code="4.3").title) == {"en"}
    assert Framework.objects.get(code="CDIO").translation_origin == ""


def test_titles_are_translated():
    seeds.seed_reference()
    untranslated = [row.code for row in Competence.objects.all() if set(row.title) != {"kk", "ru", "en"}]
    assert untranslated == []
    assert Framework.objects.get(code="CDIO").translation_origin == "own translation"


def test_occupations_are_found_by_any_language_and_case():
    seeds.seed_reference()
    for text in ("17-2151", "горный ИНЖЕНЕР", "Тау-кен инженері", "mining geological"):
        assert "17-2151.00" in {row.soc for row in queries.occupation_list(text=text)}, text
    assert queries.occupation_list(text="\x00%_") == ()
    assert len(queries.occupation_list(engineer_type="technician")) == 34
    assert [row.level for row in queries.proficiency_scale()] == [1, 2, 3, 4, 5]
    assert [row.code for row in queries.type_list()] == ["technician", "line_engineer", "innovative_engineer", "research_engineer"]
