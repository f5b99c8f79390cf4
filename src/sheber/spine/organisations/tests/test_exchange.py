"""Organisations out and in again."""

import io

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheber.kit.exchange.importing import run_import
from sheber.kit.exchange.writing import write
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.exchange import ORGANISATIONS, rows
from sheber.spine.organisations.models import Organisation
from sheber.spine.people.tests.factories import make_user

from .factories import make_organisation, make_root

pytestmark = pytest.mark.django_db
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20) | st.sampled_from(
    ["=1+1", "'=1", "''@x", " +7", "-", "a;b,c\"d", "x\ny", "\t=2", "ӘҒҚҢӨҰҮҺІ", "00123", "1e5", "2026-01-02", "_x0041_", "NaN", "true"])
LANGUAGES = pytest.mark.parametrize("language", ["kk", "ru", "en"])
KINDS = pytest.mark.parametrize("kind", ["csv", "xlsx"])


def bring(data, kind, **given):
    return run_import(ORGANISATIONS, data, f"x.{kind}", **{"actor": None, "view": ["/"], "edit": ["/"], "dry": False} | given)


@KINDS
@LANGUAGES
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXT, about=TEXT, employees=st.none() | st.integers(0, 10**6))
def test_out_and_in_changes_nothing_and_a_new_row_is_the_same(kind, language, name, about, employees):
    make_root()
    old = Organisation.objects.filter(code="X").first() or make_organisation(code="X")
    Organisation.objects.filter(pk=old.pk).update(name={"en": "n" + name, "ru": name}, about={"kk": about}, employees=employees)
    with override(language):
        data = write(ORGANISATIONS, rows(["/"]), kind)
    with override("en"):
        again = bring(data, kind)
    assert not again.faults
    assert (again.added, again.changed, again.unchanged) == ([], [], Organisation.objects.count())
    before = {row["code"]: row for row in rows(["/"])}["X"]
    fresh = write(ORGANISATIONS, [before | {"id": "", "code": "Y"}], kind)
    outcome = bring(fresh, kind)
    assert not outcome.faults
    after = {row["code"]: row for row in rows(["/"])}["Y"]
    for column in before.keys() - {"id", "code"}:
        was, now = before[column], after[column]
        assert now == (plain(was) if isinstance(was, str) else was), column
    Organisation.objects.filter(code="Y").delete()


def plain(text):
    """What a file may hold, said another way than the product says it."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in kept if (ord(one) >= 32 or one in "\t\n") and one not in "\ufffe\uffff").strip()


def edited(change):
    """An export with ``change(cells by machine name)`` done to the row of ``X``."""
    book = openpyxl.load_workbook(io.BytesIO(write(ORGANISATIONS, rows(["/"]), "xlsx")))
    sheet = book.worksheets[0]
    names = {cell.value: cell.column for cell in sheet[2]}
    number = next(row[0].row for row in sheet.iter_rows(min_row=3) if row[names["code"] - 1].value == "X")
    change(sheet, number, names)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), number


@pytest.fixture
def tree():
    make_root()
    return make_organisation(code="X", name={"en": "Old"})


def test_a_dry_run_tells_and_writes_nothing_then_it_is_written_and_audited(tree):
    data, number = edited(lambda sheet, row, names: setattr(sheet.cell(row, names["name_en"]), "value", "New"))
    actor, entries = make_user(), AuditEntry.objects.count()
    told = bring(data, "xlsx", dry=True, actor=actor)
    assert [(one.row, one.fields, one.old["name_en"], one.new["name_en"]) for one in told.changed] == [(number, ("name_en",), "Old", "New")]
    assert not told.written
    assert (AuditEntry.objects.count(), Organisation.objects.get(code="X").name["en"]) == (entries, "Old")
    assert bring(data, "xlsx", actor=actor).written
    assert Organisation.objects.get(code="X").name["en"] == "New"
    assert AuditEntry.objects.filter(verb="organisation.changed", target_id=str(tree.pk)).count() == 1


def test_changed_since_the_export_is_a_conflict(tree):
    data, number = edited(lambda sheet, row, names: setattr(sheet.cell(row, names["name_en"]), "value", "New"))
    Organisation.objects.filter(pk=tree.pk).update(employees=7)
    outcome = bring(data, "xlsx")
    assert [one.row for one in outcome.faults] == [number]
    assert Organisation.objects.get(code="X").name["en"] == "Old"


@pytest.mark.parametrize(("column", "value", "label"), [
    ("employees", "NaN", "Employees"), ("employees", 1.5, "Employees"), ("kind", "castle", "Kind"), ("code", None, "Code"),
    ("parent", "NOWHERE", "Organisation above"), ("region", "??", "Region"), ("name_en", "=1+1", None)])
def test_a_bad_cell_is_named_and_nothing_is_half_written(tree, column, value, label):
    def change(sheet, row, names):
        good = make_organisation(code="GOOD")
        sheet.cell(row, names[column]).value = value
        new = sheet.max_row + 1
        for name, text in {"code": "FRESH", "kind": "university", "parent": "KZ", "name_en": "New", "country": "KZ"}.items():
            sheet.cell(new, names[name]).value = text
        good.delete()

    data, number = edited(change)
    with override("en"):
        outcome = bring(data, "xlsx")
    assert [one.row for one in outcome.faults] == [number], outcome.faults
    assert label is None or outcome.faults[0].column == label
    assert not Organisation.objects.filter(code="FRESH").exists()


def test_another_ones_row_is_refused(tree):
    other = make_organisation(code="OTHER")
    data, number = edited(lambda sheet, row, names: setattr(sheet.cell(row, names["name_en"]), "value", "New"))
    assert [one.row for one in bring(data, "xlsx", edit=[other.path]).faults] == [number]
    assert Organisation.objects.get(code="X").name["en"] == "Old"


def test_merged_duplicate_missing_and_broken_files_are_told(tree):
    merged, _number = edited(lambda sheet, row, names: sheet.merge_cells(start_row=row, end_row=row, start_column=5, end_column=6))
    twice, _number = edited(lambda sheet, row, names: setattr(sheet.cell(2, names["kind"]), "value", "code"))
    missing = b"code,kind\nA,university\n"
    for data, kind in ((merged, "xlsx"), (twice, "xlsx"), (missing, "csv"),
                       (b"PK\x03\x04junk", "xlsx"), (b"\xff\xfe\x00", "csv"), (b"\0", "csv")):
        outcome = bring(data, kind)
        assert len(outcome.faults) == 1, outcome
        assert outcome.faults[0].sentence
        assert not outcome.written
