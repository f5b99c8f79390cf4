"""Packages of other servers, good and hostile: what comes of them, and that what is refused is named with its place."""

import copy

import pytest
from django.utils.translation import override

from sheber.spine.audit.models import AuditEntry
from sheber.spine.competences import services
from sheber.spine.competences.case.bringing import package_import
from sheber.spine.competences.case.reading import read_package
from sheber.spine.competences.case.standing import plan_of
from sheber.spine.competences.case.trees import MAX_DEPTH
from sheber.spine.competences.case.writing import package_of
from sheber.spine.competences.models import Alignment, CaseFramework, Competence, Framework

from .case_plans import association, data, foreign, guid
from .factories import make_framework

MOMENT = "2026-01-02T03:04:05+00:00"

def bring(package, **more):
    return package_import(data=data(package), actor=None, **more)


@pytest.mark.django_db
def test_a_package_of_another_server_becomes_a_draft_and_goes_out_as_it_came():
    package = foreign(associations=[association(1, "precedes", 3), association(2, "exactMatchOf", 5000, 2001)], language="en",
                      officialSourceURL="https://frameworks.example/skills")
    done = bring(package)
    assert (done.act, done.code, done.version, done.items, done.links, done.links_here) == ("new", "FOREIGN-SKILLS", "1", 3, 2, 0)
    framework = Framework.objects.get(code="FOREIGN-SKILLS")
    assert framework.status == "draft"
    assert list(framework.competences.values_list("code", "parent__code", "depth", "kind")) == [
        ("1", None, 1, "Cluster"), ("1.1", "1", 2, "Cluster"), ("2", None, 1, "Cluster")]
    again = package_of(plan_of(framework), version="1.0", moment=MOMENT, server="https://here.example")
    for part, dropped in (("CFItems", {"lastChangeDateTime", "CFDocumentURI", "language"}),
                          ("CFAssociations", {"lastChangeDateTime", "CFDocumentURI", "sequenceNumber", "originNodeURI",
                                              "destinationNodeURI"})):
        was, now = ({one["identifier"]: {name: value for name, value in one.items() if name not in dropped} for one in told[part]}
                    for told in (package, again))
        assert now == was, part
    assert again["CFDefinitions"] == package["CFDefinitions"]
    assert {name: again["CFDocument"][name] for name in ("uri", "creator", "title", "subject", "officialSourceURL")} == {
        name: package["CFDocument"][name] for name in ("uri", "creator", "title", "subject", "officialSourceURL")}
    ends = {one["identifier"]: one["destinationNodeURI"]["uri"] for one in again["CFAssociations"]}
    assert ends[guid(2001)] == f"urn:uuid:{guid(5000)}", "a link to an unknown item keeps its address"


@pytest.mark.django_db
def test_a_link_to_a_competence_that_is_here_becomes_an_alignment():
    bring(foreign(("A", "B"), title="First", document=901))
    first = Framework.objects.get(code="FIRST")
    services.framework_publish(actor=None, framework_id=first.pk)
    second = foreign(("7",), title="Second", document=902, associations=[
        association(40, "Exact Match Of", 2, 2001), association(40, "exemplar", 1, 2002)])
    second["CFItems"][0]["identifier"] = second["CFAssociations"][0]["originNodeURI"]["identifier"] = guid(40)
    done = bring(second)
    assert (done.links, done.links_here) == (2, 1)
    link = Alignment.objects.get()
    assert (link.origin.code, link.target.code, link.target.framework, link.kind) == ("7", "B", first, "exact")
    plan = plan_of(Framework.objects.get(code="SECOND"))
    assert [(one.kind, one.target) for one in plan.links] == [("exactMatchOf", guid(2)), ("exemplar", guid(1))]
    link.delete()
    plan = plan_of(Framework.objects.get(code="SECOND"))
    assert [one.kind for one in plan.links] == ["exemplar"], "what is taken away here goes out no more"


