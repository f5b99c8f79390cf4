"""What of programmes can be deleted and put back."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sheber.spine.trash.registry import Kind, counted, kind

from .services import returning


def _course(extra: Mapping[str, Any]) -> str:
    return reverse("programmes:course", args=[extra["programme"], extra["version"], extra["course"]])


def _version(extra: Mapping[str, Any]) -> str:
    return reverse("programmes:overview", args=[extra["programme"], extra["version"]])


kind(Kind("programmes.course", _("Course"), permission="programme.edit", before=returning.course_fits, after=returning.course_is_back,
          address=_course))
kind(Kind("programmes.version", _("Draft of a programme"), permission="programme.edit", before=returning.version_fits,
          after=returning.version_is_back, address=_version))

counted("programmes.programme", lambda n: ngettext("%(n)s programme", "%(n)s programmes", n))
counted("programmes.programmeversion", lambda n: ngettext("%(n)s version of a programme", "%(n)s versions of a programme", n))
counted("programmes.term", lambda n: ngettext("%(n)s term", "%(n)s terms", n))
counted("programmes.course", lambda n: ngettext("%(n)s course", "%(n)s courses", n))
counted("programmes.requisite", lambda n: ngettext("%(n)s requisite", "%(n)s requisites", n))
counted("programmes.learningoutcome", lambda n: ngettext("%(n)s learning outcome", "%(n)s learning outcomes", n))
counted("programmes.matrixcell", lambda n: ngettext("%(n)s cell of the matrix", "%(n)s cells of the matrix", n))
counted("programmes.enrolment", lambda n: ngettext("%(n)s enrolled student", "%(n)s enrolled students", n))
counted("programmes.assessment", lambda n: ngettext("%(n)s assessment", "%(n)s assessments", n))
