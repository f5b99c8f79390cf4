"""The end of the process that started this one, seen even when it was killed and could not say so."""

import os
import signal
import threading
import time
from typing import Final

VARIABLE: Final = "SHEBER_PARENT"
"""Number of the process to end with; bootstrap.py sets it for the server and the worker."""
LOOK_EVERY_S: Final = 1.0


def end_with_parent() -> None:
    """When ``SHEBER_PARENT`` names our parent: ask ourselves to stop (SIGTERM) as soon as it is gone.

    A process whose parent ended gets another parent on POSIX; Windows keeps the old number, so nothing is watched there.
    The variable is taken away: processes that we start have us as their parent.
    """
    named = os.environ.pop(VARIABLE, "")
    if os.name == "posix" and named.isascii() and named.isdigit():
        threading.Thread(target=_watch, args=(int(named),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
