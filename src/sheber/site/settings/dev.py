"""The demonstration and the developer's desk: loopback only, personas one click away."""

from .base import *  # noqa: F403
from .base import ASSETS_ROOT, VAR
from .secret import local_secret

SECRET_KEY = local_secret(VAR)
WEBHOOKS_LOOPBACK = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Hashed names as on a server, but not compressed: that takes half a minute and the loopback does not need it.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
ASSETS_ROOT.mkdir(parents=True, exist_ok=True)
