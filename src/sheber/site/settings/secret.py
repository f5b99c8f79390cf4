"""A secret key made on first use and kept beside the data, for installations on one machine."""

import os
import secrets
from pathlib import Path


def local_secret(var: Path) -> str:
    """Read ``var/secret-key``, or make it: 0600, 50 random bytes. Where nothing can be kept, a key for this process only.

    The file appears whole under its name or not at all, so that two processes that start together read the same key.
    """
    path = var / "secret-key"
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        pass
    key = secrets.token_urlsafe(50)
    try:
        var.mkdir(parents=True, exist_ok=True)
        draft = var / f".secret-key-{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(key, "utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            return path.read_text("utf-8").strip()
        finally:
            draft.unlink()
    except OSError:  # a read-only place: commands that need no database still work
        return key
    return key
