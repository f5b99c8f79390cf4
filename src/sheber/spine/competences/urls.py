"""Addresses below ``competences/``. The named pages stand before the code of a framework."""

from django.urls import path

from . import views

app_name = "competences"
urlpatterns = [
    path("", views.frameworks, name="frameworks"),
    path("types/", views.types, name="types"),
    path("types/<str:type_code>/", views.type_detail, name="type"),
    path("occupations/", views.occupations, name="occupations"),
    path("occupations/<str:soc>/", views.occupation, name="occupation"),
    path("levels/", views.levels, name="levels"),
    path("<str:code>/", views.framework_newest, name="framework_newest"),
    path("<str:code>/<str:version>/", views.framework, name="framework"),
    path("<str:code>/<str:version>/case.json", views.framework_case, name="framework_case"),
    path("<str:code>/<str:version>/delete/", views.framework_delete, name="framework_delete"),
    path("<str:code>/<str:version>/<str:competence_code>/", views.competence, name="competence"),
]
