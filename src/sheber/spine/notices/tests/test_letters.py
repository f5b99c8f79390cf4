"""Letters from writing to a real mail server on loopback."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.utils import timezone

from sheber.kit.errors import DomainError
from sheber.spine.jobs import services as jobs
from sheber.spine.jobs.models import Job
from sheber.spine.notices import services, types
from sheber.spine.notices.models import Letter
from sheber.spine.notices.rules.waiting import FIRST_S, LONGEST_S, MOST_ATTEMPTS
from sheber.spine.notices.services import sending
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db
SECRET = "https://sheber.example/open/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b/"


def write(email="guest@example.invalid", body=SECRET, **more):
    return services.letter_write(type="people.invitation", email=email, language="en", body=body, **more)


def due_now(letter):
    """The wait of a letter is over."""
    Letter.objects.filter(pk=letter.pk).update(next_at=timezone.now() - dt.timedelta(seconds=1))


def test_a_letter_as_the_receiver_gets_it(office):
    letter = services.letter_write(type="people.invitation", email="guest@example.invalid", language="kk", body=f"Сәлем\n\n{SECRET} <b>")
    assert services.letters_send().sent == 1
    [(receiver, message)] = office.taken
    assert (receiver, message["To"], message["Message-ID"]) == ("guest@example.invalid", "guest@example.invalid", letter.message_id)
    assert (message["Auto-Submitted"], message["From"]) == ("auto-generated", "Sheber <sheber@sheber.example>")
    assert message["List-Unsubscribe"] is None, "an invitation is asked for by nobody and comes once"
    plain, page = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert plain.replace("\r\n", "\n") == f"Сәлем\n\n{SECRET} <b>\n"
    assert f'<a href="{SECRET}">' in page
    assert "&lt;b&gt;" in page
    assert services.letters_send().sent == 0, "once"
    letter.refresh_from_db()
    assert (letter.state, letter.sealed, letter.attempts) == ("sent", "", 1)


def test_the_words_are_never_in_the_database_in_plain():
    letter = write()
    told = str(list(Letter.objects.values())) + str(list(Job.objects.values()))
    assert SECRET not in told
    assert "9f86d081" not in told
    assert len(letter.sealed) > 100
    with connection.cursor() as cursor, pytest.raises(Exception, match="letter_blank_once_sent"), transaction.atomic():
        cursor.execute("UPDATE notices_letter SET state = 'sent' WHERE id = %s", [letter.pk])


def test_a_letter_of_a_transaction_that_was_rolled_back_never_leaves(office, django_capture_on_commit_callbacks):
    def broken():
        with transaction.atomic():
            write()
            raise ZeroDivisionError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        broken()
    services.letters_send()
    assert office.connections == 0
    assert not Job.objects.exists()


def test_the_worker_is_woken_once_by_a_transaction(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as called, transaction.atomic():
        for n in range(3):
            write(f"{n}@example.invalid")
    assert len(called) == 1
    assert list(Job.objects.values_list("kind", "state")) == [("notices.send", "waiting")]


def test_from_the_commit_by_the_background_work_to_the_server(office, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        letter = write()
    assert office.taken == []
    jobs.run_due()
    assert [message["Message-ID"] for _receiver, message in office.taken] == [letter.message_id]
    done = Job.objects.get(kind="notices.send")
    assert (done.state, done.result) == ("done", {"sent": 1, "failed": 0, "stopped": False})
    assert SECRET not in str(list(Job.objects.values()))


@pytest.mark.parametrize(("mode", "state", "problem"), [
    ("receiver_450", "waiting", "receiver_refused"), ("receiver_550", "failed", "receiver_refused"),
    ("data_451", "waiting", "content_refused"), ("data_554", "failed", "content_refused"),
    ("sender_550", "waiting", "server_refused"), ("greet_421", "waiting", "server_refused"),
    ("hang", "waiting", "no_connection"), ("drop_after_data", "waiting", "no_connection"), ("drop_at_once", "waiting", "no_connection")])
def test_what_a_mail_server_does(office, settings, mode, state, problem):
    """5xx about the letter is for good; all else is tried again. No address is kept a second time."""
    settings.EMAIL_TIMEOUT = 0.3
    office.mode = mode
    letter, before = write(), timezone.now()
    assert services.letters_send().failed == 1
    letter.refresh_from_db()
    assert (letter.state, letter.problem, letter.attempts, letter.token) == (state, problem, 1, "")
    assert "example.invalid" not in letter.told
    assert letter.sealed, "the words are there to be sent again"
    if state == "waiting":
        assert FIRST_S * 0.8 <= (letter.next_at - before).total_seconds() <= FIRST_S * 1.2 + 5
        office.mode = "take"
        due_now(letter)
        assert services.letters_send().sent == 1
        assert {message["Message-ID"] for _, message in office.seen} == {letter.message_id}, "whoever gets it twice can tell"


def test_no_server_at_all_stops_the_round(office):
    office.server_close()
    for n in range(3):
        write(f"{n}@example.invalid")
    done = services.letters_send()
    assert (done.failed, done.stopped) == (1, True)
    assert sorted(Letter.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_one_bad_receiver_holds_nobody_up(office):
    office.by_receiver["bad@example.invalid"] = "drop_after_data"
    for name in ("bad", "good", "better"):
        write(f"{name}@example.invalid")
    done = services.letters_send()
    assert (done.sent, done.failed) == (2, 1)
    assert {receiver for receiver, _ in office.taken} == {"good@example.invalid", "better@example.invalid"}


def test_it_is_given_up_in_the_end(office):
    office.mode = "receiver_450"
    letter, waits = write(), []
    for _ in range(MOST_ATTEMPTS):
        due_now(letter)
        services.letters_send()
        letter.refresh_from_db()
        waits += [(letter.next_at - timezone.now()).total_seconds()] if letter.next_at else []
    assert (letter.state, letter.attempts, len(office.seen)) == ("failed", MOST_ATTEMPTS, 0)
    assert len(waits) == MOST_ATTEMPTS - 1
    assert waits[-1] > LONGEST_S * 0.79
    assert 1.5 * 86400 < sum(waits) < 3 * 86400


def test_a_worker_killed_while_sending_leaves_the_letter_to_the_next(office):
    """At least once: the server said yes, and nobody wrote it down."""
    letter = write()
    Letter.objects.filter(pk=letter.pk).update(token="f" * 32, attempts=1, next_at=timezone.now() + dt.timedelta(minutes=10))
    assert services.letters_send().sent == 0
    due_now(letter)
    assert services.letters_send().sent == 1
    assert office.taken[0][1]["Message-ID"] == letter.message_id


def test_a_worker_that_lost_its_lease_does_not_undo_what_the_next_one_did(office):
    letter = write()
    taken = sending._take(letter.pk, letter.next_at)
    Letter.objects.filter(pk=letter.pk).update(state="sent", sealed="", token="", next_at=None)
    office.mode = "receiver_550"
    sending._send(taken, sending._Line())
    letter.refresh_from_db()
    assert (letter.state, letter.problem) == ("sent", "")


def test_a_letter_of_no_use_any_more_is_dropped(office):
    letter = write(expires_at=timezone.now() - dt.timedelta(seconds=1))
    services.letters_send()
    letter.refresh_from_db()
    assert (letter.state, letter.sealed, office.connections) == ("dropped", "", 0)


def test_a_newer_letter_takes_the_place_of_one_that_waits(office):
    first, second = write(body="old", about="invitation/1"), write(body="new", about="invitation/1")
    services.letters_send()
    first.refresh_from_db()
    assert (first.state, first.sealed, len(office.taken)) == ("dropped", "", 1)
    assert office.taken[0][1]["Message-ID"] == second.message_id


def test_another_secret_key_leaves_letters_that_nobody_can_read(office, settings):
    letter = write()
    settings.SECRET_KEY = "another key of this installation"
    services.letters_send()
    letter.refresh_from_db()
    assert (letter.state, letter.problem, office.connections) == ("failed", "unreadable", 0)


def test_without_a_mail_server_nothing_piles_up(settings):
    settings.MAIL_CONFIGURED = False
    assert write() is None
    assert not Letter.objects.exists()


def test_operators_try_again_and_drop(office):
    operator = make_user()
    office.mode = "receiver_550"
    letter, other = write(), write("other@example.invalid")
    services.letters_send()
    services.letter_drop(actor=operator, letter_id=other.pk)
    office.mode = "take"
    services.letter_retry(actor=operator, letter_id=letter.pk)
    assert services.letters_send().sent == 1
    other.refresh_from_db()
    assert (other.state, other.sealed) == ("dropped", "")
    for done in (letter, other):
        with pytest.raises(DomainError):
            services.letter_retry(actor=operator, letter_id=done.pk)
        with pytest.raises(DomainError):
            services.letter_drop(actor=operator, letter_id=done.pk)


def test_old_letters_and_their_addresses_go(office):
    write()
    services.letters_send()
    waiting = write("waits@example.invalid")
    Letter.objects.exclude(pk=waiting.pk).update(ended_at=timezone.now() - dt.timedelta(days=15))
    assert services.forget_old()[1] == 1
    assert list(Letter.objects.values_list("pk", flat=True)) == [waiting.pk]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_no_subject_has_a_hole(language):
    """A subject is read on locked screens: it is the same for everybody."""
    from django.utils import translation

    assert len(types.known()) > 3
    with translation.override(language):
        for known in types.known().values():
            title = str(known.title)
            assert title, known.code
            assert not set("%{}@<>\n") & set(title), f"{known.code}: {title}"
            assert len(title) < 70


def test_a_type_with_a_hole_in_its_title_cannot_be_stated():
    with pytest.raises(ValueError, match="subject"):
        types.register("test.holed", title="Hello, %(name)s")
