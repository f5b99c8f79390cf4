"""What the record of changes says of the trash."""

from django.utils.translation import gettext_lazy as _

from sheber.spine.audit import verbs

verbs.register("trash.restored", _("%(actor)s put back what was deleted: %(title)s %(place)s."))
verbs.register("trash.destroyed", _("%(actor)s deleted for ever: %(title)s %(place)s."))
verbs.register("trash.purged", _("Deleted for ever after thirty days: %(title)s %(place)s."))
