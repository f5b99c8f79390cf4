"""What the record of changes says of background work."""

from django.utils.translation import gettext_lazy as _

from sheber.spine.audit import verbs

verbs.register("job.started", _("%(actor)s started background work %(target)s: %(kind)s."))
verbs.register("job.cancelled", _("%(actor)s cancelled background work %(target)s: %(kind)s."))
verbs.register("job.retried", _("%(actor)s had background work %(target)s tried again: %(kind)s."))
