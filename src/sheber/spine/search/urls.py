"""The address of the search; the palette asks it too."""

from django.urls import path

from . import views

app_name = "search"
urlpatterns = [path("", views.results, name="results")]
