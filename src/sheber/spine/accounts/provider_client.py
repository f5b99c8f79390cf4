"""Talking to a provider: where its endpoints are, sending a person there, and reading what it says when they come back.

Authlib does the protocol; here stands what it leaves open: the issuer that was configured is the only one believed, signatures are by a
key of the provider and never by a shared secret, and nothing waits long.
"""

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from django.http import HttpRequest
from requests import RequestException

from .rules.providers import LOOPBACK, Provider, is_safe, origin_of

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Never ``none``, and never HS256: whoever knows the public key would sign with it."""
TIMEOUT_S: Final = (4, 8)
"""To connect, and between two parts of an answer."""
KEPT_S: Final = 300
"""Short: who is sent to a provider that is gone gets a page of the browser, not of ours."""
LEEWAY_S: Final = 60
GONE_S: Final = 3
"""So long it is not asked again after it did not answer: nobody makes the server wait over and over."""
MOST_WAITING: Final = 5
"""Ways to a provider that one browser may have begun and not ended."""
_PUBLIC: Final = {"token_endpoint_auth_method": "none"}  # nosec B105 - a public client proves itself by PKCE alone
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")


class ProviderGoneError(Exception):
    """It does not answer, or what it says about itself cannot be used. The text is for the log."""


class ProviderRefusedError(Exception):
    """What came back proves nobody. The text is for the log; ``code`` says what the person is told."""

    def __init__(self, text: str, code: str = "not_proved") -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider says about a person, checked as far as it can be without our database."""

    provider: Provider
    subject: str
    email: str
    email_verified: bool
    name: str = ""
    second_step: bool = False
    auth_time: float | None = None
    id_token: str = field(default="", repr=False)


class _Session(OAuth2Session):  # type: ignore[misc]
    """Never waits without end, and goes nowhere but where it was sent."""

    def request(self, method: str, url: str, **more: Any) -> Any:
        more["timeout"], more["allow_redirects"] = TIMEOUT_S, False
        answer = super().request(method, url, **more)
        if answer.is_redirect:
            raise ProviderGoneError(f"{origin_of(url)} answers with a redirect")
        return answer


class _App(DjangoOAuth2App):  # type: ignore[misc]
    client_cls = _Session


_apps: dict[Provider, tuple[float, _App | ProviderGoneError]] = {}
_lock = Lock()


def _app(provider: Provider) -> _App:
    """With what the provider says about itself, read every few minutes. Raises :class:`ProviderGoneError`."""
    with _lock:
        since, kept = _apps.get(provider, (0.0, None))
    if isinstance(kept, ProviderGoneError):
        if time.monotonic() - since < GONE_S:
            raise kept
    elif kept is not None and time.monotonic() - since < KEPT_S:
        return kept
    found: _App | ProviderGoneError
    try:
        found = _asked(provider)
    except ProviderGoneError as gone:
        found = gone
    with _lock:
        _apps[provider] = (time.monotonic(), found)
    if isinstance(found, ProviderGoneError):
        raise found
    return found


def _asked(provider: Provider) -> _App:
    app = _App(
        DjangoIntegration(f"sheber_{provider.key}"), name=provider.key, client_id=provider.client_id, client_secret=provider.client_secret,
        server_metadata_url=provider.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": provider.scope, "code_challenge_method": "S256",
                       **({} if provider.client_secret else _PUBLIC)})
    try:
        said = app.load_server_metadata()
    except (RequestException, ValueError) as wrong:
        raise ProviderGoneError(f"{provider.key}: {wrong.__class__.__name__}: {wrong}") from wrong
    _look(provider, said)
    return app


def _look(provider: Provider, said: Any) -> None:
    if not isinstance(said, dict) or said.get("issuer") != provider.issuer:
        raise ProviderGoneError(f"{provider.key}: calls itself another issuer than {provider.issuer}")
    loopback = any(provider.issuer.startswith(f"http://{host}") for host in (*LOOPBACK, "[::1]"))
    for name in ENDPOINTS:
        where = said.get(name)
        if where is None and name == "userinfo_endpoint":
            continue
        if not isinstance(where, str) or not is_safe(where, loopback=loopback):
            raise ProviderGoneError(f"{provider.key}: {name} is no address with https://")
    if origin_of(said["authorization_endpoint"]) not in provider.origins:
        raise ProviderGoneError(f"{provider.key}: sends people to {origin_of(said['authorization_endpoint'])}; add it to “origins”")
    # Authlib believes what stands here; left open, it would take HS256 too.
    known = said.get("id_token_signing_alg_values_supported")
    said["id_token_signing_alg_values_supported"] = [one for one in ALGORITHMS if one in known] if isinstance(known, list) else ["RS256"]


