"""Sending what waits, writing digests, forgetting what is old."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from sheber.spine.jobs.registry import JobRun, handler

from . import services


@handler("notices.send", title=_("Send letters"), every=dt.timedelta(minutes=1), exclusive=True, timeout_s=300)
def send(run: JobRun) -> dict[str, object]:
    """Letters whose time has come. One that was being sent when the worker died is sent again, with the same Message-ID."""
    done = services.letters_send(go_on=run.stop_if_cancelled)
    return {"sent": done.sent, "failed": done.failed, "stopped": done.stopped}


@handler("notices.digests", title=_("Write digests of notices"), every=dt.timedelta(minutes=15), exclusive=True)
def digests(_run: JobRun) -> dict[str, object]:
    """One letter for each person whose morning has come; again is the same as once."""
    return {"digests": services.digests_write()}


@handler("notices.tidy", title=_("Remove old notices and letters"), every=dt.timedelta(hours=6), exclusive=True)
def tidy(_run: JobRun) -> dict[str, object]:
    """Notices read long ago, letters that ended."""
    notices, letters = services.forget_old()
    return {"notices": notices, "letters": letters}
