"""People with their roles out and in again, and that a file gives nobody what a page would not."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheber.kit.exchange.importing import run_import
from sheber.kit.exchange.writing import write
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people import access
from sheber.spine.people.exchange import PEOPLE, rows
from sheber.spine.people.models import RoleAssignment, User
from sheber.spine.people.roles import ROLES
from sheber.spine.people.rules import LIMITED

from .factories import make_role, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20) | st.sampled_from(
    ["=1+1", "'=1", "-", "a;b,c\"d", "x\ny", "ӘҒҚҢӨҰҮҺІ", "00123", "Öz @ X", "; ;"])


def bring(data, actor, kind="csv", dry=False):
    return run_import(PEOPLE, data, f"x.{kind}", actor=actor, view=access.visible_paths(actor, "person.view"),
                      edit=access.visible_paths(actor, "person.edit"), dry=dry)


def as_rows(actor):
    """The export of this person as dictionaries, by e-mail."""
    text = write(PEOPLE, rows(access.visible_paths(actor, "person.view")), "csv").decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    return {line[1]: dict(zip(lines[1], line, strict=True)) for line in lines[2:]}


def as_file(*found):
    out = io.StringIO(newline="")
    names = ["id", *(column.name for column in PEOPLE.columns), "row_state"]
    csv.writer(out).writerows([names, names, *([row.get(name, "") for name in names] for row in found)])
    return out.getvalue().encode()


def new(**more):
    return {"email": "new@example.invalid", "name_en": "New", "language": "en", "state": "open"} | more


@pytest.fixture
def place():
    make_root()
    return make_organisation(code="OURS")


@pytest.fixture
def admin(place):
    return make_user(email="admin@example.invalid", role="administrator", at=place)


@st.composite
def held_roles(draw):
    """Roles with days that may be given today."""
    found = {}
    today = timezone.localdate()
    for role in draw(st.lists(st.sampled_from(ROLES), unique=True, max_size=4)):
        first = draw(st.none() | st.dates(today - 400 * DAY, today + 300 * DAY))
        begin = max(first or today, today)
        last = draw(st.none() | st.dates(begin, begin + 300 * DAY))
        if role in LIMITED:
            first, last = None, today + draw(st.integers(0, 300)) * DAY
        found[role] = (first, last)
    return found


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXT, held=held_roles(), is_active=st.booleans(), tongue=st.sampled_from(["kk", "ru", "en"]))
def test_out_and_in_changes_nothing_and_a_new_row_is_the_same(kind, language, name, held, is_active, tongue):
    root = make_root()
    actor = User.objects.filter(email="root@example.invalid").first() or make_user(
        email="root@example.invalid", role="administrator", at=root)
    User.objects.exclude(pk=actor.pk).delete()
    person = make_user(email="one@example.invalid", name={"en": "n" + name, "kk": name}, language=tongue, is_active=is_active)
    for role, (first, last) in held.items():
        make_role(user=person, role=role, at=root, starts_on=first, ends_on=last)
    with override(language):
        data = write(PEOPLE, rows(["/"]), kind)
    entries = AuditEntry.objects.count()
    with override("en"):
        again = bring(data, actor, kind)
    assert not again.faults
    assert (again.added, again.changed, again.unchanged) == ([], [], 2)
    assert AuditEntry.objects.count() == entries
    before = next(row for row in rows(["/"]) if row["email"] == "one@example.invalid")
    outcome = bring(write(PEOPLE, [before | {"id": "", "email": "two@example.invalid"}], kind), actor, kind)
    assert not outcome.faults
    after = next(row for row in rows(["/"]) if row["email"] == "two@example.invalid")
    kept = {column: plain(before[column]) for column in before.keys() - {"id", "email"}}
    assert {column: after[column] for column in kept} == kept
    both = [{(one.role, one.organisation_id, one.starts_on, one.ends_on) for one in RoleAssignment.objects.filter(user__email=email)}
            for email in ("one@example.invalid", "two@example.invalid")]
    assert both[0] == both[1]


def plain(text):
    """What a file may hold, said another way than the product says it."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in kept if (ord(one) >= 32 or one in "\t\n") and one not in "\ufffe\uffff").strip()


