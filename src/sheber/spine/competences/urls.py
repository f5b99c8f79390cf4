"""Addresses below ``competences/``."""

from django.urls import path

from . import views

app_name = "competences"
urlpatterns = [
    path("", views.frameworks, name="frameworks"),
    path("<str:code>/", views.framework_newest, name="framework_newest"),
    path("<str:code>/<str:version>/", views.framework, name="framework"),
    path("<str:code>/<str:version>/<str:competence_code>/", views.competence, name="competence"),
]
