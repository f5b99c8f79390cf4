"""A secret key made on first use and kept beside the data, for installations on one machine."""

import secrets
from pathlib import Path


def local_secret(var: Path) -> str:
    """Read ``var/secret-key``, or make it: 0600, 50 random bytes."""
    path = var / "secret-key"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            return path.read_text("utf-8").strip()
        path.write_text(secrets.token_urlsafe(50), "utf-8")
    return path.read_text("utf-8").strip()
