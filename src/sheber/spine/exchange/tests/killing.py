"""What the processes of the tests of kill -9 do.

``prepare`` a file that was confirmed, or one to be looked through (``prepare_look``); ``work`` as a worker; ``count`` what stands.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path

import django

ROWS = 160
TRACE = Path(os.environ.get("KILL_TRACE", "trace"))
QUICK = {"heartbeat_s": 0.1, "lease_s": 1.0, "poll_s": 0.05, "progress_s": 0.05, "grace_s": 0.3}


def prepare(*, is_looked_at: bool = True) -> None:
    from django.core.management import call_command

    from sheber.kit.exchange.writing import write
    from sheber.spine.exchange import services
    from sheber.spine.organisations.exchange import ORGANISATIONS
    from sheber.spine.organisations.tests.factories import make_root
    from sheber.spine.people.tests.factories import make_user

    call_command("migrate", verbosity=0)
    actor = make_user(role="administrator", at=make_root())
    rows = [{"id": "", "code": f"F{one}", "kind": "faculty", "parent": "KZ", "name_en": f"Faculty {one}", "country": "KZ"}
            for one in range(ROWS)]
    services.LARGE_ROWS = 100
    data = write(ORGANISATIONS, rows, "csv")
    if not is_looked_at:
        services.file_look_start(name=ORGANISATIONS.name, data=data, filename="x.csv", actor=actor)
        return
    shown = services.file_try(exchange=ORGANISATIONS, data=data, filename="x.csv", actor=actor, view=["/"], edit=["/"], keep=True)
    assert not shown.faults, shown.faults[:3]
    job = services.kept_file_start(name=ORGANISATIONS.name, actor=actor, plan=shown.plan)
    assert job is not None, "so many rows are written by background work"


def work() -> None:
    """A worker that leaves a line for each row it has written."""
    from sheber.spine.jobs import registry
    from sheber.spine.jobs.worker import JobWorker, Timing
    from sheber.spine.organisations import services

    for kind, one in registry.handlers().items():
        if one.every is not None:
            registry.forget(kind)
    create = services.organisation_create

    def traced(**given):
        made = create(**given)
        with TRACE.open("ab", buffering=0) as file:
            file.write(b".")
        return made

    services.organisation_create = traced
    worker = JobWorker(timing=Timing(**QUICK))
    worker.listen()
    worker.run()


def count() -> None:
    """Everything an import touches, and whether the record of changes still verifies."""
    from sheber.spine.audit.models import AuditEntry
    from sheber.spine.audit.services import verify
    from sheber.spine.exchange.models import KeptFile
    from sheber.spine.jobs.models import Job
    from sheber.spine.organisations.models import Organisation

    ledger = list(AuditEntry.objects.exclude(verb__startswith="job.").order_by("sequence").values_list("sequence", "verb"))
    sys.stdout.write(json.dumps({
        "organisations": Organisation.objects.count(), "ledger": len(ledger),
        "brought_in": sum(verb == "exchange.brought_in" for _number, verb in ledger),
        "verifies": verify().ok, "bytes": sum(len(row.data) for row in KeptFile.objects.all()),
        "looked": sum(row.outcome["added"] for row in KeptFile.objects.all() if row.outcome and not row.outcome["written"]),
        "job": Job.objects.values_list("state", "attempts").get(kind__in=["exchange.bring_in", "exchange.look"])}))


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "prepare_look": partial(prepare, is_looked_at=False), "work": work, "count": count}[sys.argv[1]]()
