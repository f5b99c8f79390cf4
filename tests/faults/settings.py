"""Settings of the processes that are killed here: those of the demonstration, with points where a test can hold them."""

from sheber.site.settings.dev import *  # noqa: F403
from sheber.site.settings.dev import DATABASES, INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.points.Faults"]
MIDDLEWARE = ["tests.faults.points.held_answers", *MIDDLEWARE]
RATE_LIMITS: dict[str, object] = {}
STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if "timeout" in DATABASES["default"].get("OPTIONS", {}):
    DATABASES["default"]["OPTIONS"]["timeout"] = 1                  # how long a writer waits for another: no test waits twenty seconds