@pytest.mark.django_db
def test_published_does_not_change_a_newer_package_is_a_new_version_and_a_draft_changes():
    old = foreign()
    bring(old, version="1")
    services.framework_publish(actor=None, framework_id=Framework.objects.get().pk)
    new = copy.deepcopy(old)
    new["CFItems"][1]["fullStatement"] = "Better"
    del new["CFItems"][2], new["CFAssociations"][2]
    refused = bring(new, version="1")
    assert [fault.column for fault in refused.faults] == ["CFDocument.version"]
    dry = bring(new, version="2", dry=True)
    assert (dry.act, dry.replaces, dry.written, Framework.objects.count()) == ("version", "1", False, 1)
    assert [(one.code, one.before, one.after) for one in dry.difference.changed] == [("1.1", "Item 1.1", "Better")]
    assert [item.code for item in dry.difference.removed] == ["2"]
    moved = bring(old, version="2", expected=dry.mark)
    assert (moved.moved, moved.written) == (True, False)
    done = bring(new, version="2", expected=dry.mark)
    assert (done.written, Framework.objects.get(version="2").replaces.version) == (True, "1")
    kept = dict(Competence.objects.filter(framework__version="2").values_list("code", "pk"))
    back = bring(old, version="2")
    assert (back.act, [item.code for item in back.difference.added]) == ("draft", ["2"])
    now = dict(Competence.objects.filter(framework__version="2").values_list("code", "pk"))
    assert kept.items() <= now.items(), "rows stay the same rows"
    assert [fault.column for fault in bring(new, version="3").faults] == ["CFDocument.version"], "one draft at a time"
    assert list(AuditEntry.objects.filter(verb="framework.brought_in").values_list("after__act", flat=True)) == ["new", "version", "draft"]


@pytest.mark.django_db
def test_items_in_use_are_not_taken_away():
    package = foreign()
    bring(package)
    other = make_framework(sections=1, items=1, published=False).competences.get(code="1")
    Alignment.objects.create(origin=other, target=Competence.objects.get(framework__code="FOREIGN-SKILLS", code="2"), kind="main")
    del package["CFItems"][2], package["CFAssociations"][2]
    before = CaseFramework.objects.values().get()
    assert [fault.column for fault in bring(package).faults] == ["CFItems"]
    assert Competence.objects.filter(framework__code="FOREIGN-SKILLS").count() == 3
    assert CaseFramework.objects.values().get() == before


def test_codes_that_cannot_be_used_are_numbered_by_place_and_kept():
    package = foreign(("1", "2", "3", "4", "5"))
    for item, code in zip(package["CFItems"], ("a/b", "x" * 31, "4", "", "4"), strict=True):
        item["humanCodingScheme"] = code
    read = read_package(data(package))
    assert [item.code for item in read.plan.items] == ["1", "2", "4", "n3-0", "5"]
    assert len(read.notes) == 1
    out = package_of(read.plan, version="1.1", moment=MOMENT)
    assert [item.get("humanCodingScheme") for item in out["CFItems"]] == ["a/b", "x" * 31, "4", None, "4"]
    assert read_package(data(out)).plan == read.plan


def test_second_parents_orphans_and_languages_are_told():
    package = foreign(("1", "2", "2.1", "3"), language="de-DE", associations=[association(3, "isChildOf", 1)])
    del package["CFAssociations"][3]
    read = read_package(data(package))
    assert len(read.notes) == 3
    assert [(link.kind, link.origin, link.target) for link in read.plan.links] == [("isChildOf", guid(3), guid(1))]
    assert read.plan.title == {"en": "Foreign skills"}
    assert package_of(read.plan, version="1.0", moment=MOMENT)["CFDocument"]["language"] == "de-DE"


def broken(change, **more):
    package = foreign(**more)
    change(package)
    return package


def circle(package):
    package["CFAssociations"][0]["destinationNodeURI"]["identifier"] = guid(2)


def deep(levels):
    return foreign(tuple(".".join(["1"] * level) for level in range(1, levels + 1)))


