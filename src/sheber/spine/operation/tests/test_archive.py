"""Archives that are damaged, cut off, newer or hostile: refused, with the place named, and nothing read from them is believed."""

import io
import json
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.spine.operation.archive import values
from sheber.spine.operation.archive.container import MARK, ArchiveError, ArchiveReader, ArchiveWriter
from sheber.spine.operation.services import backing_up, restoring

MEMBERS = {"tables/people_user.jsonl": b'[1,"\xd3\x98"]\n[2,"b"]\n' * 50, "tables/audit_audithead.jsonl": b"[1]\n",
           "files/files/ab/abcdef.bin": bytes(range(256)) * 4}


def make_archive(folder: Path, members=MEMBERS, **manifest) -> Path:
    with ArchiveWriter(folder / "a.zip") as archive:
        for name, content in members.items():
            with archive.member(name) as member:
                member.write(content)
        archive.finish({"product": "sheber", "format": 1, "version": "0.1.0", "migrations": [], "tables": [], "files": {}} | manifest)
    return folder / "a.zip"


def raw_zip(path: Path, members: dict[str, bytes]) -> Path:
    """As anybody may make one, with the digest at its end right."""
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.comment = MARK + b"0" * 64
    body = inside.getvalue()[:-64]
    path.write_bytes(body + sha256(body).hexdigest().encode())
    return path


def checked(path: Path) -> None:
    with ArchiveReader(path) as archive:
        archive.check()


def test_a_whole_archive_is_read_back(tmp_path):
    path = make_archive(tmp_path)
    with ArchiveReader(path) as archive:
        archive.check()
        assert {name: b"".join(archive.blocks(name)) for name in MEMBERS} == MEMBERS
        assert list(archive.lines("tables/audit_audithead.jsonl")) == [b"[1]"]
    assert zipfile.ZipFile(path).testzip() is None                        # any ZIP program reads it
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


def test_every_byte_counts(tmp_path):
    """Whichever byte is flipped, the archive is refused; inside a member the member is named.

    (The last bits of a packed member may stand for nothing: a change there is found, but lies in no member.)
    """
    path = make_archive(tmp_path)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        spans = [(info.filename, info.header_offset + 60 + len(info.filename), info.compress_size - 31) for info in archive.infolist()]
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1:])
        with pytest.raises(ArchiveError) as refused:
            checked(path)
        for name, begin, length in spans:
            if begin <= place < begin + length:
                assert name in str(refused.value)


def test_a_cut_archive_is_refused(tmp_path):
    path = make_archive(tmp_path)
    whole = path.read_bytes()
    for length in (0, 1, 22, 64, len(whole) // 2, len(whole) - 64, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ArchiveError):
            checked(path)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "tables/../x.jsonl", "files/files/../../x", "tables/a.jsonl/b",
                                  "files/files/.hidden", "C:\\x", "tables/A.jsonl", "evil.py"])
def test_a_member_that_leads_elsewhere_is_refused(tmp_path, name):
    manifest = {"product": "sheber", "format": 1, "members": [{"name": name, "bytes": 1, "sha256": sha256(b"x").hexdigest()}]}
    path = raw_zip(tmp_path / "a.zip", {name: b"x", "manifest.json": json.dumps(manifest).encode()})
    with pytest.raises(ArchiveError) as refused:
        checked(path)
    assert refused.value.code == "backup_foreign_member"


def test_a_member_larger_than_it_says_is_refused_before_it_fills_anything(tmp_path):
    bomb = bytes(50 << 20)
    manifest = {"product": "sheber", "format": 1, "members": [{"name": "tables/a.jsonl", "bytes": 10, "sha256": "0" * 64}]}
    path = raw_zip(tmp_path / "a.zip", {"tables/a.jsonl": bomb, "manifest.json": json.dumps(manifest).encode()})
    with pytest.raises(ArchiveError, match=r"tables/a\.jsonl"):
        checked(path)


def test_a_line_without_an_end_is_not_kept_in_memory(tmp_path):
    path = make_archive(tmp_path, {"tables/a.jsonl": b"x" * (70 << 20)})
    with ArchiveReader(path) as archive, pytest.raises(ArchiveError):
        list(archive.lines("tables/a.jsonl"))


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b"\xff", b'{"product": "other", "format": 1}',
                                      b'{"product": "sheber", "format": "1"}',
                                      b'{"product": "sheber", "format": 1, "members": 5}', b"[" * 100_000])
def test_a_manifest_that_is_none_is_refused(tmp_path, manifest):
    with pytest.raises(ArchiveError):
        checked(raw_zip(tmp_path / "a.zip", {"manifest.json": manifest}))


@pytest.mark.django_db
def test_a_newer_archive_is_refused(tmp_path, settings):
    settings.VAR = tmp_path
    with pytest.raises(ArchiveError) as refused:
        checked(make_archive(tmp_path, format=2))
    assert refused.value.code == "backup_newer"
    path = make_archive(tmp_path, {}, migrations=[["people", "9999_from_the_future"]])
    with pytest.raises(ArchiveError, match=r"people\.9999_from_the_future"):
        restoring.restore(path)
    assert not (tmp_path / "restore.json").exists()


@pytest.mark.django_db
def test_a_disk_that_is_too_small_is_said_before_anything_is_written(tmp_path, settings, monkeypatch):
    settings.VAR = tmp_path
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(backing_up.DomainError) as refused:
        backing_up.backup_take()
    assert refused.value.code == "backup_disk_small"
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.django_db
def test_a_backup_that_breaks_off_leaves_nothing(tmp_path, settings, monkeypatch):
    settings.VAR = tmp_path
    old = tmp_path / "b.zip"
    old.write_bytes(b"the backup of yesterday")
    monkeypatch.setattr(backing_up, "last_number", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        backing_up.backup_take(old)
    assert old.read_bytes() == b"the backup of yesterday"
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


@pytest.mark.django_db
def test_the_newest_stay(tmp_path, settings):
    settings.VAR = tmp_path
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"sheber-2026010{day}-000000.zip").write_bytes(b"")
    (folder / "mine.zip").write_bytes(b"")
    taken = backing_up.backup_take(keep=3)
    left = sorted(path.name for path in folder.iterdir())
    assert left == ["mine.zip", "sheber-20260104-000000.zip", "sheber-20260105-000000.zip", taken.path.name]
    with ArchiveReader(taken.path) as archive:
        archive.check()


json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
                           lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))


@given(json_values)
def test_one_spelling_of_numbers_stays_itself(value):
    once = values.canonical(value)
    assert values.canonical(once) == once


@given(st.lists(st.lists(st.integers() | st.text(st.characters(exclude_categories=["Cs"]))), max_size=6), st.randoms())
def test_the_checksum_does_not_depend_on_the_order_and_sees_every_change(rows, random):
    def total(of):
        found = values.Checksum()
        for row in of:
            found.add(row, values.encode(row))
        return found.hexdigest()

    mixed = list(rows)
    random.shuffle(mixed)
    assert total(mixed) == total(rows)
    assert total([*rows, [0]]) != total(rows)
