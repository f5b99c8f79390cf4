"""Verbs of organisations; those of adding, renaming and moving stand with the trail itself."""

from django.utils.translation import gettext_lazy

from sheber.spine.audit import verbs

verbs.register("organisation.changed", gettext_lazy("%(actor)s changed the organisation %(target)s."))
verbs.register("organisation.closed", gettext_lazy("%(actor)s closed the organisation %(target)s."))
verbs.register("organisation.deleted", gettext_lazy("%(actor)s deleted the organisation %(name)s."))
verbs.register("organisation.restored", gettext_lazy("%(actor)s put back the organisation %(name)s."))
verbs.register("organisation.reopened", gettext_lazy("%(actor)s opened the organisation %(target)s again."))