@pytest.mark.parametrize(("package", "row", "column"), [
    (broken(circle), 1, "CFItems"),
    (broken(lambda one: one["CFAssociations"][1]["destinationNodeURI"].update(identifier=guid(66))), 2,
     "CFAssociations.destinationNodeURI"),
    (broken(lambda one: one["CFAssociations"][1]["originNodeURI"].update(identifier=guid(66))), 2, "CFAssociations.originNodeURI"),
    (broken(lambda one: one["CFItems"][2].update(identifier=guid(1))), 3, "CFItems.identifier"),
    (broken(lambda one: one["CFItems"][2].update(identifier="7")), 3, "CFItems.identifier"),
    (broken(lambda one: one["CFItems"][2].pop("fullStatement")), 3, "CFItems.fullStatement"),
    (broken(lambda one: one["CFItems"][2].update(fullStatement=["x"])), 3, "CFItems.fullStatement"),
    (broken(lambda one: one["CFItems"][2].update(notes="x" * 20_001)), 3, "CFItems.notes"),
    (broken(lambda one: one["CFAssociations"][2].update(associationType="isOwnedBy")), 3, "CFAssociations.associationType"),
    (broken(lambda one: one["CFAssociations"][2].update(associationType={})), 3, "CFAssociations.associationType"),
    (broken(lambda one: one["CFAssociations"][2].pop("originNodeURI")), 3, "CFAssociations.originNodeURI"),
    (broken(lambda one: one["CFItems"].append("x")), 4, "CFItems"),
    (broken(lambda one: one["CFDocument"].pop("title")), 0, "CFDocument.title"),
    (broken(lambda one: one.update(CFItems={})), 0, None), (broken(lambda one: one.update(CFDocument=[])), 0, None),
    (broken(lambda one: one["CFDocument"].update(subject=["a\0"])), 0, "CFDocument.subject[1]"),
    (broken(lambda one: one["CFDocument"].update({"a\0": 1})), 0, "CFDocument.a\0"),
    (broken(lambda one: one["CFDocument"].update(title="\ud800")), 0, "CFDocument.title"),
    (deep(MAX_DEPTH + 1), MAX_DEPTH + 1, "CFItems")])
def test_a_fault_is_named_with_its_entry_and_field(package, row, column):
    for language in ("kk", "ru", "en"):
        with override(language):
            read = read_package(data(package))
        assert read.plan is None
        assert any(fault.row == row and (column is None or fault.column == column) and fault.sentence for fault in read.faults), read.faults


@pytest.mark.parametrize("text", [
    b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"CFDocument": {"title": NaN}}', b"[" * 200_000, b'{"a":' * 200_000,
    b'{"CFDocument": {"title": "a", "title": "b"}}', b'{"CFDocument": ' + b"9" * 5000 + b"}", b"PK\x03\x04", b"<html>",
    b'{"CFDocument": {"x": ' + b"[" * 50 + b"]" * 50 + b"}}"])
def test_what_is_no_package_gets_a_sentence(text):
    read = read_package(text)
    assert read.plan is None
    assert len(read.faults) >= 1
    assert all(fault.sentence for fault in read.faults)


def test_too_many_entries_are_refused_at_once():
    package = foreign(())
    package["CFItems"] = [{}] * 20_001
    assert [fault.column for fault in read_package(data(package)).faults] == ["CFItems"]


@pytest.mark.django_db
def test_a_large_framework_comes_in_by_few_queries(django_assert_max_num_queries):
    """A peer took minutes for some thousand items; here SQLite takes some sixty rows a query."""
    codes = [f"{part}.{one}" if one else f"{part}" for part in range(1, 41) for one in range(50)]
    with django_assert_max_num_queries(200):
        done = bring(foreign(tuple(codes), document=10**6))
    assert (done.faults, done.items) == ([], 2000)


@pytest.mark.django_db
def test_a_draft_that_is_put_back_from_the_trash_keeps_all_that_came_with_it():
    from sheber.spine.trash.services import restore

    bring(foreign(associations=[association(1, "precedes", 3)]))
    draft = Framework.objects.get()
    before = plan_of(draft)
    deletion = services.framework_delete(actor=None, framework_id=draft.pk)
    assert (Framework.objects.count(), CaseFramework.objects.count()) == (0, 0)
    restore(actor=None, deletion_id=deletion)
    assert plan_of(Framework.objects.get()) == before
