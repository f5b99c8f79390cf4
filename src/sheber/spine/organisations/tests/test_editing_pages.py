"""Pages that change the tree."""

import pytest

from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations import queries, services
from sheber.spine.organisations.models import Organisation
from sheber.spine.people import access
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import make_user

from .factories import make_organisation, make_root

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(client):
    make_root()
    ours, theirs = make_organisation(code="OURS"), make_organisation(code="THEIRS")
    faculty = make_organisation(parent=ours, kind="faculty", code="OURS-F", name={"en": "Faculty of Ores", "kk": "Кен факультеті"})
    admin = make_user(role="administrator", at=ours)
    client.force_login(admin)
    return {"ours": ours, "theirs": theirs, "faculty": faculty, "admin": admin}


def typed(client, url):
    form = client.get(url).context["form"]
    return {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}


def test_added_edited_closed_and_opened(tree, client):
    new = typed(client, "/organisations/OURS-F/below/new/") | {"code": "OURS-F-D", "kind": "department", "name_en": "Department"}
    assert client.post("/organisations/OURS-F/below/new/", new | {"code": "THEIRS"}).status_code == 409
    assert client.post("/organisations/OURS-F/below/new/", new | {"name_en": ""}).status_code == 422
    assert client.post("/organisations/OURS-F/below/new/", new).status_code == 302
    made = Organisation.objects.get(code="OURS-F-D")
    assert made.path == f"{tree['faculty'].path}{made.pk}/"
    edit = typed(client, "/organisations/OURS-F-D/edit/")
    assert client.post("/organisations/OURS-F-D/edit/", edit | {"name_en": "Chair", "code": "OURS-F-C"}).status_code == 302
    assert str(queries.by_code("OURS-F-C").name) == "Chair"
    close = typed(client, "/organisations/OURS-F/close/")
    assert client.post("/organisations/OURS-F/close/", close | {"reason": "merged"}).status_code == 409, "an open one stands below"
    close = typed(client, "/organisations/OURS-F-C/close/")
    assert client.post("/organisations/OURS-F-C/close/", close).status_code == 422
    assert client.post("/organisations/OURS-F-C/close/", close | {"reason": "merged"}).status_code == 302
    assert client.get("/organisations/OURS-F-C/").status_code == 200
    assert not queries.pick("OURS-F-C", paths=["/"])
    again = typed(client, "/organisations/OURS-F-C/open/")
    assert client.post("/organisations/OURS-F-C/open/", again | {"reason": "back"}).status_code == 302
    assert list(AuditEntry.objects.filter(target_id=str(made.pk)).order_by("sequence").values_list("verb", flat=True)) == [
        "organisation.created", "organisation.changed", "organisation.closed", "organisation.reopened"]


def test_a_stale_save_shows_both(tree, client):
    first = typed(client, "/organisations/OURS-F/edit/")
    assert client.post("/organisations/OURS-F/edit/", first | {"name_en": "Theirs"}).status_code == 302
    stale = client.post("/organisations/OURS-F/edit/", first | {"name_ru": "Наш"})
    assert stale.status_code == 409
    assert "Theirs" in stale.content.decode()
    assert "Наш" in stale.content.decode()
    merged = typed_of(stale) | {"way": "merge"}
    assert client.post("/organisations/OURS-F/edit/", merged).status_code == 302
    assert Organisation.objects.get(code="OURS-F").name == {"en": "Theirs", "ru": "Наш", "kk": "Кен факультеті"}


def typed_of(answer):
    form = answer.context["form"]
    return {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}


def test_a_move_carries_the_powers_with_it(tree, client):
    make_organisation(parent=tree["ours"], kind="faculty", code="OURS-G")
    head = make_user(role="teacher", at=Organisation.objects.get(code="OURS-G"))
    move = typed(client, "/organisations/OURS-F/move/")
    assert client.post("/organisations/OURS-F/move/", move | {"parent": "THEIRS", "reason": "x"}).status_code == 422
    assert client.post("/organisations/OURS-F/move/", move | {"parent": "OURS-G", "reason": "merged"}).status_code == 302
    path = Organisation.objects.get(code="OURS-F").path
    assert access.allowed(User.objects.get(pk=head.pk), "evidence.view", path)
    assert client.post("/organisations/OURS-F/move/", move | {"parent": "OURS", "reason": "back"}).status_code == 409
    assert client.get("/organisations/OURS/move/").status_code == 403, "the place above is not theirs"


@pytest.mark.parametrize("page", ["edit", "close", "open", "move", "below/new"])
def test_others_change_nothing(tree, client, page):
    assert client.get(f"/organisations/THEIRS/{page}/").status_code == 403
    client.force_login(make_user(role="teacher", at=tree["ours"]))
    assert client.get(f"/organisations/OURS-F/{page}/").status_code == 403
    assert f"/organisations/OURS-F/{page}/" not in client.get("/organisations/OURS-F/").content.decode()


@pytest.mark.parametrize("code", ["", "a b", "x/y", "all", "NEW", "../x", "x" * 41, "a?b"])
def test_codes_that_cannot_stand_in_an_address(tree, code):
    with pytest.raises(DomainError) as no:
        services.organisation_create(actor=None, code=code, kind="faculty", name={"en": "N"}, parent_id=tree["ours"].pk)
    assert no.value.code == "organisation_code_bad"


def test_the_table_searches_sorts_and_exports(tree, client):
    assert [row.code for row in client.get("/organisations/all/", {"q": "КЕН"}).context["table"]] == ["OURS-F"]
    assert [row.code for row in client.get("/organisations/all/?sort=-code&kind=university").context["table"]] == ["THEIRS", "OURS"]
    assert "OURS-F" in client.get("/organisations/all/?format=csv").content.decode("utf-8-sig")
