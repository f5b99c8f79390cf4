"""What goes out as CASE 1.1 comes back as the same framework, as data and through the database."""

import json
from dataclasses import replace

import jsonschema
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sheber.spine.competences import seeds
from sheber.spine.competences.case.bringing import package_import
from sheber.spine.competences.case.plan import document_id
from sheber.spine.competences.case.reading import read_package
from sheber.spine.competences.case.standing import plan_of
from sheber.spine.competences.case.writing import package_of
from sheber.spine.competences.models import Framework

from .case_plans import plans
from .case_schema import SCHEMAS

MOMENT = "2026-01-02T03:04:05+00:00"
FEW = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
       "phases": [Phase.explicit, Phase.reuse, Phase.generate]}


def out(plan, version="1.1", **more):
    package = package_of(plan, version=version, moment=MOMENT, **more)
    jsonschema.Draft202012Validator(SCHEMAS[version]).validate(package)
    return json.dumps(package).encode()


@given(plan=plans(), server=st.sampled_from(["", "https://sheber.example"]), language=st.sampled_from(["kk", "ru", "en"]))
@settings(max_examples=80, **FEW)
def test_out_and_in_is_the_same_and_fits_the_schema(plan, server, language):
    read = read_package(out(plan, server=server, language=language))
    assert not read.faults
    assert read.plan == plan


@given(plan=plans(), language=st.sampled_from(["kk", "ru", "en"]))
@settings(max_examples=30, **FEW)
def test_an_older_package_keeps_the_tree_the_codes_and_one_language(plan, language):
    read = read_package(out(plan, "1.0", language=language), code=plan.code).plan
    assert read is not None
    told = [(item.identifier, item.code, item.parent, item.title.in_language(language)[0]) for item in plan.items]
    assert [(item.identifier, item.code, item.parent, str(item.title)) for item in read.items] == told
    assert {(link.identifier, link.kind, link.origin, link.target) for link in read.links} == {
        (link.identifier, link.kind, link.origin, link.target) for link in plan.links}


@pytest.mark.django_db
@settings(max_examples=15, **FEW)
@given(first=plans(), second=plans())
def test_what_is_brought_in_stands_as_it_was_and_a_second_package_takes_its_place(first, second):
    with transaction.atomic():
        for plan in (first, second):                   # the second one is another draft, or changes the draft of the first
            done = package_import(data=out(plan), actor=None, code=first.code, version=first.version)
            assert not done.faults
            stands = plan_of(Framework.objects.get(code=first.code, version=first.version))
            assert stands == replace(plan, code=first.code, version=first.version)
            again = package_import(data=out(stands), actor=None)
            assert (again.act, again.written, again.faults) == ("nothing", False, [])
        assert Framework.objects.count() == 1
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_every_shipped_framework_goes_out_and_comes_back_as_another_version():
    seeds.seed_reference()
    for framework in Framework.objects.all():
        plan = plan_of(framework)
        assert plan.identifier == document_id(framework.code, framework.version)
        same = package_import(data=out(plan), actor=None)
        assert (same.act, same.faults) == ("nothing", [])
        done = package_import(data=out(plan), actor=None, version="9.9")
        assert (done.act, done.replaces, done.faults) == ("version", framework.version, [])
        draft = Framework.objects.get(code=framework.code, version="9.9")
        assert draft.status == "draft"
        assert draft.replaces == framework
        again = plan_of(draft)
        assert (again.items, again.links, again.title) == (plan.items, plan.links, plan.title)
        assert done.links_here == len(plan.links)
