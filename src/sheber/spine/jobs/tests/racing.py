"""What the processes of the race harness do: kinds of work that leave traces by the driver alone, and a worker with short times.

``python -m sheber.spine.jobs.tests.racing`` prepares the database once and then does what lines on its input say: ``worker`` and
``recurring`` fork a worker and tell its number, ``make KIND=COUNT …`` asks for works and tells theirs. Forking saves each start.
"""

import os
import signal
import sys
import time
from pathlib import Path

import django

QUICK = {"heartbeat_s": 0.1, "lease_s": 1.0, "poll_s": 0.02, "progress_s": 0.02, "grace_s": 0.3}
TRACES = Path(os.environ.get("RACE_TRACES", "."))


def leave(job_id: int, what: str) -> None:
    """One line, appended by one write: whole whichever process writes. The moment is of the machine's clock that nobody sets."""
    with (TRACES / "traces").open("ab", buffering=0) as file:
        file.write(f"{time.monotonic():.6f} {os.getpid()} {job_id} {what}\n".encode())


def state_kinds() -> None:
    from sheber.spine.jobs.registry import handler

    @handler("race.short", title="Short", max_attempts=5)
    def short(run):
        leave(run.job_id, "begin")
        time.sleep(0.01)
        leave(run.job_id, "end")
        return {"pid": os.getpid()}

    @handler("race.long", title="Long", max_attempts=5)
    def long(run):
        leave(run.job_id, "begin")
        for step in range(40):
            run.progress(step, 40, f"step {step}")
            time.sleep(0.05)
        leave(run.job_id, "end")
        return {"pid": os.getpid(), "attempt": run.attempt}

    @handler("race.deaf", title="Deaf", max_attempts=2, timeout_s=0.5)
    def deaf(run):
        leave(run.job_id, "begin")
        time.sleep(30)

    @handler("race.alone", title="Alone", exclusive=True)
    def alone(run):
        leave(run.job_id, "begin")
        time.sleep(0.03)
        leave(run.job_id, "end")


def work(*, recurring: bool) -> None:
    from sheber.spine.jobs import registry
    from sheber.spine.jobs.worker import JobWorker, Timing

    if not recurring:
        for kind, one in registry.handlers().items():
            if one.every is not None:
                registry.forget(kind)
    worker = JobWorker(timing=Timing(**QUICK))
    worker.listen()
    worker.run()
    leave(0, "left")


def make(words: list[str]) -> str:
    from sheber.spine.jobs.services import job_start

    made = []
    for word in words:
        kind, _, count = word.partition("=")
        made += [str(job_start(actor=None, kind=kind).pk) for _ in range(int(count))]
    return " ".join(made)


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    state_kinds()
    call_command("migrate", verbosity=0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)                   # whoever ends is gone at once
    for line in sys.stdin:
        command, *words = line.split()
        if command == "make":
            told = make(words)
            connections.close_all()
        else:
            connections.close_all()
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                try:
                    work(recurring=command == "recurring")
                finally:
                    os._exit(0)
            told = str(child)
        sys.stdout.write(told + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
