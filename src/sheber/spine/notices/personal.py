"""What notices keep about a person."""

import json

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import Leaving, at_erasure, holding, table

from .models import Choice, Habit, Letter, Notice

_NOTICE = ("type", "params", "link", "created_at", "read_at")
_CHOICE = ("type", "is_shown", "letters")
_HABIT = ("time_zone", "daily_on", "weekly_on")
_LETTER = ("type", "email", "language", "state", "attempts", "created_at", "ended_at")

holding("notices.notices", title=_("Notices to you"), why=_("To tell you what concerns you."),
        kept=_("Some months after you read them; your operators set how many."), fields=("notices.Notice.person",),
        export=table(*_NOTICE, source=lambda person: Notice.objects.filter(person_id=person).order_by("pk").values_list(*_NOTICE)))
holding("notices.choices", title=_("How you want to be told"), why=_("To send you the letters you want, and no others."),
        kept=_("As long as your account exists."), fields=("notices.Choice.person",),
        export=table(*_CHOICE, source=lambda person: Choice.objects.filter(person_id=person).order_by("pk").values_list(*_CHOICE)))
holding("notices.habits", title=_("Your mornings"), why=_("To write one letter a day or a week, in your morning, and not two."),
        kept=_("As long as your account exists."), fields=("notices.Habit.person",),
        export=table(*_HABIT, source=lambda person: Habit.objects.filter(person_id=person).values_list(*_HABIT)))
holding("notices.letters", title=_("Letters to you"),
        why=_("To send them again when a mail server does not take them. Their words are blanked once they are sent."),
        kept=_("Two weeks after they were sent."), fields=("notices.Letter.person", "notices.Letter.email"),
        export=table(*_LETTER, source=lambda person: Letter.objects.filter(person_id=person).order_by("pk").values_list(*_LETTER)))


def _naming(leaving: Leaving) -> int:
    """Notices to the person, and those to others that name them."""
    others = [key for key, params in Notice.objects.exclude(params={}).values_list("pk", "params").iterator()
              if leaving.is_named_in(json.dumps(params, ensure_ascii=False))]
    return int(Notice.objects.filter(Q(person_id=leaving.person_id) | Q(pk__in=others)).delete()[0])


def _letters(leaving: Leaving) -> int:
    return int(Letter.objects.filter(Q(person_id=leaving.person_id) | Q(email__iexact=leaving.email)).delete()[0])


at_erasure("notices.Notice", "deleted", "they told the person, or told others of the person", run=_naming)
at_erasure("notices.Choice", "deleted", "nobody is told any more", by=("person",))
at_erasure("notices.Habit", "deleted", "nobody is told any more", by=("person",))
at_erasure("notices.Letter", "deleted", "the address is gone", run=_letters)
