"""Which changes of programmes webhooks may tell of."""

from django.utils.translation import gettext_lazy as _

from sheber.spine.integrations import events

_VERSION = ("code", "version")
events.register("programme.started", _("A programme is started."), fields=_VERSION)
events.register("programme.imported", _("A version of a programme is imported."), fields=_VERSION)
events.register("programme.revised", _("A new version of a programme is begun."), fields=_VERSION)
events.register("programme.published", _("A version of a programme is put into force."), fields=_VERSION)
events.register("programme.archived", _("A version of a programme is archived."), fields=_VERSION)
events.register("programme.facts_changed", _("Facts of a programme are changed."), fields=_VERSION)
events.register("programme.targets_changed", _("Targets of a programme are changed."), fields=_VERSION)
events.register("programme.cells_changed", _("The competence matrix of a programme is changed."), fields=("count",))
events.register("programme.course_added", _("A course is added."), fields=("course",))
events.register("programme.course_changed", _("A course is changed."), fields=("course",))
events.register("programme.course_removed", _("A course is removed."), fields=("course",))
events.register("programme.course_restored", _("A removed course is put back."), fields=("course",))
events.register("programme.version_deleted", _("A draft of a programme is deleted."), fields=_VERSION)
events.register("programme.version_restored", _("A deleted draft of a programme is put back."), fields=_VERSION)
events.register("programme.requisites_changed", _("Requisites of a course are changed."), fields=("course",))
