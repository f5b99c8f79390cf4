"""What the record of changes says of exports."""

from django.utils.translation import gettext_lazy as _

from sheber.spine.audit import verbs

verbs.register("exports.asked", _("%(actor)s asked for the file %(file)s of “%(title)s”."))
verbs.register("exports.taken", _("%(actor)s downloaded the file %(file)s of “%(title)s”."))
verbs.register("exports.removed", _("%(actor)s removed the file %(file)s of “%(title)s”."))
