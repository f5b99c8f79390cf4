"""Attaching, removing, collecting and checking."""

import datetime as dt
import io
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from sheber.kit import backups, quiet
from sheber.kit.errors import DomainError
from sheber.site.cli import main
from sheber.spine.audit.models import AuditEntry
from sheber.spine.competences.tests.factories import make_competence
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.files import services, stores, targets
from sheber.spine.files.models import Blob, StoredFile
from sheber.spine.files.personal import _forget
from sheber.spine.files.services import attaching, collecting
from sheber.spine.files.stores.contents import key_of
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user

from .factories import EVIDENCE, ORGANISATION, make_file

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def place():
    return make_organisation()


class Endless(io.RawIOBase):
    """Says nothing of its length and never ends; counts what was taken from it."""

    taken = 0

    def readable(self):
        return True

    def read(self, size=-1):
        assert size > 0, "a content is never asked for as a whole"
        self.taken += size
        return b"x" * size


def test_a_content_is_read_no_further_than_its_limit(place, settings):
    settings.FILES_MAX_BYTES = 1 << 20
    endless = Endless()
    with pytest.raises(DomainError) as no:
        services.file_attach(actor=None, kind=ORGANISATION, key=str(place.pk), name="a.txt", content=endless)
    assert (no.value.code, no.value.detail["reason"]) == ("bad_file", "too_large")
    assert endless.taken == (1 << 20) + 1
    assert len(make_file(at=place, content=b"x" * (1 << 20)).blob.sha256) == 64
    assert next(iter(stores.current().contents())).size == 1 << 20


def test_equal_bytes_are_kept_once_and_count_twice(place, settings):
    settings.FILES_QUOTA_BYTES = 100
    other = make_organisation()
    first, second = make_file(at=place, content=b"x" * 60), make_file(at=other, content=b"x" * 60)
    assert first.blob_id == second.blob_id
    with pytest.raises(DomainError) as no:
        make_file(at=place, content=b"x" * 60)
    assert no.value.code == "quota_full"
    assert (no.value.detail["used"], no.value.detail["limit"]) == (60, 100)
    assert Blob.objects.count() == 1


def test_the_quota_is_that_of_the_whole_house(settings):
    settings.FILES_QUOTA_BYTES = 100
    university = make_organisation()
    faculty = make_organisation(parent=university, kind="faculty")
    make_file(at=faculty, content=b"a" * 60)
    with pytest.raises(DomainError):
        make_file(at=make_organisation(parent=faculty, kind="department"), content=b"b" * 60)
    removed = StoredFile.objects.get()
    services.file_remove(actor=None, file_id=removed.pk)
    with pytest.raises(DomainError):                         # room comes when it is forgotten, not when it can still be brought back
        make_file(at=university, content=b"b" * 60)
    services.collect(now=timezone.now() + 31 * DAY)
    make_file(at=university, content=b"b" * 60)
    make_file(at=make_root(), content=b"c" * 60)             # the root is a house of its own
    with pytest.raises(DomainError):
        make_file(at=make_root(), content=b"d" * 60)


