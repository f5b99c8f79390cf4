"""CASE on the page, over the API, for other servers and on the command line."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sheber.spine.audit.models import AuditEntry
from sheber.spine.competences.case.plan import document_id, item_id
from sheber.spine.competences.models import Alignment, Framework
from sheber.spine.competences.services import framework_publish
from sheber.spine.competences.tests.case_plans import data, foreign
from sheber.spine.competences.tests.factories import make_framework
from sheber.spine.exchange.models import KeptFile
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db
PAGE = "/exchange/case/"
API = "/api/v1/case/"


@pytest.fixture
def root():
    return make_root()


@pytest.fixture
def admin(client, root):
    person = make_user(role="administrator", at=root)
    client.force_login(person)
    return person


def upload(client, package, page=PAGE, **more):
    return client.post(page, {"file": SimpleUploadedFile("case.json", data(package)), **more})


def test_dry_run_then_the_button_writes_what_was_shown(client, admin):
    assert PAGE in client.get("/exchange/").content.decode()
    assert PAGE in client.get("/competences/").content.decode()
    shown = upload(client, foreign(title="<b>Skills</b>"), version="2")
    text = shown.content.decode()
    assert (shown.status_code, Framework.objects.count()) == (200, 0)
    assert "&lt;b&gt;Skills" in text
    assert "<ins>Item 1.1</ins>" in text
    done = client.post(PAGE, {"plan": shown.context["outcome"]["mark"]}, follow=True)
    assert done.redirect_chain == [("/competences/B-SKILLS-B/2/", 302)]
    assert "B-SKILLS-B" in client.get("/competences/").content.decode(), "an editor sees drafts in the list"
    entry = AuditEntry.objects.get(verb="framework.brought_in")
    assert (entry.actor_id, entry.after["count"]) == (admin.pk, 3)
    assert client.post(PAGE, {"plan": shown.context["outcome"]["mark"]}).status_code == 409, "a file is confirmed once"


def test_what_has_changed_since_is_not_written_and_faults_are_shown(client, admin):
    mark = upload(client, foreign()).context["outcome"]["mark"]
    upload(client, foreign(), API + "apply")
    Framework.objects.update(publisher="Somebody else")
    refused = client.post(PAGE, {"plan": mark})
    assert (refused.status_code, Framework.objects.get().publisher) == (409, "Somebody else")
    faulty = upload(client, {"CFDocument": {}})
    assert (faulty.status_code, KeptFile.objects.count()) == (422, 0)
    assert "CFDocument.title" in faulty.content.decode()
    assert client.post(PAGE, {}).context["form"].errors["file"]
    assert upload(client, foreign(), code="ә б").status_code == 422


def test_only_who_edits_frameworks_for_the_nation_may(client, root):
    client.force_login(make_user(role="administrator", at=make_organisation(code="X")))
    assert client.get(PAGE).status_code == 403
    assert upload(client, foreign()).status_code == 403
    assert upload(client, foreign(), API + "apply").status_code == 403
    assert PAGE not in client.get("/exchange/").content.decode()
    assert Framework.objects.count() == 0


def test_over_the_api(client, admin):
    tried = upload(client, foreign(), API + "try").json()
    assert (tried["act"], tried["items"], tried["added"], tried["written"]) == ("new", 3, ["1", "1.1", "2"], False)
    other = upload(client, foreign(title="Else"), API + "apply", plan=tried["plan"])
    assert (other.status_code, other.json()["code"]) == (409, "plan_changed")
    done = upload(client, foreign(), API + "apply", plan=tried["plan"]).json()
    assert done["written"]
    assert upload(client, {}, API + "try").json()["code"] == "file_problems"
    told = client.get("/api/v1/frameworks/FOREIGN-SKILLS/1/case?text=ru").json()
    assert [item["humanCodingScheme"] for item in told["CFItems"]] == ["1", "1.1", "2"]
    assert told["CFDocument"]["caseVersion"] == "1.1"
    assert "caseVersion" not in client.get("/api/v1/frameworks/FOREIGN-SKILLS/1/case?case=1.0").json()["CFDocument"]


@pytest.fixture
def framework(root):
    found = make_framework(code="F")
    found.published_at = timezone.now()
    found.save()
    other = make_framework(code="G")
    Alignment.objects.create(origin=found.competences.get(code="1.1"), target=other.competences.get(code="2"), kind="main")
    return found


@pytest.mark.parametrize("release", ["v1p0", "v1p1"])
def test_another_server_reads_what_is_published(client, framework, release):
    client.force_login(make_user(role="teacher", at=make_organisation()))
    base, document = f"http://testserver/ims/case/{release}", document_id("F", "1.0")
    listed = client.get(f"{base}/CFDocuments?limit=1")
    assert [one["identifier"] for one in listed.json()["CFDocuments"]] == [document]
    assert (listed["X-Total-Count"], listed["Link"]) == ("2", f'<{base}/CFDocuments?limit=1&offset=1>; rel="next"')
    package = client.get(f"{base}/CFPackages/{document}").json()
    assert client.get(package["CFDocument"]["uri"]).json() == package["CFDocument"]
    assert package["CFDocument"]["CFPackageURI"]["uri"] == f"{base}/CFPackages/{document}"
    for item in package["CFItems"]:
        assert client.get(item["uri"]).json() == item
    for link in package["CFAssociations"]:
        assert client.get(link["uri"]).json() == link
    one = client.get(f"{base}/CFItemAssociations/{item_id(document, '1.1')}").json()
    assert one["CFItem"]["humanCodingScheme"] == "1.1"
    assert [link["associationType"] for link in one["CFAssociations"]] == ["isChildOf", "isRelatedTo"]
    assert client.get(one["CFAssociations"][1]["destinationNodeURI"]["uri"]).json()["humanCodingScheme"] == "2"


def test_drafts_strangers_and_nonsense_get_the_refusal_of_the_specification(client, framework):
    draft = make_framework(code="DRAFT", published=False)
    base = "/ims/case/v1p0"
    assert client.get(f"{base}/CFDocuments").status_code == 401
    client.force_login(make_user(role="administrator", at=make_organisation()))
    for path in (f"CFPackages/{document_id('DRAFT', draft.version)}", "CFPackages/zzz", f"CFItems/{document_id('F', '1.0')}",
                 f"CFAssociations/{document_id('F', '1.0')}", f"CFItemAssociations/{document_id('F', '1.0')}"):
        answer = client.get(f"{base}/{path}")
        assert (answer.status_code, answer.json()["imsx_codeMajor"]) == (404, "failure"), path
    assert client.get("/ims/case/v9/CFDocuments").status_code == 404
    assert client.post(f"{base}/CFDocuments").status_code in {403, 405}
    assert len(client.get(f"{base}/CFDocuments").json()["CFDocuments"]) == 2


def test_an_archived_version_is_deprecated_and_the_new_one_says_what_it_replaces(client, admin, framework):
    upload(client, client.get("/api/v1/frameworks/F/1.0/case").json(), API + "apply", version="2.0")
    new = Framework.objects.get(version="2.0")
    framework_publish(actor=admin, framework_id=new.pk)
    told = client.get("/api/v1/frameworks/F/2.0/case").json()
    assert told["CFDocument"]["adoptionStatus"] == "Adopted"
    assert client.get("/api/v1/frameworks/F/1.0/case").json()["CFDocument"]["adoptionStatus"] == "Deprecated"
    old = [link["originNodeURI"]["identifier"] for link in told["CFAssociations"] if link["associationType"] == "replacedBy"]
    assert old == [document_id("F", "1.0")]
    assert new.replaces == framework


def test_the_button_of_a_framework_gives_the_package(client, admin, framework):
    page = client.get("/competences/F/1.0/").content.decode()
    assert "/competences/F/1.0/case.json" in page
    answer = client.get("/competences/F/1.0/case.json")
    assert "F-1.0-case-1.1.json" in answer["Content-Disposition"]
    assert len(json.loads(answer.content)["CFItems"]) == 8


@pytest.mark.parametrize("how_many", [1, 25])
def test_a_package_costs_the_same(client, root, django_assert_max_num_queries, how_many):
    client.force_login(make_user(role="teacher", at=make_organisation()))
    make_framework(code="F", sections=1, items=how_many)
    with django_assert_max_num_queries(16):
        client.get(f"/ims/case/v1p0/CFPackages/{document_id('F', '1.0')}")
