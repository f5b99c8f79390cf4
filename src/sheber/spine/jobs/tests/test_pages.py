"""Pages and operations: who sees what, how far it is, cancel and retry."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from sheber.spine.jobs import queries
from sheber.spine.jobs.models import Job, Schedule
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user

from .factories import make_job, make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    root = make_root()
    ours, theirs = make_organisation(code="OURS"), make_organisation(code="THEIRS")
    return {"root": root, "ours": ours, "theirs": theirs, "whole": make_user(role="administrator", at=root),
            "local": make_user(role="administrator", at=ours), "person": make_user(role="teacher", at=ours)}


def read(client, person, url, status=200, **headers):
    client.force_login(person)
    answer = client.get(url, headers={"Accept-Language": "en", **headers})
    assert answer.status_code == status
    return answer.content.decode()


def test_operators_see_the_work_of_their_house_and_those_of_the_whole_also_workers(client, house):
    make_job(scope_path=house["ours"].path, sentence="x", started_by=house["person"])
    make_job(scope_path=house["theirs"].path)
    make_job(is_recurring=True)
    make_worker(name="machine:77")
    whole, local = (read(client, house[who], reverse("jobs:list")) for who in ("whole", "local"))
    assert "1–3 of 3" in whole
    assert "machine:77" in whole
    assert "1–1 of 1" in local
    assert "machine:77" not in local
    read(client, house["person"], reverse("jobs:list"), 403)


def test_without_a_worker_the_page_says_so(client, house):
    make_worker(beat_at=timezone.now() - dt.timedelta(minutes=5))
    assert "No worker is there" in read(client, house["whole"], reverse("jobs:list"))
    make_worker()
    assert "No worker is there" not in read(client, house["whole"], reverse("jobs:list"))


def test_the_person_sees_a_sentence_and_operators_the_error(client, house):
    job = make_job(state="failed", scope_path=house["ours"].path, started_by=house["person"], error_code="error",
                   error_told="ValueError: Aigerim's row", trace="File secret.py", params={"who": "Aigerim"})
    url = reverse("jobs:job", args=[job.pk])
    own = read(client, house["person"], url)
    assert "It did not work." in own
    assert not any(word in own for word in ("Aigerim", "secret.py", "ValueError"))
    operators = read(client, house["local"], url)
    assert "Aigerim&#x27;s row" in operators
    assert "secret.py" in operators
    told = client.get(reverse("api-v1:jobs_job", args=[job.pk]), {"language": "en"}).json()
    assert told["problem"].startswith("It did not work.")
    assert "error_told" not in told
    read(client, make_user(role="teacher", at=house["ours"]), url, 403)
    read(client, make_user(role="administrator", at=house["theirs"]), url, 403)


def test_the_bar_looks_again_until_the_end(client, house):
    job = make_job(state="running", started_by=house["person"], progress_done=30, progress_total=120, sentence="Reading row 30")
    url = reverse("jobs:progress", args=[job.pk])
    shown = read(client, house["person"], url)
    assert 'max="120" value="30"' in shown
    assert 'hx-trigger="every 2s"' in shown
    assert "Reading row 30" in shown
    Job.objects.update(state="done", token="", result={"url": "/programmes/", "sentence": "40 rows were read."}, finished_at=timezone.now())
    ended = read(client, house["person"], url)
    assert "hx-trigger" not in ended
    assert '<a href="/programmes/">' in ended
    assert "40 rows were read." in ended
    client.force_login(house["person"])
    assert client.get(f"{url}?page=job", headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", 7])
def test_a_result_leads_nowhere_else(url):
    assert queries.job(make_job(state="done", result={"url": url}).pk).result_url == ""


def test_cancel_and_retry_from_the_page(client, house):
    job = make_job(started_by=house["person"])
    client.force_login(house["person"])
    client.post(reverse("jobs:cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == "cancelled"
    answer = client.post(reverse("jobs:retry", args=[job.pk]), {"next": "https://evil.example/"})
    assert answer["Location"] == reverse("jobs:job", args=[job.pk])
    job.refresh_from_db()
    assert job.state == "waiting"
    Job.objects.update(state="done")
    for act in ("cancel", "retry"):                                    # too late: told, not failed
        assert client.post(reverse(f"jobs:{act}", args=[job.pk])).status_code == 302


def test_operations(client, house):
    mine, other = make_job(started_by=house["person"]), make_job()
    client.force_login(house["person"])
    told = client.get(reverse("api-v1:jobs_mine")).json()
    assert [one["id"] for one in told["items"]] == [mine.pk]
    assert client.get(reverse("api-v1:jobs_job", args=[other.pk])).status_code == 403
    answer = client.post(reverse("api-v1:jobs_cancel", args=[mine.pk]), {"reason": "late"}, content_type="application/json")
    assert answer.json()["state"] == "cancelled"
    again = client.post(reverse("api-v1:jobs_cancel", args=[mine.pk]), {}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "job_ended")
    client.force_login(house["whole"])
    Schedule.objects.create(kind="jobs.tidy", next_at=timezone.now(), every_s=3600)
    kinds = {one["kind"]: one["every_seconds"] for one in client.get(reverse("api-v1:jobs_schedule")).json()["items"]}
    assert kinds["jobs.tidy"] == 3600
    assert client.get(reverse("api-v1:jobs_workers")).json()["total"] == 0


@pytest.mark.parametrize("query", ["?state=failed", "?kind=jobs.tidy", "?recurring=no", "?q=Remove", "?sort=-who", "?sort=ended", "?q=%00"])
def test_filters_and_orders(client, house, query):
    """The one that fits is shown, the one that does not is left out by the filters."""
    make_job(state="failed", error_told="Remove this")
    make_job(kind="accounts.other", is_recurring=True)
    shown = read(client, house["whole"], reverse("jobs:list") + query)
    narrows = "sort" not in query and "%00" not in query
    assert "Remove this" in shown
    assert ("accounts.other" in shown) is not narrows


def test_what_the_schedule_ended_well_is_shown_when_asked_for(client, house):
    make_job(kind="accounts.well", is_recurring=True, state="done", finished_at=timezone.now())
    make_job(kind="accounts.badly", is_recurring=True, state="failed", finished_at=timezone.now())
    make_job(kind="accounts.asked", state="done", finished_at=timezone.now())
    for query, kinds in (("", {"badly", "asked"}), ("?recurring=all", {"well", "badly", "asked"}), ("?recurring=yes", {"well", "badly"}),
                         ("?recurring=no", {"asked"})):
        shown = read(client, house["whole"], reverse("jobs:list") + query)
        assert {kind for kind in ("well", "badly", "asked") if f"accounts.{kind}" in shown} == kinds, query


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_as_a_file(client, house, kind):
    make_job()
    client.force_login(house["whole"])
    assert client.get(reverse("jobs:list"), {"format": kind})["Content-Disposition"].startswith("attachment")


def test_a_page_of_many_costs_as_many_queries_as_a_page_of_one(client, house, django_assert_max_num_queries):
    counts = []
    client.force_login(house["whole"])
    for how_many in (1, 24):
        for _ in range(how_many):
            make_job(state="running" if how_many == 1 else "waiting", started_by=make_user())
            make_worker()
        client.get(reverse("jobs:list"))
        with django_assert_max_num_queries(40) as seen:
            client.get(reverse("jobs:list"))
        counts.append(len(seen))
    assert counts[0] == counts[1]
