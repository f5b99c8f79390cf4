"""The virus scanner: its protocol, its answers, and what becomes of files while it is gone."""

import io
import socket

import pytest

from sheber.kit.errors import DomainError
from sheber.spine.audit.models import AuditEntry
from sheber.spine.files import scanning, services, work
from sheber.spine.files.models import Blob, StoredFile
from sheber.spine.files.rules.places import Scanner, read_scanner
from sheber.spine.jobs.tests.factories import make_job
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_user

from .clamd import EICAR, running
from .factories import make_file
from .test_pages import client_of, opened


@pytest.fixture
def clamd():
    with running() as scanner:
        yield scanner


def gone():
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return Scanner("127.0.0.1", free.getsockname()[1])


def test_every_byte_reaches_the_scanner(clamd):
    content = bytes(range(256)) * 1000 + b"end"
    assert scanning.scan(io.BytesIO(content), read_scanner(clamd.url)).is_clean
    assert clamd.seen == [content]


def test_by_a_socket_of_this_machine(tmp_path):
    with running(family=socket.AF_UNIX, address=str(tmp_path / "s")) as scanner:
        at = read_scanner(scanner.url)
        assert scanning.scan(io.BytesIO(b"x"), at).is_clean
        assert scanning.scan(io.BytesIO(b"x" + EICAR), at).virus == "Eicar-Test-Signature"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: Can't allocate memory ERROR\0", b"", b"\0", b"OK\0",
                                    b"stream: \0", b"stream:  FOUND\0", b"x" * 10_000])
def test_an_answer_that_says_nothing_is_no_clean_answer(clamd, answer):
    clamd.answers.append(answer)
    with pytest.raises(scanning.ScannerGoneError):
        scanning.scan(io.BytesIO(b"x"), read_scanner(clamd.url))


def test_a_scanner_that_does_not_answer_in_time_counts_as_gone(clamd):
    clamd.answers.append(None)
    with pytest.raises(scanning.ScannerGoneError):
        scanning.scan(io.BytesIO(b"x"), read_scanner(clamd.url), answer_s=0.2)
    with pytest.raises(scanning.ScannerGoneError):
        scanning.scan(io.BytesIO(b"x"), gone())
    with pytest.raises(scanning.ScannerGoneError):
        scanning.scan(io.BytesIO(b"x"), Scanner(path="/nowhere/at/all"))


@pytest.mark.django_db
def test_a_virus_is_not_taken_and_that_is_recorded(clamd, settings):
    settings.FILES_SCANNER = read_scanner(clamd.url)
    place, actor = make_organisation(), make_user()
    with pytest.raises(DomainError) as no:
        make_file(at=place, content=EICAR, actor=actor, name="harmless.txt")
    assert (no.value.code, no.value.detail["reason"]) == ("bad_file", "virus")
    assert StoredFile.objects.count() == Blob.objects.count() == 0
    entry = AuditEntry.objects.get(verb="file.refused")
    assert (entry.actor_id, entry.scope_path, entry.after["virus"]) == (actor.pk, place.path, "Eicar-Test-Signature")


@pytest.mark.django_db
def test_a_clean_file_is_opened_and_equal_bytes_are_scanned_again(clamd, settings):
    settings.FILES_SCANNER = read_scanner(clamd.url)
    first, second = (make_file(at=make_organisation(), content=b"the same") for _again in range(2))
    assert (first.scan, second.scan) == ("clean", "clean")
    assert first.blob_id == second.blob_id
    assert clamd.seen == [b"the same"] * 2, "nobody learns from a quick answer that it was here before"


@pytest.mark.django_db
def test_while_the_scanner_is_gone_files_wait_and_nobody_opens_them(clamd, settings):
    place = make_organisation()
    known = make_file(at=make_organisation(), content=b"clean elsewhere")
    settings.FILES_SCANNER = gone()
    student = make_user(role="student", at=place)
    fine, bad = make_file(at=place, content=b"clean elsewhere"), make_file(at=place, content=b"x" + EICAR)
    assert (fine.scan, bad.scan) == ("waiting", "waiting")
    for url in (f"/files/{fine.pk}/", f"/api/v1/files/{fine.pk}/content"):
        assert opened(student, url) == (409, b"")
    assert "waits for the virus scan" in client_of(student).get(f"/organisations/{place.code}/").content.decode()
    with pytest.raises(scanning.ScannerGoneError):                   # the work fails, and the schedule tries it again
        work.scan(make_run())
    settings.FILES_SCANNER = read_scanner(clamd.url)
    assert work.scan(make_run()) == {"freed": 0, "clean": 2, "infected": 1}
    assert opened(student, f"/files/{fine.pk}/") == (200, b"clean elsewhere")
    bad.refresh_from_db()
    known.refresh_from_db()
    assert (known.scan, bad.scan, bad.scan_note) == ("clean", "infected", "Eicar-Test-Signature")
    answer = client_of(student).get(f"/files/{bad.pk}/")
    assert answer.status_code == 409
    assert "Eicar-Test-Signature" in answer.content.decode()
    assert AuditEntry.objects.filter(verb="file.infected", target_id=str(bad.pk)).exists()
    assert work.scan(make_run()) == {"freed": 0, "clean": 0, "infected": 0}


@pytest.mark.django_db
def test_without_a_scanner_what_waited_is_called_not_scanned(settings):
    settings.FILES_SCANNER = gone()
    file = make_file(at=make_organisation())
    settings.FILES_SCANNER = None
    assert services.scan_waiting() == {"freed": 1, "clean": 0, "infected": 0}
    file.refresh_from_db()
    assert file.scan == "none"


def make_run():
    """A run as the worker hands it over."""
    from sheber.spine.jobs.registry import JobRun

    class Nothing:
        def progress(self, done, total, sentence):
            pass

        def check(self):
            pass

    job = make_job(kind="files.scan")
    return JobRun(job_id=job.pk, kind="files.scan", params={}, scope_path="/", actor_id=None, attempt=1, _report=Nothing())


@pytest.mark.django_db
def test_the_doctor_asks_the_scanner_and_the_store(clamd, settings):
    from sheber.spine.operation.checks import results, setting

    def told(check, name):
        return check(results.Look(name)).state

    assert told(setting.virus_scanner, "virus_scanner") == told(setting.file_store, "file_store") == "ok"
    settings.FILES_SCANNER = read_scanner(clamd.url)
    assert told(setting.virus_scanner, "virus_scanner") == "ok"
    settings.FILES_SCANNER = gone()
    assert told(setting.virus_scanner, "virus_scanner") == "bad"
