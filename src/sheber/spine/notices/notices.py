"""The letter of many notices in one, and what people are told about background work they asked for."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sheber.spine.jobs import registry

from . import types


def _done(params: Mapping[str, Any]) -> str:
    work, outcome = registry.title_of(str(params.get("kind"))), params.get("outcome")
    return gettext("%(work)s: %(outcome)s") % {"work": work, "outcome": outcome} if outcome else gettext("%(work)s: done.") % {"work": work}


def _failed(params: Mapping[str, Any]) -> str:
    work, problem = registry.title_of(str(params.get("kind"))), params.get("problem")
    if problem:
        return gettext("%(work)s: %(problem)s") % {"work": work, "problem": problem}
    return gettext("%(work)s: it did not work. Try again, or ask the operators.") % {"work": work}


types.register("notices.digest", title=_("What is new in Sheber"), letter_only=True)
types.register("job.done", title=_("Your work is done"), explanation=_("When background work you asked for took a while and is done."),
               sentence=_done, letters="never")
types.register("job.failed", title=_("Your work has failed"), explanation=_("When background work you asked for failed for good."),
               sentence=_failed, letters="at_once")
