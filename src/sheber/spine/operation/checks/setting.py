"""Checks of what an operator set: Python, settings, keys, names, TLS, mail, files of the product."""

import io
import os
import platform
import shutil
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.translation import gettext as _

from sheber.kit import backups

from ..rules.addresses import networks
from ..services import places
from .results import Finding, Look

LONG_KEY: Final = 40
FREE_WARN_BYTES: Final = 2 << 30
FREE_BAD_BYTES: Final = 200 << 20


def python(look: Look) -> Finding:
    return look.ok(_("Python %(version)s with %(settings)s.")
                   % {"version": platform.python_version(), "settings": settings.SETTINGS_MODULE})


def secret_key(look: Look) -> Finding:
    if len(settings.SECRET_KEY) < LONG_KEY:
        return look.bad(_("The secret key is short: sign-ins can be forged."),
                        _("Take SHEBER_SECRET_KEY away, so that a key is made in the data folder, or set one of 50 random letters."))
    path = places.var() / "secret-key"
    if os.name == "posix" and path.exists() and path.stat().st_mode & 0o077:
        return look.bad(_("Others can read the secret key."), f"chmod 600 {path}")
    return look.ok(_("The secret key is long and kept from others."))


def hosts(look: Look) -> Finding:
    names = [name for name in settings.ALLOWED_HOSTS if name not in {"127.0.0.1", "localhost", "[::1]"}]
    if "*" in names:
        return look.bad(_("Any name of a host is taken."), _("Set SHEBER_HOSTS to the names people use."))
    if not names:
        return look.warn(_("Only this computer can be asked."),
                         _("Set SHEBER_HOSTS to the name people use, for example sheber.university.example."))
    return look.ok(_("Answers to: %(names)s.") % {"names": ", ".join(names)})


def tls(look: Look) -> Finding:
    if settings.DEMONSTRATION:
        return look.ok(_("A demonstration on this computer needs no TLS."))
    if not getattr(settings, "SECURE_SSL_REDIRECT", False):
        return look.bad(_("Pages are shown without TLS: passwords can be read on the way."),
                        _("Take SHEBER_TLS=0 away and put a proxy with a certificate in front."))
    if plain := [one for one in settings.CSRF_TRUSTED_ORIGINS if not one.startswith("https://")]:
        return look.bad(_("Forms of %(origins)s are trusted, which is not https.") % {"origins": ", ".join(plain)},
                        _("Write https:// in SHEBER_ORIGINS."))
    if strange := [name for name in map(_host_of, settings.CSRF_TRUSTED_ORIGINS) if not validate_host(name, settings.ALLOWED_HOSTS)]:
        return look.bad(_("SHEBER_ORIGINS names %(names)s, which SHEBER_HOSTS does not: people who ask for it are turned away.")
                        % {"names": ", ".join(strange)}, _("Write the same names into both."))
    if wide := [str(one) for one in networks(settings.TRUSTED_PROXIES) if not one.prefixlen]:
        return look.bad(_("Everybody is believed about https and about the address of the visitor (%(networks)s).")
                        % {"networks": ", ".join(wide)}, _("Name the addresses of the proxies alone in SHEBER_TRUSTED_PROXIES."))
    return look.ok(_("Visitors are sent to https; proxies believed: %(proxies)s.")
                   % {"proxies": ", ".join(settings.TRUSTED_PROXIES) or "–"})


def _host_of(origin: str) -> str:
    """The name in an origin; ``*.university.example`` stands for the names below."""
    name = urlsplit(origin.replace("*.", "any.")).hostname or ""
    return f"[{name}]" if ":" in name else name


def data_folder(look: Look) -> Finding:
    var = places.var()
    if not os.access(var, os.W_OK):
        return look.bad(_("The data folder %(path)s cannot be written.") % {"path": var}, f"chown -R … {var}")
    if os.name == "posix" and stat.S_IMODE(var.stat().st_mode) & 0o022:
        return look.bad(_("Others can write into the data folder %(path)s.") % {"path": var}, f"chmod go-w {var}")
    readable = os.name == "posix" and stat.S_IMODE(var.stat().st_mode) & 0o007
    if readable and not settings.DEMONSTRATION:
        return look.warn(_("Others on this machine can look into the data folder %(path)s.") % {"path": var}, f"chmod o-rwx {var}")
    return look.ok(_("The data folder is %(path)s.") % {"path": var})


def disk(look: Look) -> Finding:
    free = shutil.disk_usage(places.var()).free
    sentence = _("%(n)s GB are free in the data folder.") % {"n": round(free / 2**30, 1)}
    if free < FREE_BAD_BYTES:
        return look.bad(sentence, _("Make room now: nothing can be saved when it is full."))
    return look.warn(sentence, _("Make room.")) if free < FREE_WARN_BYTES else look.ok(sentence)


def mail(look: Look) -> Finding:
    if not settings.MAIL_CONFIGURED:
        return look.warn(_("No mail server is set: people are told in the product alone, and invitations are handed over by hand."),
                         _("Set SHEBER_MAIL to the address of your mail server: see docs/reference/settings.md."))
    if urlsplit(settings.PUBLIC_URL).hostname in {"127.0.0.1", "localhost", "::1"} and not settings.DEMONSTRATION:
        return look.warn(_("Links in letters lead to %(url)s, which others cannot open.") % {"url": settings.PUBLIC_URL},
                         _("Set SHEBER_URL to the address people use."))
    return look.ok(_("Letters leave by %(server)s, from %(sender)s.") % {
        "server": settings.EMAIL_HOST or str(settings.EMAIL_BACKEND).rsplit(".", 2)[-2], "sender": settings.DEFAULT_FROM_EMAIL})


def file_store(look: Look) -> Finding:
    stores = backups.stores()
    for store in stores.values():
        check = getattr(store, "check", None)
        if check is not None:
            check()
    return look.ok(_("Stores of files: %(names)s.") % {"names": ", ".join(sorted(stores)) or "–"})


def virus_scanner(look: Look) -> Finding:
    from sheber.spine.files import scanning

    at = scanning.scanner()
    if at is None:
        return look.ok(_("Files are not scanned for viruses: no scanner is set."))
    try:
        scanning.scan(io.BytesIO(b"a line of text"), at, answer_s=10)
    except scanning.ScannerGoneError as gone:
        return look.bad(_("The virus scanner does not answer (%(told)s): new files wait for it.") % {"told": gone},
                        _("Start it, or look at SHEBER_SCANNER."))
    return look.ok(_("The virus scanner answers."))


def static_files(look: Look) -> Finding:
    root = Path(str(settings.STATIC_ROOT))
    if not (root / "staticfiles.json").exists():
        return look.bad(_("Styles and scripts are not built."), "sheber build-assets && sheber django collectstatic --noinput")
    return look.ok(_("Styles and scripts are built."))


SETTINGS: Final[Mapping[str, Callable[[Look], Finding]]] = {
    "python": python, "secret_key": secret_key, "hosts": hosts, "tls": tls, "data_folder": data_folder, "disk": disk, "mail": mail,
    "file_store": file_store, "virus_scanner": virus_scanner, "static_files": static_files}
