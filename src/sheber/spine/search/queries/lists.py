"""What lists of other systems search by: ids of the things of a kind that have the words, whoever may see them."""

from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from sheber.kit.letters import asked

from ..models import Word
from ..rules import shelf
from .statements import LAST


def ids_found(kind: str, words: str) -> QuerySet[Any]:
    """See :func:`sheber.kit.findable.ids_found`. No query of its own: a subquery over the index of words."""
    wanted = asked(words)
    if not wanted:
        return Word.objects.none().values(thing=Cast("entry__key", BigIntegerField()))
    # The longest is likely to be the rarest: it is looked up, the others are asked of what has it.
    first, *others = sorted(wanted, key=lambda word: (-len(word), word))
    found = Word.objects.filter(_begins(first), kind__in=[shelf(kind, set_aside=False), shelf(kind, set_aside=True)], is_inner=False)
    for other in others:
        found = found.filter(Exists(Word.objects.filter(_begins(other), entry=OuterRef("entry"), is_inner=False)))
    return found.order_by().values(thing=Cast("entry__key", BigIntegerField()))


def _begins(word: str) -> Q:
    return Q(word__gte=word, word__lt=word + LAST)
