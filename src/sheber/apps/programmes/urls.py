"""Addresses of the programmes."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from .views import (
    assessments,
    courses,
    exports,
    figures,
    findings,
    gap,
    history,
    imports,
    listing,
    matrix,
    matrix_export,
    overview,
    profiles,
    student,
    students,
)
from .views.editing import courses as course_editing
from .views.editing import deleting, starting
from .views.editing import facts as facts_editing

app_name = "programmes"
urlpatterns = [
    path("", listing.programme_list, name="list"),
    path("new/", starting.programme_new, name="new"),
    path("import/", imports.programme_import, name="import"),
    path("import/template.xlsx", imports.import_template, name="import_template"),
    path("<str:code>/", listing.programme, name="programme"),
    path("<str:code>/<str:version>/", overview.overview, name="overview"),
    path("<str:code>/<str:version>/map.svg", overview.map_svg, name="map_svg"),
    path("<str:code>/<str:version>/findings/", findings.findings, name="findings"),
    path("<str:code>/<str:version>/gap/", gap.gap, name="gap"),
    path("<str:code>/<str:version>/gap/changes/", gap.changes, name="gap_changes"),
    path("<str:code>/<str:version>/gap/<str:item>/", gap.gap_item, name="gap_item"),
    path("<str:code>/<str:version>/history/", history.history, name="history"),
    path("<str:code>/<str:version>/history/publish/", history.publish, name="publish"),
    path("<str:code>/<str:version>/history/revise/", history.revise, name="revise"),
    path("<str:code>/<str:version>/history/archive/", history.archive, name="archive"),
    path("<str:code>/<str:version>/export.<str:kind>", exports.version_export, name="export"),
    path("<str:code>/<str:version>/students/", students.version_students, name="students"),
    path("<str:code>/<str:version>/students/recompute/", figures.recompute, name="recompute"),
    path("<str:code>/<str:version>/courses/<str:course>/", courses.course, name="course"),
    path("<str:code>/<str:version>/courses/<str:course>/edit/", course_editing.course_edit, name="course_edit"),
    path("<str:code>/<str:version>/courses/<str:course>/remove/", course_editing.course_remove, name="course_remove"),
    path("<str:code>/<str:version>/delete/", deleting.version_delete, name="version_delete"),
    path("<str:code>/<str:version>/add-course/", course_editing.course_add, name="course_add"),
    path("<str:code>/<str:version>/facts/", facts_editing.facts_edit, name="facts_edit"),
    path("<str:code>/<str:version>/targets/", facts_editing.targets_edit, name="targets_edit"),
    path("<str:code>/<str:version>/matrix/", matrix.matrix, name="matrix"),
    path("<str:code>/<str:version>/matrix/save/", matrix.matrix_save, name="matrix_save"),
    path("<str:code>/<str:version>/matrix/export.<str:kind>", matrix_export.matrix_export, name="matrix_export"),
]

# Students and assessments stand beside the programmes and not below one of them.
student_patterns = ([
    path("students/", students.student_list, name="list"),
    path("students/me/", student.me, name="me"),
    path("students/profiles/", profiles.profile_list, name="profiles"),
    path("students/<key:person_id>/", student.student, name="student"),
    path("students/<key:person_id>/profile/", profiles.profile, name="profile"),
    path("assessments/<key:assessment_id>/", assessments.assessment, name="assessment"),
], "students")
