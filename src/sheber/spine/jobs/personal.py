"""What background work keeps about the person who asked for it."""

from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import Leaving, at_erasure, holding, table

from .models import Job

_JOB = ("kind", "state", "scope_path", "created_at", "started_at", "finished_at", "kept_until")

holding("jobs.asked", title=_("Background work you asked for"), why=_("To show you how it goes and to hand you its result."),
        kept=_("Until the day named with each piece of work."), fields=("jobs.Job.started_by",),
        export=table(*_JOB, source=lambda person: Job.objects.filter(started_by_id=person).order_by("pk").values_list(*_JOB)))


def _ended(leaving: Leaving) -> int:
    """Work that runs is let run; its row goes when its time has come, and names nobody."""
    return int(Job.objects.filter(started_by_id=leaving.person_id, finished_at__isnull=False).delete()[0])


at_erasure("jobs.Job", "deleted", "results were for the person; work that still runs ends without one", run=_ended)
