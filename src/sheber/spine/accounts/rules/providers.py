"""Providers of OpenID Connect as the operator states them. No database, no request, no network."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
_DOMAIN: Final = re.compile(r"(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}")
_KNOWN: Final = frozenset({"key", "name", "issuer", "client_id", "client_secret_file", "client_secret_env", "domains", "trusted_domains",
                           "second_step_acr", "second_step_amr", "origins", "scope"})


@dataclass(frozen=True, slots=True)
class Provider:
    """Who vouches for people. ``domains``: of e-mail addresses it may vouch for; ``trusted``: those of them in which its word alone joins
    a person to an account that is there already. ``acr``, ``amr``: what it says when a second step was passed at its side."""

    key: str
    names: tuple[tuple[str, str], ...]
    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    domains: tuple[str, ...]
    trusted: tuple[str, ...] = ()
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    more_origins: tuple[str, ...] = ()
    scope: str = "openid email profile"

    def name(self, language: str) -> str:
        """In the reader's language, else in the first one stated."""
        known = dict(self.names)
        return known.get(language) or next(iter(known.values()))

    @property
    def origins(self) -> tuple[str, ...]:
        """Where a browser may be sent to."""
        return tuple(dict.fromkeys((origin_of(self.issuer), *self.more_origins)))

    def vouches_for(self, email: str) -> bool:
        """Whether an address is one that this provider may vouch for."""
        return domain_of(email) in self.domains

    def is_trusted_for(self, email: str) -> bool:
        """Whether its word alone joins a person to the account with this address."""
        return domain_of(email) in self.trusted

    def second_step_passed(self, claims: Mapping[str, Any]) -> bool:
        """Whether it says, in the words agreed with it, that a second step was passed."""
        said = claims.get("amr")
        return claims.get("acr") in self.acr or (isinstance(said, list) and any(one in said for one in self.amr))


def domain_of(email: str) -> str:
    """What stands behind the last ``@``, in small letters."""
    return email.rpartition("@")[2].lower()


def origin_of(url: str) -> str:
    """``https://host:port`` of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_safe(url: str, *, loopback: bool) -> bool:
    """Whether secrets may be sent there: by https, or to this very machine where ``loopback`` allows it."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (loopback and parts.scheme == "http" and parts.hostname in LOOPBACK)


def read_providers(text: str, *, environ: Mapping[str, str], loopback: bool = False) -> tuple[Provider, ...]:
    """Providers of a JSON list, or of the file whose path is given. Raises ``ValueError`` with a sentence for the operator."""
    if not text.strip():
        return ()
    if not text.lstrip().startswith("["):
        text = _file(text.strip())
    try:
        rows = json.loads(text)
    except ValueError as wrong:
        raise ValueError(f"it is no JSON: {wrong}") from wrong
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("it is a list of objects, one for each provider")
    found = tuple(_provider(row, environ=environ, loopback=loopback) for row in rows)
    for what, values in (("key", [one.key for one in found]), ("issuer", [one.issuer for one in found])):
        if len(set(values)) < len(values):
            raise ValueError(f"two providers have the same {what}")
    return found


def _provider(row: Mapping[str, Any], *, environ: Mapping[str, str], loopback: bool) -> Provider:
    key = row.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError("“key” is a short name of small letters, digits and dashes; it stands in addresses")
    if unknown := sorted(row.keys() - _KNOWN):
        raise ValueError(f"{key}: “{unknown[0]}” is not known; known are {', '.join(sorted(_KNOWN))}")
    issuer, client_id = row.get("issuer"), row.get("client_id")
    if not isinstance(issuer, str) or not is_safe(issuer, loopback=loopback):
        raise ValueError(f"{key}: “issuer” is an address with https://")
    if not isinstance(client_id, str) or not client_id:
        raise ValueError(f"{key}: “client_id” is missing")
    domains = _words(row, key, "domains", _DOMAIN)
    trusted = _words(row, key, "trusted_domains", _DOMAIN)
    if not domains:
        raise ValueError(f"{key}: “domains” names the e-mail domains it may vouch for")
    if strange := sorted(set(trusted) - set(domains)):
        raise ValueError(f"{key}: “{strange[0]}” is among the trusted domains but not among the domains")
    origins = _words(row, key, "origins")
    if any(not is_safe(one, loopback=loopback) or origin_of(one) != one for one in origins):
        raise ValueError(f"{key}: “origins” are like https://login.example.org, without a path")
    scope = row.get("scope", "openid email profile")
    if not isinstance(scope, str) or not {"openid", "email"} <= set(scope.split()):
        raise ValueError(f"{key}: “scope” holds openid and email")
    return Provider(key=key, names=_names(row.get("name"), key), issuer=issuer, client_id=client_id,
                    client_secret=_secret(row, key, environ), domains=domains, trusted=trusted, acr=_words(row, key, "second_step_acr"),
                    amr=_words(row, key, "second_step_amr"), more_origins=origins, scope=scope)


def _names(value: object, key: str) -> tuple[tuple[str, str], ...]:
    if isinstance(value, str) and value.strip():
        return (("", value.strip()),)
    if isinstance(value, dict) and value and all(isinstance(text, str) and text.strip() for text in value.values()):
        return tuple((str(language), text.strip()) for language, text in value.items())
    raise ValueError(f"{key}: “name” is a text, or texts by language: {{\"kk\": …, \"ru\": …, \"en\": …}}")


def _words(row: Mapping[str, Any], key: str, name: str, shape: re.Pattern[str] | None = None) -> tuple[str, ...]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValueError(f"{key}: “{name}” is a list of texts")
    if shape is None:
        return tuple(value)
    small = tuple(one.lower() for one in value)
    for one in small:
        if not shape.fullmatch(one):
            raise ValueError(f"{key}: “{one}” is no domain; write it like university.edu.kz")
    return small


def _secret(row: Mapping[str, Any], key: str, environ: Mapping[str, str]) -> str | None:
    """From a file or from a variable; none for a public client, which proves itself by PKCE alone."""
    named = [name for name in ("client_secret_file", "client_secret_env") if name in row]
    if not named:
        return None
    where = row[named[0]]
    if len(named) > 1 or not isinstance(where, str) or not where:
        raise ValueError(f"{key}: the secret is in client_secret_file or in client_secret_env")
    secret = _file(where).strip() if named == ["client_secret_file"] else environ.get(where, "")
    if not secret:
        raise ValueError(f"{key}: {where} holds no secret")
    return secret


def _file(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise ValueError(f"the file {path} cannot be read: {wrong.__class__.__name__}") from wrong
