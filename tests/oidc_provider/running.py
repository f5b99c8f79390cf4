"""Starts the provider on this machine and ends it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tools.demo_server import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
SECRET = "the secret of a client"
PASSWORD = "at the university"


def single_sign_on(port: int) -> dict[str, str]:
    """Variables that make a demonstration ask a provider which may listen on this port. It vouches for the people of the demonstration."""
    provider = {"key": "university", "name": {"kk": "Университет", "ru": "Университет", "en": "The University"}, "client_id": "sheber",
                "issuer": f"http://127.0.0.1:{port}/o", "client_secret_env": "OIDC_SECRET", "domains": ["demo.invalid"],
                "trusted_domains": ["demo.invalid"]}
    return {"SHEBER_OIDC": json.dumps([provider]), "OIDC_SECRET": SECRET}


@contextmanager
def real_provider(*, redirect: str, people: Sequence[tuple[str, str, str, str]], port: int = 0) -> Iterator[str]:
    """Issuer of a provider that knows ``people`` (user name, address, name, last name), all with :data:`PASSWORD`."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="oidc-") as name:
        folder = Path(name)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "people.json").write_text(json.dumps([[user, PASSWORD, *more] for user, *more in people]))
        env = {**os.environ, "PROVIDER_FOLDER": str(folder), "PROVIDER_ADDRESS": address}
        with (folder / "log").open("w") as log, (folder / "people.json").open() as told:
            server = subprocess.Popen([sys.executable, "-m", "tests.oidc_provider.serve", str(port), redirect, SECRET], cwd=ROOT, env=env,
                                      stdin=told, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(f"{address}/o/.well-known/openid-configuration", server, folder / "log", 60)
            yield f"{address}/o"
        finally:
            server.terminate()
            server.wait(30)
