"""What the record of changes says of programmes."""

from django.utils.translation import gettext_lazy as _

from sheber.spine.audit import verbs

verbs.register("programme.imported", _(
    "%(actor)s imported version %(version)s of %(code)s: courses added %(added)s, changed %(changed)s, removed %(removed)s; "
    "cells changed %(cells_changed)s."))
verbs.register("programme.revised", _("%(actor)s began version %(version)s of %(code)s, which replaces %(before_version)s."))
verbs.register("programme.published", _("%(actor)s put version %(version)s of %(code)s into force."))
verbs.register("programme.archived", _("%(actor)s archived version %(version)s of %(code)s."))
verbs.register("programme.cells_changed", _("%(actor)s changed the matrix, cells: %(count)s."))
verbs.register("programme.course_changed", _("%(actor)s changed the course %(course)s."))
verbs.register("programme.course_added", _("%(actor)s added the course %(course)s."))
verbs.register("programme.course_removed", _("%(actor)s removed the course %(course)s."))
verbs.register("programme.course_restored", _("%(actor)s put back the course %(course)s."))
verbs.register("programme.version_deleted", _("%(actor)s deleted the draft %(version)s of %(code)s."))
verbs.register("programme.version_restored", _("%(actor)s put back the draft %(version)s of %(code)s."))
verbs.register("programme.facts_changed", _("%(actor)s changed the facts of version %(version)s of %(code)s."))
verbs.register("programme.targets_changed", _("%(actor)s changed targets or entry levels of version %(version)s of %(code)s."))
verbs.register("programme.started", _("%(actor)s started the programme %(code)s, version %(version)s."))
verbs.register("programme.requisites_changed", _("%(actor)s changed the requisites of %(course)s."))
verbs.register("programme.students_loaded", _(
    "%(actor)s loaded the demonstration's students of %(code)s: people %(students)s, assessments %(assessments)s, items of evidence "
    "%(evidence)s."))
verbs.register("programme.nation_begun", _("The synthetic nation was begun: universities %(universities)s, students %(students)s."))
verbs.register("programme.university_loaded", _(
    "The synthetic university %(code)s was loaded: programmes %(programmes)s, people %(students)s, items of evidence %(evidence)s."))
verbs.register("programme.student_enrolled", _("%(actor)s enrolled a student in version %(version)s of %(code)s."))
verbs.register("programme.enrolment_changed", _("%(actor)s changed an enrolment in version %(version)s of %(code)s."))
