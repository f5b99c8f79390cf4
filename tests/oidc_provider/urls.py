"""Addresses of the provider: its page to log in, and those of the toolkit."""

from django.contrib.auth.views import LoginView
from django.urls import include, path

urlpatterns = [path("login/", LoginView.as_view()), path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]
