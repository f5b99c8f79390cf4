"""People are found by their names and the beginning of their e-mail address, by those who may see one of the places they belong to."""

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from sheber.kit.access import covered
from sheber.kit.findable import Kind, Reader, Source, Watch, findable, texts_of
from sheber.kit.localised import LocalisedText
from sheber.kit.search import Hit

from .models import RoleAssignment, User
from .roles import ROLE_CHOICES

ICON = "o-user"


def _read(keys: Sequence[str]) -> Iterable[Source]:
    """Places are those of every role, as the page of a person has it. Closed accounts are found by the lists of people."""
    places: dict[int, set[int]] = {}
    held = RoleAssignment.objects.filter(user_id__in=[int(key) for key in keys]).order_by()
    for person, organisation in held.values_list("user_id", "organisation_id"):
        places.setdefault(person, set()).add(organisation)
    rows = User.objects.filter(pk__in=keys).order_by().values_list("id", "name", "email", "is_active")
    return [Source(str(pk), texts_of(name), (email,), frozenset(places.get(pk, ())), set_aside=not is_active)
            for pk, name, email, is_active in rows]


def _show(keys: Sequence[str], reader: Reader) -> Mapping[str, Hit]:
    """The note is a role at a place the reader may see, never one elsewhere."""
    labels, notes = dict(ROLE_CHOICES), dict[int, str]()
    columns = ("user_id", "role", "organisation__path", "organisation__short_name", "organisation__name")
    held = RoleAssignment.objects.filter(user_id__in=[int(key) for key in keys]).order_by("id")
    for person, role, path, short, full in held.values_list(*columns):
        if person not in notes and (person == reader.person_id or covered(path, reader.paths)):
            place = str(LocalisedText.of(short)) or str(LocalisedText.of(full))
            notes[person] = _("%(role)s, %(place)s") % {"role": labels.get(role, role), "place": place}
    rows = User.objects.filter(pk__in=keys).order_by().values_list("id", "name", "email")
    return {str(pk): Hit(str(LocalisedText.of(name)) or email, reverse("people:person", args=[pk]), notes.get(pk, ""), ICON)
            for pk, name, email in rows}


findable(Kind("people", lambda: _("People"), ICON, 50, "person.view", User, _read, _show,
              (Watch(User, "pk", ("name", "email", "is_active")), Watch(RoleAssignment, "user_id", ("user", "organisation"))),
              is_person=True, inside=False))
