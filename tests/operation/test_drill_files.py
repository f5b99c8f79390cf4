"""The restore drill with files: contents come along with the tables, from a folder into a bucket and back, byte for byte.

What the stores hold is read without any code of the product: by the file system, and by another client of the bucket.
"""

import json
from hashlib import sha256

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from .conftest import FIRST_ISSUE, HERE

ATTACH = """
import io
from sheber.spine.files import services
from sheber.spine.organisations.models import Organisation
one, two = Organisation.objects.order_by("id")[:2]
for place, name, content in ((one, "a.txt", b"first"), (two, "b.txt", b"first"), (two, "large.csv", b"1;2\\n" * 500_000)):
    services.file_attach(actor=None, kind="organisations.organisation", key=str(place.pk), name=name, content=io.BytesIO(content))
gone = services.file_attach(actor=None, kind="organisations.organisation", key=str(two.pk), name="c.txt", content=io.BytesIO(b"removed"))
services.file_remove(actor=None, file_id=gone.id)
"""
CONTENTS = {b"first", b"1;2\n" * 500_000, b"removed"}
DIGESTS = {sha256(content).hexdigest(): content for content in CONTENTS}


@pytest.fixture
def bucket():
    """Address of a server, and what its bucket holds as ``key -> content``."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1", aws_access_key_id="test",
                          aws_secret_access_key="test", config=Config(s3={"addressing_style": "path"}))
    client.create_bucket(Bucket="drill")

    def held():
        listed = client.list_objects_v2(Bucket="drill").get("Contents", ())
        return {one["Key"]: client.get_object(Bucket="drill", Key=one["Key"])["Body"].read() for one in listed}

    yield f"http://{host}:{port}", held
    client.close()
    server.stop()


def kept_in(place):
    root = place.folder / "files"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.glob("??/??/*")}


def rows_of(place):
    return sorted(place.query("SELECT f.name, b.sha256, b.size FROM files_storedfile f JOIN files_blob b ON b.id = f.blob_id"))


@pytest.mark.slow
def test_files_come_along_from_a_folder_into_a_bucket_and_back(make, bucket):
    endpoint, held = bucket
    first, second, third = make(HERE), make(HERE), make(HERE)
    second.more = {"SHEBER_FILES": f"s3://drill/files?endpoint={endpoint}&region=us-east-1", "AWS_ACCESS_KEY_ID": "test",
                   "AWS_SECRET_ACCESS_KEY": "test"}
    first.sheber("restore", FIRST_ISSUE)
    first.sheber("django", "shell", "-v", "0", "-c", ATTACH)
    expected = {f"{digest[:2]}/{digest[2:4]}/{digest}": content for digest, content in DIGESTS.items()}
    assert kept_in(first) == expected
    assert first.json("backup", first.folder / "one.zip")["files"] == 3

    second.sheber("restore", first.folder / "one.zip")
    assert held() == {f"files/{key}": content for key, content in expected.items()}
    assert not (second.folder / "files").exists()
    assert rows_of(second) == rows_of(first)
    assert second.json("files", "check") == {"contents": 3, "bytes": sum(map(len, CONTENTS)), "faults": []}

    second.sheber("backup", second.folder / "two.zip")
    third.sheber("restore", second.folder / "two.zip")
    assert kept_in(third) == expected

    # One byte of one content changes, another is lost: the check says which, by its exit status too.
    damaged, lost = sorted(expected)[:2]
    (third.folder / "files" / damaged).write_bytes(b"X" + expected[damaged][1:])
    (third.folder / "files" / lost).unlink()
    told = json.loads(third.sheber("files", "check", "--json", status=1).stdout)["faults"]
    assert {(one["what"], one["sha256"]) for one in told} == {("damaged", damaged[6:]), ("missing", lost[6:])}