def test_names_roles_days_and_the_account_change_through_the_services(admin, place):
    person = make_user(email="p@example.invalid", role="teacher", at=place)
    make_role(user=person, role="researcher", at=place)
    row = as_rows(admin)["p@example.invalid"]
    assert row["roles"] == "researcher @ OURS\nteacher @ OURS"
    last = timezone.localdate() + 30 * DAY
    changed = row | {"name_en": "Renamed", "state": "closed", "roles": f"student @ OURS; teacher @ OURS ..{last}"}
    entries = AuditEntry.objects.count()
    assert [one.fields for one in bring(as_file(changed), admin, dry=True).changed] == [("name_en", "roles", "state")]
    assert AuditEntry.objects.count() == entries
    assert bring(as_file(changed), admin).written
    person.refresh_from_db()
    assert (person.name["en"], person.is_active) == ("Renamed", False)
    today = timezone.localdate()
    held = {one.role: one.ends_on for one in person.roles.all() if one.ends_on is None or one.ends_on >= today}
    assert held == {"student": None, "teacher": last}
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"person.changed", "role.granted", "role.dates_changed", "role.ended", "person.deactivated"} <= verbs


def test_the_order_of_roles_and_the_case_of_an_address_change_nothing(admin, place):
    person = make_user(email="p@example.invalid", role="teacher", at=place)
    make_role(user=person, role="researcher", at=place)
    row = as_rows(admin)["p@example.invalid"] | {"roles": " teacher@OURS ;researcher   @ OURS;", "email": "P@Example.invalid"}
    outcome = bring(as_file(row), admin)
    assert (outcome.faults, outcome.changed, outcome.unchanged) == ([], [], 1)


def test_nobody_brings_in_what_they_may_not_grant(admin, place):
    """A neighbour's place, the nation, another one's account: the row is named, and nothing of the file is written."""
    other = make_organisation(code="THEIRS")
    above = make_user(email="above@example.invalid", role="administrator", at=make_root())
    make_role(user=above, role="teacher", at=place)
    seen = as_rows(admin)["above@example.invalid"]
    assert seen["roles"] == "teacher @ OURS", "roles elsewhere are not told"
    good = new(email="good@example.invalid", roles="student @ OURS")
    for bad in (new(roles="student @ THEIRS"), new(roles="administrator @ KZ"), new(roles="student @ OURS\nteacher @ THEIRS"),
                seen | {"email": "mine@example.invalid"}, seen | {"state": "closed"}, new()):
        outcome = bring(as_file(good, bad), admin)
        assert [one.row for one in outcome.faults] == [4], (bad, outcome.faults)
        assert not outcome.written
        assert not User.objects.filter(email__in=["good@example.invalid", "new@example.invalid", "mine@example.invalid"]).exists()
    stranger = make_user(email="stranger@example.invalid", role="teacher", at=other)
    with override("en"):
        outcome = bring(as_file(new(id=str(stranger.pk), email="stranger@example.invalid", name_en="Mine", roles="")), admin)
    assert [(one.row, one.column.split()[0]) for one in outcome.faults] == [(3, "Id")]
    assert User.objects.get(pk=stranger.pk).is_active


def test_the_nation_keeps_its_last_administrator():
    admin = make_user(email="root@example.invalid", role="administrator", at=make_root())
    for change in ({"roles": ""}, {"roles": f"administrator @ KZ ..{timezone.localdate()}"}, {"state": "closed"}):
        outcome = bring(as_file(as_rows(admin)["root@example.invalid"] | change), admin)
        assert len(outcome.faults) == 1
        assert not outcome.written


@pytest.mark.parametrize(("change", "column"), [
    ({"roles": "teacher"}, "Roles"), ({"roles": "castle @ OURS"}, "Roles"), ({"roles": "teacher @ OURS 2026-02-30.."}, "Roles"),
    ({"roles": "teacher @ NOWHERE"}, "Roles"), ({"roles": "teacher @ OURS;teacher @ OURS"}, "Roles"), ({"email": "no address"}, "E-mail"),
    ({"email": "ADMIN@example.invalid"}, "E-mail"), ({"email": ""}, "E-mail"), ({"language": "de"}, "Language"), ({"state": ""}, "Account"),
    ({"name_en": ""}, "Name, English"), ({"roles": "supervisor @ OURS"}, ""), ({"name_en": "a\0b"}, "Name, English")])
def test_a_bad_cell_is_named(admin, change, column):
    with override("en"):
        outcome = bring(as_file(new(roles="student @ OURS") | change), admin)
    assert [(one.row, one.column) for one in outcome.faults] == [(3, column)], outcome.faults
    assert outcome.faults[0].sentence
    assert User.objects.count() == 1


@pytest.mark.parametrize("how_many", [1, 25])
def test_the_table_costs_the_same_for_one_and_many(admin, place, how_many):
    for _one in range(how_many):
        make_user(role="student", at=place)
    paths = access.visible_paths(admin, "person.view")
    with CaptureQueriesContext(connection) as queries:
        assert len(list(rows(paths))) == how_many + 1
    assert len(queries) == 3