def way_out(provider: Provider, *, hint: str, back: str, state: str) -> str | None:
    """Where the person is signed out at the provider (OpenID Connect RP-Initiated Logout 1.0); ``None``: it has no such endpoint, or one
    to which nobody is sent. ``hint`` is the id_token of the sign-in, empty when it is not kept: then the provider asks the person.

    Raises :class:`ProviderGoneError`.
    """
    said = _app(provider).server_metadata
    where = said.get("end_session_endpoint")
    loopback = any(provider.issuer.startswith(f"http://{host}") for host in (*LOOPBACK, "[::1]"))
    if not isinstance(where, str) or not is_safe(where, loopback=loopback) or origin_of(where) not in provider.origins:
        return None
    asked = {"client_id": provider.client_id, "post_logout_redirect_uri": back, "state": state, **({"id_token_hint": hint} if hint else {})}
    return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"


def way_to(provider: Provider, request: HttpRequest, *, back: str, kept: dict[str, Any], again: bool = False) -> str:
    """The address to send the person to; ``kept`` waits in the session until they come back. ``again``: they sign in there anew.

    Raises :class:`ProviderGoneError`.
    """
    app = _app(provider)
    more = {"prompt": "login", "max_age": "0"} if again else {}
    try:
        begun = app.create_authorization_url(back, **more)
    except (RequestException, RuntimeError, AuthlibBaseError) as wrong:
        raise ProviderGoneError(f"{provider.key}: {wrong}") from wrong
    waiting = sorted((value.get("exp", 0), key) for key, value in request.session.items() if key.startswith("_state_sheber_"))
    for _exp, key in waiting[:max(0, len(waiting) - MOST_WAITING + 1)]:
        del request.session[key]
    app.save_authorize_data(request, redirect_uri=back, kept=kept, **begun)
    address: str = begun["url"]
    return address


def come_back(provider: Provider, request: HttpRequest) -> tuple[Told, dict[str, Any]]:
    """What the provider says, and what waited in the session. The way back is open once.

    Raises :class:`ProviderGoneError`, :class:`ProviderRefusedError`.
    """
    app, state = _app(provider), request.GET.get("state", "")
    data = app.framework.get_state_data(request.session, state)
    if data is None:
        raise ProviderRefusedError("no such state waits in the session", "state")
    try:
        _mixed_up(provider, app.server_metadata, request)
        token = app.authorize_access_token(request, leeway=LEEWAY_S, claims_options={
            "iss": {"essential": True, "value": provider.issuer}, "aud": {"essential": True, "value": provider.client_id},
            "sub": {"essential": True}, "exp": {"essential": True}, "iat": {"essential": True}})
        claims = dict(token.get("userinfo") or {})
        if not claims:
            raise ProviderRefusedError("no id_token")
        if "email" not in claims and app.server_metadata.get("userinfo_endpoint"):
            more = app.userinfo(token=token)
            if more.get("sub") != claims["sub"]:
                raise ProviderRefusedError("userinfo tells of another subject")
            claims = {**more, **claims}
    except (ProviderGoneError, ProviderRefusedError):
        raise
    except RequestException as wrong:
        raise ProviderGoneError(f"{provider.key}: {wrong.__class__.__name__}") from wrong
    except Exception as wrong:            # whatever goes wrong with a proof, it proves nobody
        denied = getattr(wrong, "error", "") == "access_denied"
        raise ProviderRefusedError(f"{wrong.__class__.__name__}: {wrong}", "denied" if denied else "not_proved") from wrong
    finally:
        app.framework.clear_state_data(request.session, state)
    hint = token.get("id_token")
    return _told(provider, claims, hint if isinstance(hint, str) else ""), dict(data.get("kept") or {})


def _mixed_up(provider: Provider, said: dict[str, Any], request: HttpRequest) -> None:
    """RFC 9207: an answer that another provider gave is not taken for this one's."""
    issuer = request.GET.get("iss")
    if issuer != provider.issuer and (issuer is not None or said.get("authorization_response_iss_parameter_supported") is True):
        raise ProviderRefusedError("the answer is of another issuer")


def _told(provider: Provider, claims: dict[str, Any], id_token: str) -> Told:
    subject, email = claims.get("sub"), claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise ProviderRefusedError("sub is no text of 1 to 255 signs")
    at = claims.get("auth_time")
    name = claims.get("name")
    return Told(provider=provider, subject=subject, email=email.strip().lower()[:254] if isinstance(email, str) else "",
                email_verified=claims.get("email_verified") in (True, "true"), name=name.strip()[:150] if isinstance(name, str) else "",
                second_step=provider.second_step_passed(claims),
                auth_time=float(at) if isinstance(at, int | float) and not isinstance(at, bool) else None, id_token=id_token)
