"""The message centre, the page of choices, the link of a letter, the operators' page."""

import pytest
from django.test import Client
from django.urls import reverse

from sheber.spine.notices import queries, services, types
from sheber.spine.notices.models import Choice, Letter, Notice
from sheber.spine.notices.services.choices import unsubscribe_token
from sheber.spine.organisations.tests.factories import make_root
from sheber.spine.people.tests.factories import make_user

from .factories import make_letter, make_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user(language="en")


@pytest.fixture
def page(person):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def test_the_bell_counts_what_is_not_read(person, page):
    assert b"bell-count" not in page.get("/notices/").content
    for _ in range(3):
        make_notice(person=person)
    make_notice(person=make_user())
    answer = page.get("/people/account/").content.decode()
    assert "Notices: 3 not read" in answer
    assert b'id="bell"' not in Client().get("/people/sign-in/").content, "guests have no bell"


def test_the_bell_costs_one_query_a_request(person, rf, django_assert_num_queries):
    request = rf.get("/")
    request.user = person
    make_notice(person=person)
    with django_assert_num_queries(1):
        assert [queries.unread(request) for _ in range(3)] == [1, 1, 1]


def test_opened_marked_and_all_marked(person, page):
    first, second, third = (make_notice(person=person, link="/jobs/5/") for _ in range(3))
    assert page.post(f"/notices/{first.pk}/open/").headers["Location"] == "/jobs/5/"
    page.post(f"/notices/{second.pk}/mark/", {"read": "1"})
    page.post(f"/notices/{first.pk}/mark/", {"read": "0", "next": "//evil.example/"})
    assert list(Notice.objects.filter(read_at=None).order_by("pk").values_list("pk", flat=True)) == [first.pk, third.pk]
    late = make_notice(person=person)
    assert page.post("/notices/all/read/", {"until": third.pk, "next": "//evil.example/"}).headers["Location"] == "/notices/"
    assert list(Notice.objects.filter(read_at=None).values_list("pk", flat=True)) == [late.pk], "what came meanwhile is not missed"


def test_nobody_reads_a_neighbours_notices(page):
    theirs = make_notice(person=make_user(), params={"role": "student", "place": {"en": "Secret place"}})
    assert b"Secret place" not in page.get("/notices/").content
    assert b"Secret place" not in page.get("/notices/?format=csv").content
    for address in (f"/notices/{theirs.pk}/open/", f"/notices/{theirs.pk}/mark/"):
        assert page.post(address).status_code == 404
    assert page.post(f"/api/v1/notices/{theirs.pk}/read", "{}", content_type="application/json").status_code == 404
    page.post("/notices/all/read/")
    assert Notice.objects.filter(pk=theirs.pk, read_at=None).exists()


def test_searched_filtered_and_taken_out(person, page):
    make_notice(person=person, params={"role": "teacher", "place": {"en": "Faculty of Mines"}})
    make_notice(person=person, type="role.ending", params={"role": "teacher", "place": {"en": "Smelter"}, "day": {"date": "2026-12-01"}})
    found = page.get("/notices/?q=mines").content
    assert b"Faculty of Mines" in found
    assert b"Smelter" not in found
    assert b"Smelter" in page.get("/notices/?type=role.ending").content
    assert b"1 Dec 2026" in page.get("/notices/?format=csv").content
    assert b"No notice passes" in page.get("/notices/?q=nothing").content


@pytest.mark.parametrize("how_many", [1, 25])
def test_the_list_costs_the_same(person, page, django_assert_max_num_queries, how_many):
    for _ in range(how_many):
        make_notice(person=person)
    page.get("/notices/")
    with django_assert_max_num_queries(16) as asked:
        page.get("/notices/")
    assert len(asked) <= 16


def test_choices_are_made_and_kept(person, page):
    shown = page.get("/notices/settings/").content.decode()
    assert "You were given a role" in shown
    fields = {f"letters-{row.code}": "weekly" for row in queries.choice_list(person.pk) if not row.is_mandatory}
    assert page.post("/notices/settings/", {**fields, "time_zone": "Asia/Seoul"}).status_code == 302
    assert set(Choice.objects.values_list("is_shown", "letters")) == {(False, "weekly")}
    assert queries.time_zone_of(person.pk) == "Asia/Seoul"
    assert page.post("/notices/settings/", {**fields, "letters-role.granted": "hourly"}).status_code == 422


