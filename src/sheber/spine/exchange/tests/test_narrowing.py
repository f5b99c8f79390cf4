"""Exports of the ledger in parts: what passes is what a plain look at the items says, for whoever asks; written in the background too."""

import csv
import datetime as dt
import io

import pytest

from sheber.apps.programmes.tests.factories import make_student, make_version
from sheber.kit.exchange.declaring import exchange_named
from sheber.spine.competences.tests.factories import make_framework
from sheber.spine.evidence.models import EvidenceItem
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.exports.models import Export
from sheber.spine.files.rules.places import Folder
from sheber.spine.jobs.services import run_now
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user

DAYS = [dt.date(2025, 9, 1), dt.date(2026, 2, 1)]
ASKED = ["", "programme=P0", "programme=P1", "organisation=U0", "organisation=U1F", "framework=TWO", "first=2026-02-01", "last=2026-01-31",
         "programme=P1&framework=ONE&last=2025-09-01", "organisation=U0&programme=P1", "first=2027-01-01"]


@pytest.fixture
def ledger():
    """Two universities, in each a programme of a faculty with two students, evidence in two frameworks on two days."""
    root = make_root()
    frameworks = [make_framework(code=code) for code in ("ONE", "TWO")]
    for house in range(2):
        university = make_organisation(code=f"U{house}")
        version = make_version(organisation=make_organisation(code=f"U{house}F", kind="faculty", parent=university), status="published")
        version.programme.code = f"P{house}"
        version.programme.save()
        for _student in range(2):
            person = make_student(version=version).student
            for framework in frameworks:
                for day in DAYS:
                    make_evidence(person=person, competence=framework.competences.get(code="1.1"), level=2, observed_on=day)
    return root


def told(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return sorted(line[0] for line in list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[2:])


def expected(asked, house):
    """Row by row, as a person would sort them out by hand."""
    wanted = dict(part.split("=") for part in asked.split("&") if part)
    found = []
    for item in EvidenceItem.objects.select_related("competence__framework"):
        enrolment = item.person.enrolments.get()
        home = enrolment.version.programme.organisation
        if all((house is None or home.parent.code == house,
                wanted.get("programme", enrolment.version.programme.code) == enrolment.version.programme.code,
                wanted.get("organisation", home.code) in {home.code, home.parent.code},
                wanted.get("framework", item.competence.framework.code) == item.competence.framework.code,
                wanted.get("first", "0") <= item.observed_on.isoformat() <= wanted.get("last", "9"))):
            found.append(str(item.pk))
    return sorted(found)


@pytest.mark.django_db
@pytest.mark.parametrize("house", [None, "U0"])
def test_what_passes_is_what_a_plain_look_says(ledger, client, house):
    from sheber.spine.organisations.models import Organisation

    place = ledger if house is None else Organisation.objects.get(code=house)
    client.force_login(make_user(role="administrator", at=place))
    for asked in ASKED:
        found = told(client.get(f"/exchange/evidence/export.csv?{asked}"))
        assert found == expected(asked, house), asked
        assert told(client.get(f"/api/v1/exchange/evidence/export.csv?{asked}")) == found, asked
    assert len(expected("", None)) == 16


@pytest.mark.django_db
def test_the_count_is_that_of_the_rows(ledger, client):
    from sheber.spine.exchange.narrowing import narrowed
    from sheber.spine.organisations.models import Organisation

    exchange = exchange_named("evidence")
    for paths in ((ledger.path,), (Organisation.objects.get(code="U1").path,)):
        for asked in ASKED:
            values = narrowed(exchange, dict(part.split("=") for part in asked.split("&") if part))
            assert exchange.count(paths, values) == len(list(exchange.narrowed(paths, values))), (paths, asked)


@pytest.mark.django_db
def test_a_part_written_in_the_background_is_the_same_part(ledger, client, settings, tmp_path):
    client.force_login(make_user(role="administrator", at=ledger))
    address = "/exchange/evidence/export.csv?framework=TWO&last=2025-12-31"
    whole = told(client.get(address))
    settings.EXPORTS_AT_ONCE, settings.FILES_PLACE = 2, Folder(tmp_path / "files")
    assert client.get(address)["Content-Type"].startswith("text/html")
    client.post("/exports/start/", {"address": address, "kind": "csv"})
    row = Export.objects.get()
    done = run_now(row.job)
    assert (done.state, done.progress_done, done.progress_total, done.result["rows"]) == ("done", 4, 4, 4)
    assert told(client.get(f"/exports/{row.pk}/file/")) == whole


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "field"), [
    ("programme=none", "programme"), ("organisation=none", "organisation"), ("first=soon", "first"), ("framework=none", "framework"),
    ("first=2026-02-01&last=2026-01-01", "last")])
def test_what_does_not_fit_is_told_beside_its_field(ledger, client, asked, field):
    client.force_login(make_user(role="administrator", at=ledger))
    page = client.get(f"/exchange/evidence/export.csv?{asked}")
    assert page.status_code == 422
    assert page.context["narrow"].errors.keys() == {field}
    told_ = client.get(f"/api/v1/exchange/evidence/export.csv?{asked}")
    assert (told_.status_code, told_.json()["code"]) == (422, "bad_narrowing")
    assert list(told_.json()["detail"]["fields"]) == [field]
    assert client.get("/api/v1/exchange/people/export.csv?framework=ONE").status_code == 422, "a table without that narrowing"
