"""What every installation has in common. Environment variables are read here and nowhere else."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from sheber.spine.accounts.rules.providers import read_providers
from sheber.spine.files.rules.places import read_place, read_scanner
from sheber.spine.notices.rules.server import public_url, read_server
from sheber.spine.operation.rules.addresses import networks
from sheber.spine.operation.rules.limits import read_limits

ROOT = Path(__file__).resolve().parents[4]
PACKAGE = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("SHEBER_VAR", ROOT / "var")).resolve()

SECRET_KEY = os.environ.get("SHEBER_SECRET_KEY", "")
DEBUG = False
SAMPLES = True          # the page that shows every component once; production settings take it away
DEMONSTRATION = os.environ.get("SHEBER_DEMONSTRATION", "") == "1"
ALLOWED_HOSTS = [host for host in os.environ.get("SHEBER_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("SHEBER_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "ninja",
    "django_tasks",
    "django_tasks_db",      # nothing uses it any more; archives of the first version name its migrations
    "sheber.kit",
    "sheber.spine.organisations",
    "sheber.spine.people",
    "sheber.spine.accounts",
    "sheber.spine.competences",
    "sheber.spine.evidence",
    "sheber.spine.audit",
    "sheber.spine.jobs",
    "sheber.spine.files",
    "sheber.spine.trash",
    "sheber.spine.notices",
    "sheber.spine.operation",
    "sheber.spine.integrations",
    "sheber.spine.exchange",
    "sheber.spine.privacy",
    "sheber.spine.search",
    "sheber.spine.exports",
    "sheber.apps.programmes",
    "sheber.site",
]

MIDDLEWARE = [
    "sheber.spine.operation.middleware.edge_middleware",
    "sheber.spine.audit.middleware.request_id_middleware",
    "sheber.spine.operation.middleware.watch_middleware",
    "sheber.spine.operation.middleware.closed_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sheber.spine.accounts.middleware.sessions_middleware",
    "sheber.spine.integrations.middleware.token_middleware",
    "sheber.spine.operation.middleware.LimitsMiddleware",
    "sheber.spine.people.middleware.access_middleware",
    "sheber.spine.accounts.middleware.SecondStepMiddleware",
    "sheber.spine.accounts.confirming.ConfirmMiddleware",
    "sheber.spine.integrations.middleware.RepeatedRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "sheber.site.urls"
WSGI_APPLICATION = "sheber.site.wsgi.application"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [],
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "django.template.context_processors.i18n",
        "sheber.site.context.shell",
    ]},
}]


def database(url: str) -> dict[str, Any]:
    """Django settings for ``sqlite:///path`` or ``postgresql://user:password@host:port/name``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as wrong:
        raise ImproperlyConfigured(f"SHEBER_DATABASE cannot be read: {wrong}.") from wrong
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path[1:]) or ":memory:",
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "; ".join((
                    "PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA cache_size=-65536", "PRAGMA foreign_keys=ON"))}}
    if parts.scheme in {"postgresql", "postgres"}:
        return {"ENGINE": "django.db.backends.postgresql", "NAME": unquote(parts.path[1:]), "USER": unquote(parts.username or ""),
                "PASSWORD": unquote(parts.password or ""), "HOST": parts.hostname or "", "PORT": port or "",
                "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    raise ImproperlyConfigured(f"SHEBER_DATABASE begins with sqlite:/// or postgresql://, not with “{parts.scheme or url[:20]}”.")


DATABASES = {"default": database(os.environ.get("SHEBER_DATABASE") or f"sqlite:///{VAR / 'sheber.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["sheber.spine.accounts.backends.CountingBackend"]
PASSWORD_RESET_TIMEOUT = 3600  # seconds that the link of a letter works
# Whoever may put programmes into force or give roles needs a second step at sign-in; production settings ask for it unless told not to.
REQUIRE_SECOND_FACTOR = os.environ.get("SHEBER_REQUIRE_SECOND_FACTOR", "0") == "1"
# How long a proof of who somebody is holds for what matters, such as giving roles; 0: never asked again. A persona has no proof to give.
try:
    CONFIRM_MINUTES = float(os.environ.get("SHEBER_CONFIRM_MINUTES") or 15) if not DEMONSTRATION else 0
except ValueError as _wrong:
    raise ImproperlyConfigured("SHEBER_CONFIRM_MINUTES is a number.") from _wrong
# Single sign-on. A provider of this very machine, without https, is for a look at a desk.
try:
    OIDC_PROVIDERS = read_providers(os.environ.get("SHEBER_OIDC", ""), environ=os.environ, loopback=DEMONSTRATION)
except ValueError as _wrong:
    raise ImproperlyConfigured(f"SHEBER_OIDC cannot be used: {_wrong}.") from _wrong
try:
    ALARM_FAILURES = int(os.environ.get("SHEBER_ALARM_FAILURES") or 200)    # refused sign-ins within an hour; 0: nobody is told
except ValueError as _wrong:
    raise ImproperlyConfigured("SHEBER_ALARM_FAILURES is a number of refused sign-ins within an hour.") from _wrong
# Keys that are mixed into passwords before they are hashed, the newest first: a stolen table alone is then no use for guessing.
PASSWORD_KEYS = [key for key in os.environ.get("SHEBER_PASSWORD_KEYS", "").split(",") if key]
if any(len(key) < 32 for key in PASSWORD_KEYS):
    raise ImproperlyConfigured("SHEBER_PASSWORD_KEYS are keys of 32 signs at least, the newest first, with commas.")
_KEYED = "sheber.spine.accounts.hashing.KeyedHasher"
_PLAIN = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
PASSWORD_HASHERS = [_KEYED, _PLAIN] if PASSWORD_KEYS else [_PLAIN, _KEYED]
PASSWORD_SIGN_IN = os.environ.get("SHEBER_PASSWORD_SIGN_IN", "1") != "0"
if not PASSWORD_SIGN_IN and not OIDC_PROVIDERS:
    raise ImproperlyConfigured("SHEBER_PASSWORD_SIGN_IN=0 needs a provider in SHEBER_OIDC: otherwise nobody could sign in.")
try:
    SESSION_IDLE_HOURS = float(os.environ.get("SHEBER_SESSION_IDLE_HOURS") or 12)
    SESSION_DAYS = float(os.environ.get("SHEBER_SESSION_DAYS") or 14)
except ValueError as _wrong:
    raise ImproperlyConfigured("SHEBER_SESSION_IDLE_HOURS and SHEBER_SESSION_DAYS are numbers.") from _wrong
if not (0 < SESSION_IDLE_HOURS <= 24 * 366 and 0 < SESSION_DAYS <= 366):
    raise ImproperlyConfigured("SHEBER_SESSION_IDLE_HOURS and SHEBER_SESSION_DAYS are positive, and at most a year.")
SESSION_COOKIE_AGE = int(SESSION_DAYS * 86400)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "people:sign_in"

LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", _("Kazakh")), ("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "site" / "locale"]
LANGUAGE_COOKIE_NAME = "sheber_language"
TIME_ZONE = "Asia/Almaty"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["sheber.site.formats"]

# In the process. Summaries of every programme of a country fit into the first; figures of whole classes are large and few.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "small", "OPTIONS": {"MAX_ENTRIES": 20_000}},
    "figures": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "figures", "OPTIONS": {"MAX_ENTRIES": 100}},
}

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
# The front-end assets that come out of wheels; written by `sheber build-assets`, never committed.
ASSETS_ROOT = VAR / "assets"
STATICFILES_DIRS = [ASSETS_ROOT]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Letters. Without a mail server none is written: what people are told then stands in the product alone.
try:
    _server = read_server(os.environ.get("SHEBER_MAIL", ""))
