"""Every list goes out as CSV and XLSX: the rows of the page with its filters, no formula in any cell, and only for who may see the page.

The lists are found by opening every address: a page that draws a ``kit.tables.Table`` is one.
"""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from sheber.kit.exports import FORMULA, safe_cell
from sheber.kit.tables import Table
from sheber.spine.organisations.models import Organisation
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import make_role, make_user

from .addresses import addresses
from .world import make_world, sample

EXPECTED = {"people:list", "organisations:list", "programmes:list", "jobs:list"}
"""Some that have to be among those found: a walk that finds nothing would pass."""


@pytest.fixture
def drawn(monkeypatch):
    """The tables that a request has made, newest last."""
    made = []
    begin = Table.__init__

    def remember(self, *args, **more):
        begin(self, *args, **more)
        made.append(self)

    monkeypatch.setattr(Table, "__init__", remember)
    return made


def text_of(value):
    """A value as both files tell it, whatever its type."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, dt.datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat()[:16]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int | float) or hasattr(value, "is_finite"):
        return f"{float(value):g}"
    return str(safe_cell(str(value)))


def same(told, wanted):
    """Whether a cell of a file says the value of the page."""
    if isinstance(wanted, dt.datetime):
        return str(told or "")[:10] in {wanted.isoformat()[:10], timezone.localtime(wanted).isoformat()[:10] if timezone.is_aware(
            wanted) else ""}
    if isinstance(wanted, bool):
        return str(told).casefold() in {str(wanted).casefold(), str(int(wanted))}
    if isinstance(wanted, int | float) or hasattr(wanted, "is_finite"):
        return float(told) == pytest.approx(float(wanted))
    return str("" if told is None else told)[:10].replace("\r\n", "\n") == text_of(wanted)[:10].replace("\r\n", "\n")


def cells_of(answer, kind):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def check(client, drawn, url, rows, labels):
    joined = "&" if "?" in url else "?"
    for kind in ("csv", "xlsx"):
        told = cells_of(client.get(f"{url}{joined}format={kind}"), kind)
        assert [str(safe_cell(label)) for label in labels] == [str(one) for one in told[0]], url
        body = told[1:1 + len(rows)]
        assert len(body) == len(rows), (url, kind)
        for line, row in zip(body, rows, strict=True):
            assert all(same(cell, value) for cell, value in zip(line, row, strict=True)), (url, kind, line, row)
        for line in told:
            for cell in line:
                assert not (isinstance(cell, str) and FORMULA.match(cell.lstrip(" \u00a0")) and not number(cell)), (url, kind, cell)
    drawn.clear()


def number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.django_db
def test_every_list_goes_out_as_it_is_shown_and_only_to_who_may_see_it(client, drawn):
    world = make_world()
    chief = make_user(role="administrator", at=Organisation.objects.get(parent=None))
    User.objects.exclude(pk=chief.pk).update(name={"en": "=HYPERLINK(1)", "ru": "+7", "kk": "@x"})
    Organisation.objects.exclude(parent=None).update(name={"en": "-1+1", "ru": "=2", "kk": "\t=3"})
    stranger = make_user()
    make_role(user=stranger, role="student", at=world.places["sibling"])
    lists = []
    for address in addresses():
        if "GET" not in address.methods or address.name.startswith(("api", "case:")) or not address.name:
            continue
        url = reverse(address.name, kwargs=sample(world, "own", address))
        client.force_login(chief)
        drawn.clear()
        page = client.get(url)
        if page.status_code != 200 or not drawn or "attachment" in page.get("Content-Disposition", ""):
            continue
        told = [cell for one in drawn[-1:] for cell in client.get(f"{url}?format=csv").headers.get("Content-Disposition", "").split(";")]
        if told[:1] != ["attachment"]:
            continue
        lists.append(address.name)
        table = drawn[0]
        assert table.pages == 1, f"{address.name}: the world of this test has more rows than a page"
        labels = [column.label for column in table.columns.values()]
        rows = [[column.value(row) for column in table.columns.values()] for row in table.rows]
        check(client, drawn, url, rows, labels)
        nothing = client.get(f"{url}?q=zzzzzzzzzz")
        if nothing.status_code == 200 and drawn and drawn[0].query.words and not drawn[0].total:
            check(client, drawn, f"{url}?q=zzzzzzzzzz", [], labels)
        client.force_login(stranger)
        drawn.clear()
        seen = client.get(url)
        if seen.status_code != 200:
            assert {client.get(f"{url}?format={kind}").status_code for kind in ("csv", "xlsx")} == {seen.status_code}, url
        elif drawn:
            theirs = [[column.value(row) for column in drawn[0].columns.values()] for row in drawn[0].rows]
            check(client, drawn, url, theirs, [column.label for column in drawn[0].columns.values()])
    assert set(lists) >= EXPECTED, lists
    assert len(lists) >= 10, lists
