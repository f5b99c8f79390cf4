"""A university's own server behind TLS."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import LOG_FORM, SECRET_KEY, VAR, logging_for
from .secret import local_secret

SECRET_KEY = SECRET_KEY or local_secret(VAR)
if os.environ.get("SHEBER_DEMONSTRATION") == "1":
    raise ImproperlyConfigured("Demonstration mode signs anybody in: it does not run with production settings.")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Pictures and fonts are compressed already; source maps are read by nobody but developers and cost most of the time.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2", "map")
SECURE_SSL_REDIRECT = os.environ.get("SHEBER_TLS", "1") == "1"
# Believed only when a trusted proxy says it: the edge takes the header away from everybody else.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
REQUIRE_SECOND_FACTOR = os.environ.get("SHEBER_REQUIRE_SECOND_FACTOR", "1") == "1"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
if SECURE_SSL_REDIRECT:       # the prefix is taken from this very host by TLS alone: no neighbour below the same domain plants a cookie
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sheber_session", "__Host-sheber_csrf"
SAMPLES = False
LOGGING = logging_for(LOG_FORM or "json")
