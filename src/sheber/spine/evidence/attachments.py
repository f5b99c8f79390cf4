"""The work behind an item of evidence. Each file is about the person assessed: a classmate never reads it."""

from collections.abc import Collection, Mapping

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sheber.kit.access import NATIONAL, access_of
from sheber.spine.files import targets
from sheber.spine.files.targets import Kind, Thing
from sheber.spine.organisations import queries as organisations
from sheber.spine.people.access import OWN, narrowing_of
from sheber.spine.people.queries import belonging, homes

from .models import EvidenceItem

KIND = "evidence.evidenceitem"
SEE, ADD = "evidence.view", "evidence.record"


def _resolve(keys: Collection[str]) -> Mapping[str, Thing]:
    """Whose quota counts: the first node the person belongs to, else the root."""
    ids = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) <= 18]
    rows = list(EvidenceItem.objects.filter(pk__in=ids).values_list("pk", "person_id", "competence__code", "competence__title"))
    people = {person for _id, person, _code, _title in rows}
    at = homes(people)
    if people - at.keys() and (root := organisations.root()) is not None:
        at |= dict.fromkeys(people - at.keys(), ((root.id, NATIONAL),))
    return {str(item_id): Thing(f"{code} {title}", reverse("evidence:item", args=[item_id]), at[person][0][0], person,
                                tuple(path for _node, path in at[person])) for item_id, person, code, title in rows if person in at}


def _is_own(request: HttpRequest) -> bool:
    """Whether the reader may open what is their own: a token may only with the scope for it."""
    narrowing = narrowing_of(request.user)
    return narrowing is None or OWN in narrowing.scopes


def _seen(request: HttpRequest) -> Q:
    own = Q(subject_id=request.user.pk) if _is_own(request) else targets.NOTHING
    return own | belonging(access_of(request).visible_paths(SEE), "subject_id")


def _edited(request: HttpRequest) -> Q:
    """Nobody takes away, or adds, what they were assessed by."""
    return _seen(request) & belonging(access_of(request).visible_paths(ADD), "subject_id") & ~Q(subject_id=request.user.pk)


def _held(request: HttpRequest, thing: Thing, permission: str) -> bool:
    return any(access_of(request).allowed(permission, path) for path in thing.paths)


def _may_see(request: HttpRequest, thing: Thing) -> bool:
    return (thing.subject_id == request.user.pk and _is_own(request)) or _held(request, thing, SEE)


def _may_add(request: HttpRequest, thing: Thing) -> bool:
    return thing.subject_id != request.user.pk and _held(request, thing, ADD)


targets.register(Kind(KIND, label=_("Work behind an item of evidence"), personal=True, resolve=_resolve, seen=_seen, edited=_edited,
                      may_see=_may_see, may_add=_may_add))
