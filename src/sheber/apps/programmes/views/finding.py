"""What the programmes add to the search palette."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sheber.apps.programmes.queries.students import enrolled, students_below, students_named
from sheber.kit import search
from sheber.spine.people.access import visible_paths

SHORTEST_WORD = 2


def register() -> None:
    search.register("students", lambda: _("Students"), students, order=35)


def students(request: HttpRequest, words: str, limit: int) -> Sequence[search.Hit]:
    """Students whose evidence the reader may see, by name in any language; one query."""
    paths = visible_paths(request.user, "evidence.view")
    if len(words) < SHORTEST_WORD or not paths:
        return ()
    found = students_below(paths).filter(students_named(words)).order_by("-is_active", "class_year", "id")
    return [search.Hit(str(row.name), reverse("students:student", args=[row.student_id]),
                       _("%(programme)s, class of %(year)s") % {"programme": row.programme, "year": row.class_year}, "o-user")
            for row in enrolled(found, slice(0, limit))]
