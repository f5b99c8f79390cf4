"""What notices keep about a person."""

from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import holding, table

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