def test_no_audit_no_file(place, monkeypatch):
    monkeypatch.setattr(attaching.audit, "record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make_file(at=place)
    assert StoredFile.objects.count() == Blob.objects.count() == 0


def test_what_nobody_knows_takes_no_file(place):
    for kind, key in ((ORGANISATION, "99999999"), (ORGANISATION, "x" * 30), ("no.such", "1"), (EVIDENCE, "0")):
        with pytest.raises(DomainError) as no:
            services.file_attach(actor=None, kind=kind, key=key, name="a.txt", content=io.BytesIO(b"x"))
        assert no.value.code == "unknown_target"


def test_a_file_about_a_person_names_the_person(place):
    """By the service, and by the database."""
    targets.register(targets.Kind("tests.thing", label="x", personal=True, resolve=lambda keys: {
        key: targets.Thing("x", "/", place.pk) for key in keys}, seen=lambda request: targets.NOTHING,
        edited=lambda request: targets.NOTHING, may_see=lambda request, thing: True, may_add=lambda request, thing: True))
    try:
        with pytest.raises(DomainError) as no:
            services.file_attach(actor=None, kind="tests.thing", key="1", name="a.txt", content=io.BytesIO(b"x"))
        assert no.value.code == "file_needs_person"
    finally:
        targets.forget("tests.thing")
    file = make_file(item=make_evidence(person=make_user(), competence=make_competence()))
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(subject=None)


def test_a_store_that_is_full_is_told_in_words(place, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(stores.current()), "put", full)
    with pytest.raises(DomainError) as no:
        make_file(at=place)
    assert no.value.code == "store_full"
    assert StoredFile.objects.count() == 0


def text_of(file):
    with services.file_open(actor=None, file_id=file.pk).content as content:
        return content.read()


def there():
    return {one.sha256 for one in stores.current().contents()}


def test_a_content_goes_when_the_last_file_is_long_gone(place):
    file, other = make_file(at=place, content=b"shared"), make_file(at=make_organisation(), content=b"shared")
    digest = sha256(b"shared").hexdigest()
    now = timezone.now()
    for one in (file, other):
        services.file_remove(actor=None, file_id=one.pk)
    assert services.collect(now=now + 29 * DAY) == services.Collected()
    assert services.collect(now=now + 31 * DAY).files == 2
    assert there() == {digest}, "a backup that began before still finds it"
    assert services.collect(now=now + 31 * DAY + dt.timedelta(hours=23)) == services.Collected()
    assert services.collect(now=now + 33 * DAY).contents == 1
    assert there() == set()
    assert Blob.objects.count() == 0
    assert AuditEntry.objects.filter(verb="file.forgotten").count() == 2


def test_a_content_in_use_never_goes(place):
    file = make_file(at=place, content=b"kept")
    gone = make_file(at=place, content=b"kept")
    services.file_remove(actor=None, file_id=gone.pk)
    services.collect(now=timezone.now() + 400 * DAY)
    assert there() == {sha256(b"kept").hexdigest()}
    assert text_of(file) == b"kept"
    with pytest.raises(StoredFile.DoesNotExist):
        services.file_bring_back(actor=None, file_id=gone.pk)


def test_after_thirty_days_nothing_is_brought_back_although_it_is_still_there(place):
    file = make_file(at=place)
    services.file_remove(actor=None, file_id=file.pk)
    StoredFile.objects.update(removed_at=timezone.now() - 30 * DAY - dt.timedelta(minutes=1))
    with pytest.raises(StoredFile.DoesNotExist):
        services.file_bring_back(actor=None, file_id=file.pk)


def test_strays_go_after_a_day_and_not_before(place):
    digest = sha256(b"stray").hexdigest()
    stores.current().put(digest, io.BytesIO(b"stray"))
    assert services.collect() == services.Collected()
    assert services.collect(now=timezone.now() + 2 * DAY).strays == 1
    assert there() == set()
    assert Blob.objects.count() == 0


def test_nothing_goes_while_the_house_is_closed(place, monkeypatch):
    file = make_file(at=place)
    services.file_remove(actor=None, file_id=file.pk)
    monkeypatch.setattr(quiet, "_closed", [lambda: True])
    for days in (31, 33):
        assert services.collect(now=timezone.now() + days * DAY) == services.Collected()
    assert StoredFile.objects.count() == 1
    monkeypatch.undo()
    from sheber.spine.operation.services.maintenance import maintenance_is_on

    assert maintenance_is_on in quiet._closed, "operation states how the house is known to be closed"


def test_the_check_tells_missing_damaged_and_orphaned(place, store, capsys):
    whole, lost, bad, short = (make_file(at=place, content=text) for text in (b"whole", b"lost", b"bad one", b"short"))
    make_file(at=place, content=b"lost")
    assert services.files_check().is_whole
    assert main(["files", "check"]) == 0
    store.remove(lost.blob.sha256)
    (store.root / key_of(bad.blob.sha256)).write_bytes(b"bad 0ne")
    (store.root / key_of(short.blob.sha256)).write_bytes(b"shor")
    stray = sha256(b"stray").hexdigest()
    store.put(stray, io.BytesIO(b"stray"))
    found = {(one.what, one.sha256, one.files) for one in services.files_check().faults}
    assert found == {("missing", lost.blob.sha256, 2), ("damaged", bad.blob.sha256, 1), ("damaged", short.blob.sha256, 1),
                     ("orphaned", stray, 0)}
    quick = {one.sha256 for one in services.files_check(read=False).faults}
    assert bad.blob.sha256 not in quick
    capsys.readouterr()
    assert main(["files", "check", "--language", "en"]) == 1
    told = capsys.readouterr().out
    assert f"missing: {lost.blob.sha256}, of 2 files" in told
    assert "All is whole" not in told
    for file in (lost, short):
        with pytest.raises(DomainError) as no:
            services.file_open(actor=None, file_id=file.pk)
        assert no.value.code == "file_missing"
    assert text_of(whole) == b"whole"


def test_a_backup_takes_what_the_tables_name_and_leaves_out_what_is_lost(place, store):
    first, lost = make_file(at=place, content=b"one"), make_file(at=place, content=b"two")
    store.remove(lost.blob.sha256)
    store.put(sha256(b"stray").hexdigest(), io.BytesIO(b"stray"))
    kept = backups.stores()["files"]
    assert [(one.key, one.size) for one in kept.stored()] == [(key_of(first.blob.sha256), 3)]
    with kept.open(key_of(first.blob.sha256)) as content:
        assert content.read() == b"one"


def test_an_erased_person_leaves_no_file_about_them(place):
    from sheber.kit.personal import Leaving

    student, teacher = make_user(role="student", at=place), make_user()
    about = make_file(item=make_evidence(person=student, competence=make_competence()), content=b"theirs", actor=teacher)
    document = make_file(at=place, actor=student)
    assert _forget(Leaving(student.pk, student.email, ())) == 1
    assert not StoredFile.objects.filter(pk=about.pk).exists()
    assert StoredFile.objects.filter(pk=document.pk).exists()
    services.collect(now=timezone.now() + 2 * DAY)
    assert sha256(b"theirs").hexdigest() not in there()


def test_models_and_migrations_agree():
    call_command("makemigrations", "files", check=True, dry_run=True, verbosity=0)


def test_an_upload_that_is_killed_leaves_a_draft_and_nothing_else(place, store, monkeypatch):
    """Between the writing of the content and the row: the content is a stray, and goes."""
    monkeypatch.setattr(attaching, "_written", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        make_file(at=place, content=b"killed")
    assert there() == {sha256(b"killed").hexdigest()}
    assert services.files_check().is_whole
    assert collecting.collect(now=timezone.now() + 2 * DAY).strays == 1
