"""Verbs of competences; those of publishing and revising stand with the trail itself."""

from django.utils.translation import gettext_lazy

from sheber.spine.audit import verbs

verbs.register("framework.brought_in", gettext_lazy(
    "%(actor)s brought in the framework %(code)s, version %(version)s, with %(count)s competences."))
verbs.register("competence.added", gettext_lazy("%(actor)s added the competence %(code)s."))
verbs.register("competence.moved", gettext_lazy("%(actor)s moved the competence %(code)s."))
verbs.register("alignment.set", gettext_lazy("%(actor)s stated how %(origin)s relates to %(target)s."))
verbs.register("profile.begun", gettext_lazy("%(actor)s began the profile %(version)s of an engineer type."))
verbs.register("profile.target_set", gettext_lazy("%(actor)s set what the profile %(version)s requires of %(competence)s."))
