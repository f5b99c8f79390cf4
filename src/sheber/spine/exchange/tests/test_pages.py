"""The pages: what is open to whom, the dry run, and that what is confirmed is what was shown."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from sheber.kit.exchange.declaring import exchanges
from sheber.kit.exchange.files import MAX_FILE_BYTES
from sheber.kit.exchange.writing import write
from sheber.spine.audit.models import AuditEntry
from sheber.spine.exchange.models import KeptFile
from sheber.spine.organisations.exchange import ORGANISATIONS, rows
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.roles import ROLE_GRANTS, ROLES
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db
PAGE = "/exchange/organisations/"


@pytest.fixture
def place():
    make_root()
    return make_organisation(code="X", name={"en": "Old"})


@pytest.fixture
def admin(client, place):
    person = make_user(role="administrator", at=place)
    client.force_login(person)
    return person


def edited(name="New", new=()):
    """An export in which ``X`` has another name; ``new`` are rows that are added, by machine name."""
    book = openpyxl.load_workbook(io.BytesIO(write(ORGANISATIONS, rows(["/"]), "xlsx")))
    sheet = book.worksheets[0]
    names = {cell.value: cell.column for cell in sheet[2]}
    for row in sheet.iter_rows(min_row=3):
        if row[names["code"] - 1].value == "X":
            row[names["name_en"] - 1].value = name
    for number, values in enumerate(new, start=sheet.max_row + 1):
        for column, text in values.items():
            sheet.cell(number, names[column]).value = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client, data, name="file.xlsx", page=PAGE):
    return client.post(page, {"file": SimpleUploadedFile(name, data)})


def test_the_list_names_what_is_open_and_can_be_searched(client, admin):
    text = client.get("/exchange/").content.decode()
    assert "/exchange/organisations/export.xlsx" in text
    assert reverse("programmes:import") in text, "the import of programmes has a page of its own and is named"
    assert "/exchange/organisations/" not in client.get("/exchange/?q=zzz").content.decode()
    assert "/exchange/organisations/" in client.get("/exchange/?q=Organisations").content.decode()


def test_whoever_may_open_nothing_is_told_so(client):
    make_root()
    client.force_login(make_user())
    page = client.get("/exchange/")
    assert page.status_code == 200
    assert "/export." not in page.content.decode()


@pytest.mark.parametrize("role", [*ROLES, ""])
def test_every_table_opens_by_its_own_permissions(client, place, role):
    """Worked out from the table of roles, for every table that is registered: pages, files and uploads."""
    client.force_login(make_user(role=role, at=place) if role else make_user())
    held = ROLE_GRANTS[role].at_node | ROLE_GRANTS[role].nation_wide if role else frozenset()
    for one in exchanges():
        page = f"/exchange/{one.name}/"
        sees, edits = one.view in held, one.view in held and one.edit in held
        reads = [client.get(f"{page}{part}").status_code for part in ("", "export.csv", "template.xlsx")]
        assert reads == [200 if sees else 403] * 3, one.name
        assert upload(client, b"", page=page).status_code == (422 if edits else 403)
        assert client.post(page, {"plan": "0" * 64}).status_code == (409 if edits else 403)
        assert client.get(f"/api/v1{page}export.csv").status_code == (200 if sees else 403)
        for act in ("try", "apply"):
            assert client.post(f"/api/v1{page}{act}", {"file": SimpleUploadedFile("x.csv", b"")}).status_code == (422 if edits else 403)
    assert client.get("/exchange/nothing/").status_code == 403


def test_only_rows_of_ones_own_place_go_out(client, place):
    other = make_organisation(code="SECRET")
    client.force_login(make_user(role="teacher", at=place))
    seen = client.get("/exchange/organisations/export.csv").content.decode("utf-8-sig")
    assert "SECRET" in seen, "organisations are open to the nation"
    people = client.get("/exchange/people/export.csv")
    if people.status_code == 200:
        make_user(email="hidden@example.invalid", role="student", at=other)
        make_user(email="seen@example.invalid", role="student", at=place)
        text = client.get("/exchange/people/export.csv").content.decode("utf-8-sig")
        assert "seen@example.invalid" in text
        assert "hidden@example.invalid" not in text


def test_dry_run_shows_old_and_new_and_the_button_writes_just_that(client, admin, place):
    data = edited(new=[{"code": "FRESH", "kind": "faculty", "parent": "X", "name_en": "Fresh", "country": "KZ"}])
    page = upload(client, data)
    text = page.content.decode()
    assert page.status_code == 200
    assert "<del>Old</del>" in text
    assert "<ins>New</ins>" in text
    assert "<ins>FRESH</ins>" in text
    assert Organisation.objects.get(code="X").name["en"] == "Old"
    entries = AuditEntry.objects.count()
    done = client.post(PAGE, {"plan": page.context["outcome"].plan}, follow=True)
    assert done.redirect_chain
    assert Organisation.objects.get(code="X").name["en"] == "New"
    assert Organisation.objects.get(code="FRESH").parent == place
    told = list(AuditEntry.objects.order_by("sequence").values_list("verb", flat=True))[entries:]
    assert sorted(told) == ["exchange.brought_in", "organisation.changed", "organisation.created"], told
    assert not KeptFile.objects.exists()
    assert client.post(PAGE, {"plan": page.context["outcome"].plan}).status_code == 409, "a file is confirmed once"


def test_a_changed_row_stops_the_confirmation(client, admin, place):
    data = edited(new=[{"code": "Y", "kind": "faculty", "parent": "X", "name_en": "Y", "country": "KZ"}])
    plan = upload(client, data).context["outcome"].plan
    Organisation.objects.filter(pk=place.pk).update(city={"en": "Elsewhere"}, name={"en": "Other"})
    page = client.post(PAGE, {"plan": plan})
    assert page.status_code == 409
    assert Organisation.objects.get(code="X").name["en"] == "Other"
    assert not Organisation.objects.filter(code="Y").exists()


def test_without_a_mark_the_plan_still_notices_that_a_row_has_moved(client, admin, place):
    """A row whose mark was emptied is not compared with its export, yet what is confirmed stays what was shown."""
    book = openpyxl.load_workbook(io.BytesIO(edited()))
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(min_row=3):
        row[sheet.max_column - 1].value = None
    out = io.BytesIO()
    book.save(out)
    plan = upload(client, out.getvalue()).context["outcome"].plan
    Organisation.objects.filter(pk=place.pk).update(name={"en": "Other"})
    assert client.post(PAGE, {"plan": plan}).status_code == 409
    assert Organisation.objects.get(code="X").name["en"] == "Other"


def test_another_person_an_older_file_and_a_late_confirmation_are_refused(client, admin, place):
    first = upload(client, edited("First")).context["outcome"].plan
    second = upload(client, edited("Second")).context["outcome"].plan
    assert first != second
    assert client.post(PAGE, {"plan": first}).status_code == 409, "another file was looked at since"
    client.force_login(make_user(role="administrator", at=place))
    assert client.post(PAGE, {"plan": second}).status_code == 409, "it is not this person's"
    client.force_login(admin)
    KeptFile.objects.update(kept_at=timezone.now() - dt.timedelta(minutes=61))
    assert client.post(PAGE, {"plan": second}).status_code == 409, "the hour is over"
    assert Organisation.objects.get(code="X").name["en"] == "Old"
    upload(client, edited("Old"))
    assert not KeptFile.objects.exists(), "what is too old is deleted, and a file that changes nothing is not kept"


def test_a_conflict_is_named_with_both_values(client, admin, place):
    data = edited("Mine")
    Organisation.objects.filter(pk=place.pk).update(name={"en": "Theirs"})
    page = upload(client, data)
    assert page.status_code == 409
    text = page.content.decode()
    assert "Theirs" in text
    assert "Mine" in text
    assert not KeptFile.objects.exists()


@pytest.mark.parametrize(("name", "data"), [
    ("x.xlsx", b""), ("x.csv", b""), ("x.pdf", b"%PDF"), ("x.csv", b"a" * (MAX_FILE_BYTES + 1)), ("x.csv", b"code,kind\n\xff\xff"),
    ("x.csv", "\ufeffid,code\n1,<script>alert(1)</script>\n".encode()), ("=cmd.csv", b"id\n1\n")])
def test_a_bad_file_gets_a_sentence(client, admin, name, data):
    page = upload(client, data, name)
    assert page.status_code == 422
    assert len(page.context["outcome"].faults) == 1
    assert "<script>alert" not in page.content.decode()


def test_no_file_is_said_beside_the_field(client, admin):
    page = client.post(PAGE, {})
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def test_the_files_are_no_formula_in_any_cell(client, admin, place):
    Organisation.objects.filter(pk=place.pk).update(name={"en": "=HYPERLINK(\"x\")", "ru": "+7", "kk": "@x"})
    text = client.get(f"{PAGE}export.csv").content.decode("utf-8-sig")
    for part in ("'=HYPERLINK", ",'+7", ",'@x"):
        assert part in text
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}export.xlsx").content))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    assert all(cell.value is None for sheet in book.worksheets[:1] for row in sheet.iter_rows() for cell in row if cell.data_type == "n")


def test_over_the_api_a_plan_that_no_longer_holds_is_not_written(client, admin, place):
    data = edited()
    tried = client.post(f"/api/v1{PAGE}try", {"file": SimpleUploadedFile("x.xlsx", data)}).json()
    assert (tried["written"], tried["added"], tried["changed"]) == (False, 0, 1)
    assert tried["changed_rows"][0]["fields"] == [{"column": "name_en", "label": tried["changed_rows"][0]["fields"][0]["label"],
                                                   "before": "Old", "after": "New"}]
    wrong = client.post(f"/api/v1{PAGE}apply", {"file": SimpleUploadedFile("x.xlsx", edited("Else")), "plan": tried["plan"]})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "plan_changed")
    assert Organisation.objects.get(code="X").name["en"] == "Old"
    done = client.post(f"/api/v1{PAGE}apply", {"file": SimpleUploadedFile("x.xlsx", data), "plan": tried["plan"]})
    assert (done.status_code, done.json()["written"]) == (200, True)
    assert Organisation.objects.get(code="X").name["en"] == "New"
    again = client.post(f"/api/v1{PAGE}apply", {"file": SimpleUploadedFile("x.xlsx", data)})
    assert (again.json()["changed"], again.json()["unchanged"]) == (0, Organisation.objects.count())


@pytest.mark.parametrize("how_many", [1, 25])
def test_the_cost_of_the_pages_does_not_grow(client, admin, place, how_many, django_assert_max_num_queries):
    for _one in range(how_many):
        make_organisation(parent=place, kind="faculty")
    with django_assert_max_num_queries(9):
        client.get(f"{PAGE}export.csv")
    with django_assert_max_num_queries(9):
        client.get(PAGE)
