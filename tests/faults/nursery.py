"""One process that knows the product and forks others that do one thing: Django is loaded once.

``python -m tests.faults.nursery`` reads lines of JSON: ``{"do": NAME, ...}`` is done here (:data:`HERE`) and answered with its value;
``{"fork": NAME, "to": FILE, ...}`` is done by a child of its own (:mod:`.acts`), whose number is the answer; the value goes into FILE.
"""

import json
import os
import signal
import sys
from pathlib import Path

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from . import acts

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)                    # whoever ends is gone at once
    call_command("migrate", verbosity=0)
    connections.close_all()
    for line in sys.stdin:
        told = json.loads(line)
        name, to = told.pop("fork"), told.pop("to")
        child = os.fork()
        if child == 0:
            _child(getattr(acts, name), Path(to), told)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _child(act, to: Path, given) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(to.with_suffix(".log"), os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    status = 1
    try:
        value = act(**given)
        draft = to.with_suffix(".draft")
        draft.write_text(json.dumps(value))
        draft.rename(to)
        status = 0
    except BaseException:                                           # told in the log, then the process ends
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
