"""Folder and S3: one contract. The S3 store is tried against a server on the loopback, and read by another client than ours."""

import datetime as dt
import io
import os
import random
import threading
from hashlib import sha256

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from sheber.spine.files import stores
from sheber.spine.files.backup import BackedUp
from sheber.spine.files.rules.places import Bucket, Folder
from sheber.spine.files.stores.contents import DamagedError, key_of

LARGE = random.Random(1).randbytes(3 << 20)


def digest(content):
    return sha256(content).hexdigest()


@pytest.fixture(scope="module")
def server():
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def client(server, monkeypatch):
    """Of the same library, but straight: what it sees is what the bucket holds."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    found = boto3.client("s3", endpoint_url=server, region_name="us-east-1", config=Config(s3={"addressing_style": "path"}))
    found.create_bucket(Bucket="files")
    yield found
    for one in found.list_objects_v2(Bucket="files").get("Contents", ()):
        found.delete_object(Bucket="files", Key=one["Key"])
    found.delete_bucket(Bucket="files")
    found.close()


@pytest.fixture(params=["folder", "s3"])
def place(request, tmp_path):
    if request.param == "folder":
        return Folder(tmp_path / "kept")
    request.getfixturevalue("client")
    return Bucket("files", "here/", request.getfixturevalue("server"), "us-east-1")


@pytest.fixture
def kept(place, settings):
    stores._store.cache_clear()
    settings.FILES_PLACE = place
    yield stores.current()
    stores._store.cache_clear()


def read(store, key):
    with store.open(key) as content:
        return content.read()


def test_what_is_put_is_read_back(kept):
    for content in (b"x", LARGE):
        assert kept.size(digest(content)) is None
        kept.put(digest(content), io.BytesIO(content))
        assert kept.size(digest(content)) == len(content)
        assert read(kept, digest(content)) == content
    told = {one.sha256: one.size for one in kept.contents()}
    assert told == {digest(b"x"): 1, digest(LARGE): len(LARGE)}
    assert all(abs(dt.datetime.now(dt.UTC) - one.written_at) < dt.timedelta(minutes=5) for one in kept.contents())
    kept.remove(digest(LARGE))
    kept.remove(digest(LARGE))
    assert [one.sha256 for one in kept.contents()] == [digest(b"x")]
    with pytest.raises(FileNotFoundError):
        kept.open(digest(LARGE))


def test_a_content_that_is_not_its_hash_is_not_kept(kept):
    with pytest.raises(DamagedError):
        kept.put(digest(b"other"), io.BytesIO(b"content"))
    assert list(kept.contents()) == []
    assert kept.size(digest(b"other")) is None


def test_a_reading_that_breaks_off_keeps_nothing(kept):
    class Broken(io.RawIOBase):
        def readable(self):
            return True

        def read(self, _size=-1):
            raise OSError("the sender is gone")

    with pytest.raises(OSError, match="the sender is gone"):
        kept.put(digest(b"x"), Broken())
    assert list(kept.contents()) == []


def test_many_at_once_put_the_same(kept):
    faults = []

    def put():
        try:
            kept.put(digest(LARGE), io.BytesIO(LARGE))
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=put) for _again in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert faults == []
    assert [one.sha256 for one in kept.contents()] == [digest(LARGE)]
    assert read(kept, digest(LARGE)) == LARGE


def test_anew_counts_as_new(kept, place):
    """What a restore writes is not old, although it was there before."""
    kept.put(digest(b"x"), io.BytesIO(b"x"))
    if isinstance(place, Folder):
        path = place.path / key_of(digest(b"x"))
        os.utime(path, (1, 1))
        kept.put(digest(b"x"), io.BytesIO(b"x"))
        assert next(kept.contents()).written_at.year == 1970
    BackedUp().write(key_of(digest(b"x")), io.BytesIO(b"x"))
    assert next(kept.contents()).written_at.year > 1970
    if isinstance(place, Folder):                       # what was damaged is whole again after a restore
        path.write_bytes(b"y")
        BackedUp().write(key_of(digest(b"x")), io.BytesIO(b"x"))
        assert path.read_bytes() == b"x"
    for strange in ("x", "../x", "ab/cd/" + "g" * 64, f"00/00/{digest(b'x')}"):
        with pytest.raises(DamagedError):
            BackedUp().write(strange, io.BytesIO(b"x"))


def test_in_a_bucket_the_content_lies_under_its_hash(client, server, settings):
    stores._store.cache_clear()
    settings.FILES_PLACE = Bucket("files", "here/", server, "us-east-1")
    stores.current().put(digest(b"x"), io.BytesIO(b"x"))
    client.put_object(Bucket="files", Key="elsewhere/of-others", Body=b"y")
    client.put_object(Bucket="files", Key="here/no-hash", Body=b"y")
    assert client.get_object(Bucket="files", Key=f"here/{key_of(digest(b'x'))}")["Body"].read() == b"x"
    assert [one.sha256 for one in stores.current().contents()] == [digest(b"x")]


def test_a_bucket_that_is_not_there_is_an_error_of_the_store(client, server, settings):
    stores._store.cache_clear()
    settings.FILES_PLACE = Bucket("nowhere", "", server, "us-east-1")
    with pytest.raises(OSError, match=r"\w"):
        stores.current().put(digest(b"x"), io.BytesIO(b"x"))


def test_a_folder_is_closed_to_others_and_drafts_are_swept(tmp_path, settings):
    settings.FILES_PLACE = Folder(tmp_path / "kept")
    kept = stores.current()
    kept.put(digest(b"x"), io.BytesIO(b"x"))
    path = tmp_path / "kept" / key_of(digest(b"x"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
    (tmp_path / "kept" / ".drafts" / "killed").write_bytes(b"half")
    now = dt.datetime.now(dt.UTC)
    assert kept.sweep(now - dt.timedelta(hours=1)) == 0
    assert kept.sweep(now + dt.timedelta(seconds=5)) == 1
    assert [one.sha256 for one in kept.contents()] == [digest(b"x")]
