"""Verbs of competences; those of publishing and revising stand with the trail itself."""

from django.utils.translation import gettext_lazy

from sheber.spine.audit import verbs

verbs.register("framework.brought_in", gettext_lazy(
    "%(actor)s brought in the framework %(code)s, version %(version)s, with %(count)s competences."))