except ValueError as _wrong:
    raise ImproperlyConfigured(f"SHEBER_MAIL is like smtp+starttls://user:password@host:587: {_wrong}.") from _wrong
try:
    PUBLIC_URL = public_url(os.environ.get("SHEBER_URL", ""), origins=CSRF_TRUSTED_ORIGINS, hosts=ALLOWED_HOSTS,
                            port=os.environ.get("PORT") or "8000")
except ValueError as _wrong:
    raise ImproperlyConfigured(f"SHEBER_URL is like https://sheber.university.example, not “{_wrong}”.") from _wrong
MAIL_CONFIGURED = bool(_server.host)
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _server.host, _server.port, _server.user, _server.password
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = _server.starttls, _server.tls, 20
DEFAULT_FROM_EMAIL = os.environ.get("SHEBER_MAIL_FROM") or f"Sheber <sheber@{urlsplit(PUBLIC_URL).hostname}>"
try:
    NOTICES_KEPT_DAYS = int(os.environ.get("SHEBER_NOTICES_KEPT_DAYS") or 90)
except ValueError as _wrong:
    raise ImproperlyConfigured("SHEBER_NOTICES_KEPT_DAYS is a number of days.") from _wrong
if not 1 <= NOTICES_KEPT_DAYS <= 3660:
    raise ImproperlyConfigured("SHEBER_NOTICES_KEPT_DAYS is between a day and ten years.")

