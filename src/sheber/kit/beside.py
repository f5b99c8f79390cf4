"""What other systems show of a person, beside what people shows. People knows none of them; each states itself at start-up::

    beside_person(student_page)

It is asked with the request and the number of the person, and answers with nothing where the reader may see nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Beside:
    """A page of another system; ``note`` tells how much is there."""

    label: str
    address: str
    note: str = ""


Finder = Callable[[HttpRequest, int], Sequence[Beside]]

_finders: list[Finder] = []


def beside_person(finder: Finder) -> None:
    """State what shows pages of a person. Stating it again changes nothing."""
    if finder not in _finders:
        _finders.append(finder)


def pages_beside(request: HttpRequest, person_id: int) -> list[Beside]:
    """All that the reader may open, in the order the systems were started."""
    return [one for finder in _finders for one in finder(request, person_id)]