def test_the_link_of_a_letter_stops_such_letters_without_signing_in(person, office):
    services.notify(person, "role.granted", {"role": "teacher"})
    services.letters_send()
    message = office.taken[0][1]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"].strip(" <>").removeprefix("https://sheber.example")
    mailer = Client(enforce_csrf_checks=True)
    assert mailer.get(address).status_code == 200
    assert not Choice.objects.exists(), "looking changes nothing: mail programs open links by themselves"
    assert mailer.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(Choice.objects.values_list("person", "type", "is_shown", "letters")) == [(person.pk, "role.granted", True, "never")]
    services.notify(person, "role.granted", {"role": "teacher"})
    assert Letter.objects.count() == 1


def test_the_link_of_a_digest_stops_digests_and_nothing_else(person):
    types.register("test.plain", title="Plain", letters="daily")
    try:
        token = unsubscribe_token(person.pk, "notices.digest")
        assert Client().post(reverse("notices:unsubscribe", args=[token])).status_code == 200
        assert services.ways_of([person.pk], types.known()["test.plain"])[person.pk].letters == "never"
        assert services.ways_of([person.pk], types.known()["role.granted"])[person.pk].letters == "at_once"
    finally:
        types.forget("test.plain")


@pytest.mark.parametrize("made", ["nothing", "a:b:c", (999_999, "role.granted"), (1, "people.invitation")])
def test_made_up_links_stop_nothing(made):
    token = made if isinstance(made, str) else unsubscribe_token(*made)
    assert Client().post(f"/notices/unsubscribe/{token}/").status_code == 410
    assert not Choice.objects.exists()


def test_operators_see_letters_without_their_words(page):
    operator = make_user(role="administrator", at=make_root(), language="en")
    client = Client(headers={"accept-language": "en"})
    client.force_login(operator)
    failed = make_letter(state="failed", next_at=None, problem="receiver_refused", told="550 5.1.1 …: unknown")
    answer = client.get("/notices/letters/").content.decode()
    assert "guest@example.invalid" in answer
    assert "The mail server refuses the receiver." in answer
    assert failed.sealed not in answer
    assert client.post(f"/notices/letters/{failed.pk}/", {"act": "retry"}).status_code == 302
    assert Letter.objects.get(pk=failed.pk).state == "waiting"
    client.post(f"/notices/letters/{failed.pk}/", {"act": "drop"})
    assert Letter.objects.get(pk=failed.pk).state == "dropped"
    assert b"does not" not in client.post(f"/notices/letters/{failed.pk}/", {"act": "drop"}).content
    assert page.get("/notices/letters/").status_code == 403
    assert page.post(f"/notices/letters/{failed.pk}/", {"act": "retry"}).status_code == 403


def test_the_same_over_the_api(person, page):
    notice = make_notice(person=person, params={"role": "teacher", "place": {"en": "Smelter"}})
    [item] = page.get("/api/v1/notices?state=unread").json()["items"]
    assert (item["id"], item["title"]) == (notice.pk, "You were given a role")
    assert "Smelter" in item["sentence"]

    def post(path, body):
        return page.post(f"/api/v1/{path}", body, content_type="application/json")
    assert post(f"notices/{notice.pk}/read", {"is_read": True}).json() == {"marked": 1}
    assert post("notices-read", {}).json() == {"marked": 0}
    assert post("notice-choices", {"choices": [{"type": "role.granted", "letters": "never"}], "time_zone": "Asia/Seoul"}).status_code == 200
    assert [row["letters"] for row in page.get("/api/v1/notice-choices").json()["items"] if row["type"] == "role.granted"] == ["never"]
    for wrong in ({"choices": [{"type": "nothing.such", "letters": "never"}]}, {"time_zone": "Mars/Olympus"}):
        assert post("notice-choices", wrong).status_code == 422