try:
    EXPORTS_AT_ONCE = int(os.environ.get("SHEBER_EXPORT_ROWS") or 5000)        # files of more rows are written by background work
    EXPORTS_KEPT_DAYS = int(os.environ.get("SHEBER_EXPORTS_KEPT_DAYS") or 7)
except ValueError as _wrong:
    raise ImproperlyConfigured("SHEBER_EXPORT_ROWS is a number of rows, SHEBER_EXPORTS_KEPT_DAYS a number of days.") from _wrong
if not 0 <= EXPORTS_AT_ONCE <= 100_000 or not 1 <= EXPORTS_KEPT_DAYS <= 366:
    raise ImproperlyConfigured("SHEBER_EXPORT_ROWS is between 0 and 100000, SHEBER_EXPORTS_KEPT_DAYS between a day and a year.")

try:
    DELIVERIES_KEPT_DAYS = int(os.environ.get("SHEBER_DELIVERIES_KEPT_DAYS") or 90)
except ValueError as _wrong:
    raise ImproperlyConfigured("SHEBER_DELIVERIES_KEPT_DAYS is a number of days.") from _wrong
if not 1 <= DELIVERIES_KEPT_DAYS <= 3660:
    raise ImproperlyConfigured("SHEBER_DELIVERIES_KEPT_DAYS is between a day and ten years.")

# Whether webhooks may be sent to this very machine, by plain http too. Only for a desk: on a server it would open what listens there.
WEBHOOKS_LOOPBACK = False

# Browsers hold the answer to a form against form-action too, and signing in there begins with a form.
OIDC_ORIGINS = list(dict.fromkeys(origin for provider in OIDC_PROVIDERS for origin in provider.origins))
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {
    "default-src": [SELF], "script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"], "font-src": [SELF],
    "connect-src": [SELF], "object-src": ["'none'"], "base-uri": [SELF],
    "form-action": [SELF, *OIDC_ORIGINS], "frame-ancestors": ["'none'"],
}}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "sheber_session"
CSRF_COOKIE_NAME = "sheber_csrf"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "sheber.site.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# The largest request, files included; a proxy in front should know the same number.
MAX_REQUEST_BYTES = int(os.environ.get("SHEBER_UPLOAD_MB") or 10) * 1024 * 1024
try:
    FILES_PLACE = read_place(os.environ.get("SHEBER_FILES", ""), VAR / "files")
    FILES_SCANNER = read_scanner(os.environ.get("SHEBER_SCANNER", ""))
    FILES_MAX_BYTES = int(os.environ.get("SHEBER_FILE_MB") or MAX_REQUEST_BYTES >> 20) << 20
    FILES_QUOTA_BYTES = int(os.environ.get("SHEBER_FILE_QUOTA_MB") or 10_240) << 20     # of a university with all below it; 0: no limit
except ValueError as _wrong:
    raise ImproperlyConfigured(f"SHEBER_FILES, SHEBER_SCANNER, SHEBER_FILE_MB or SHEBER_FILE_QUOTA_MB: {_wrong}.") from _wrong
if not 0 < FILES_MAX_BYTES <= MAX_REQUEST_BYTES:
    raise ImproperlyConfigured("SHEBER_FILE_MB is at least 1 and at most SHEBER_UPLOAD_MB.")
try:
    RATE_LIMITS = read_limits(os.environ.get("SHEBER_LIMITS", ""))
except ValueError as _wrong:
    raise ImproperlyConfigured(f"SHEBER_LIMITS is “off” or like “api_read=600,export=30”, not “{_wrong}”.") from _wrong
TRUSTED_PROXIES = [one for one in os.environ.get("SHEBER_TRUSTED_PROXIES", "127.0.0.0/8,::1").split(",") if one]
try:
    networks(TRUSTED_PROXIES)
except ValueError as _wrong:
    raise ImproperlyConfigured(f"SHEBER_TRUSTED_PROXIES are addresses or networks with commas: {_wrong}.") from _wrong
METRICS_TOKEN = os.environ.get("SHEBER_METRICS_TOKEN", "")

LOG_FORM = os.environ.get("SHEBER_LOG", "")
if LOG_FORM not in {"", "json", "text"}:
    raise ImproperlyConfigured(f"SHEBER_LOG is json or text, not “{LOG_FORM}”.")


def logging_for(form: str) -> dict[str, Any]:
    """Django's LOGGING: ``json`` or ``text`` with a line for each request; warnings alone, as text, when empty."""
    formatter = "JsonFormatter" if form == "json" else "TextFormatter"
    return {
        "version": 1, "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"sheber.spine.operation.logs.{formatter}"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {"sheber.requests": {"level": "INFO" if form else "WARNING"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
    }


LOGGING = logging_for(LOG_FORM)
