"""People by what they are called."""

from django.db.models import Q

from sheber.kit.among import among
from sheber.kit.findable import ids_found


def named(words: str, field: str = "pk") -> Q:
    """The condition that the person whose id stands in ``field`` has every word: a word of the name, in any language, or the e-mail
    address begins with it, as :mod:`sheber.kit.letters` compares them. Closed accounts too."""
    return among(field, ids_found("people", words))
