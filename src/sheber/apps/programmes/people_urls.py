"""Addresses of students and assessments, which stand beside the programmes and not below one of them."""

from django.urls import path

import sheber.kit.converters  # noqa: F401 - makes <key:…> known

from .views import assessments, student, students

app_name = "students"
urlpatterns = [
    path("students/", students.student_list, name="list"),
    path("students/me/", student.me, name="me"),
    path("students/<key:person_id>/", student.student, name="student"),
    path("assessments/<key:assessment_id>/", assessments.assessment, name="assessment"),
]
