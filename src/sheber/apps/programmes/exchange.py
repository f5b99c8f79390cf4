"""Programmes come in by a page of their own, because a programme is more than one table."""

from django.utils.translation import gettext_lazy

from sheber.kit.exchange.declaring import Elsewhere, register_elsewhere

register_elsewhere(Elsewhere(
    gettext_lazy("Programmes"), gettext_lazy("Courses, terms, requisites, matrix and targets of one programme; XLSX, YAML or CSV."),
    "programmes:import", "programme.edit"))
