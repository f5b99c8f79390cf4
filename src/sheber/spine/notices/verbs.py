"""What the record of changes says of notices and letters."""

from django.utils.translation import gettext_lazy as _

from sheber.spine.audit import verbs

verbs.register("notices.chosen", _("%(actor)s chose how %(target)s is told of things."))
verbs.register("letter.retried", _("%(actor)s had letter %(target)s sent again: %(type)s."))
verbs.register("letter.retried_all", _("%(actor)s had the letters that failed sent again: %(letters)s."))
verbs.register("letter.dropped", _("%(actor)s dropped letter %(target)s: %(type)s."))
