"""What the children of the nursery do, each in a process of its own."""

import os

from . import points

QUICK = {"heartbeat_s": 0.1, "lease_s": 1.0, "poll_s": 0.02, "progress_s": 0.02, "grace_s": 0.3, "longest_pause_s": 0.2}
SCOPES = ("evidence.record", "evidence.view", "programme.edit", "programme.view", "programme.overview", "organisation.edit",
          "organisation.view", "document.edit", "document.view", "person.view")


def prepare():
    """A small nation, a token for it, and what a script has to know to write into it."""
    from sheber.spine.integrations.tests.factories import make_token
    from tests.api.conftest import build

    nation = build()
    return {"token": make_token(owner=nation.people["administrator"], scopes=SCOPES)[1], "person": nation.people["student"].pk,
            "assessment": nation.assessment.pk, "programme": nation.version.programme.code, "draft": nation.draft.version,
            "faculty": nation.faculty.pk, "edit_version": nation.draft.edit_version}


def verify():
    """Whether the record of changes verifies, by the product's own proof."""
    from sheber.spine.audit.services import verify as proof

    return proof().ok


def command(words, limit=0):
    """A command line of the product; ``limit``: no file may grow beyond so many bytes, as on a full disk."""
    import resource

    from sheber.site.cli import main

    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    return main(words)


def _state_kinds():
    from django.db import transaction

    from sheber.spine.jobs import registry
    from sheber.spine.organisations.models import Organisation
    from sheber.spine.organisations.services import organisation_create

    for kind, one in registry.handlers().items():
        if one.every is not None:
            registry.forget(kind)

    @registry.handler("faults.found", title="Found a faculty", max_attempts=9)
    def found(run):
        """A write with its entry in one transaction: done already when it is there, as registry.py asks of a handler."""
        points.reached("begun")
        with transaction.atomic():
            if not Organisation.objects.filter(code=run.params["code"]).exists():
                organisation_create(actor=None, parent_id=run.params["parent"], code=run.params["code"], kind="faculty",
                                    name={"en": run.params["code"]}, country="KZ")
        return {"pid": os.getpid()}


def allot(codes, parent):
    """Work to be distributed; its numbers."""
    from sheber.spine.jobs.services import job_start

    _state_kinds()
    return [job_start(actor=None, kind="faults.found", params={"code": code, "parent": parent}).pk for code in codes]


def worker():
    """A worker with short times; all it does is let itself be killed."""
    from sheber.spine.jobs.worker import JobWorker, Timing

    _state_kinds()
    one = JobWorker(timing=Timing(**QUICK))
    one.listen()
    one.run()
    return "left"




def lived_through(seconds, closed_port):
    from . import clock

    return clock.lived_through(seconds, closed_port)


def worker_set_back(seconds):
    """A worker whose clock was set back since the work was put off."""
    from . import clock

    clock.set_back(seconds)
    return worker()
