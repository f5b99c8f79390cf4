"""The house's daily look at the record of changes."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheber.kit.errors import DomainError
from sheber.spine.audit.services import verify_whole
from sheber.spine.jobs.registry import JobRun, handler


@handler("operation.record_verify", title=gettext_lazy("Verify the whole record of changes"), every=dt.timedelta(days=1), exclusive=True)
def record_verify(run: JobRun) -> dict[str, object]:
    """From the first entry to the last. A broken record is failed work, so that operators see it; trying again would find the same."""
    found = verify_whole(progress=run.progress)
    if found.first_broken is not None:
        number = found.first_broken.sequence
        raise DomainError("audit_broken", _("The record of changes is broken at entry %(n)s.") % {"n": number}, sequence=number)
    return {"checked": found.checked, "sentence": _("The record of changes is whole: %(n)s entries.") % {"n": found.checked}}
