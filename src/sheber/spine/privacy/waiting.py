"""What waits for whoever decides about requests for erasure: a line on their home page until nothing waits."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sheber.kit.access import access_of
from sheber.kit.attention import Notice

from . import queries


def requests(request: HttpRequest) -> Sequence[Notice]:
    """One line for all requests that wait where the reader decides; one query, none for whoever decides nowhere."""
    paths = access_of(request).visible_paths("person.edit")
    waiting = queries.waiting(paths) if paths else None
    if waiting is None:
        return ()
    is_late = waiting.first_due_on < timezone.localdate()
    title = ngettext("%(n)s person asked to be erased and waits for an answer", "%(n)s people asked to be erased and wait for an answer",
                     waiting.count) % {"n": waiting.count}
    text = _("The day by which the first of them is to be decided has passed.") if is_late else _("Erase, or refuse with a reason.")
    return (Notice("bad" if is_late else "warn", title, f"{reverse('privacy:requests')}?state=waiting", text, due=waiting.first_due_on),)
