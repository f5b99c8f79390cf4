"""Tests: the same on SQLite (default) and PostgreSQL (``SHEBER_DATABASE``)."""

from .base import *  # noqa: F403
from .base import ASSETS_ROOT, STATIC_ROOT

SECRET_KEY = "only for tests"
RATE_LIMITS = {}
MAIL_CONFIGURED = True          # letters are kept in memory by the runner of tests
DEMONSTRATION = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
ASSETS_ROOT.mkdir(parents=True, exist_ok=True)
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
