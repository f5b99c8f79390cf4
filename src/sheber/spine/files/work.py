"""What the files need by themselves: forgetting, and scanning what waits."""

import datetime as dt
from dataclasses import asdict

from django.utils.translation import gettext_lazy as _

from sheber.spine.jobs.registry import JobRun, handler

from . import services


@handler("files.collect", title=_("Forget removed files and contents that nothing refers to"), every=dt.timedelta(hours=6), exclusive=True)
def collect(_run: JobRun) -> dict[str, object]:
    """Nothing happens while the house is closed; again is the same as once."""
    return asdict(services.collect())


@handler("files.scan", title=_("Show files that wait to the virus scanner"), every=dt.timedelta(minutes=5), exclusive=True)
def scan(run: JobRun) -> dict[str, object]:
    """Fails while the scanner is gone, and is tried again."""
    return dict(services.scan_waiting(tell=run.progress))
