"""A provider of OpenID Connect that can lie: a server on this machine which says what a test tells it to say."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from sheber.spine.accounts.rules.providers import Provider

KEY = RSAKey.generate_key(2048, parameters={"kid": "one"}, private=True)
OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "one"}, private=True)
SECRET = "a secret of the client that nobody guesses"


def signed(claims: dict[str, Any], *, key: Any = KEY, alg: str = "RS256") -> str:
    """An id_token as an honest provider makes it."""
    return jwt.encode({"alg": alg, "kid": "one"}, claims, key, algorithms=[alg])


def unsigned(claims: dict[str, Any]) -> str:
    """``alg`` none."""
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


def by_shared(secret: bytes, claims: dict[str, Any]) -> str:
    """HS256, made by hand: libraries refuse to sign with a public key as the secret."""
    text = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
    return f"{text}.{_letters(hmac.digest(secret, text.encode(), 'sha256'))}"


def by_public_key(claims: dict[str, Any]) -> str:
    """HS256 with the public key as the secret, as anybody could make it."""
    return by_shared(KEY.as_pem(private=False), claims)


def _part(what: dict[str, Any]) -> str:
    return _letters(json.dumps(what).encode())


def _letters(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Lying:
    """``claims`` are added to those of every id_token (``None`` takes one away); ``sign`` makes the token; ``discovery`` changes what it
    says about itself."""

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str | None] = signed
    discovery: dict[str, Any] = field(default_factory=dict)
    delay_s: float = 0.0
    redirect: str = ""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: list[dict[str, str]] = field(default_factory=list)

    def configured(self, **more: Any) -> Provider:
        """As an operator would state it."""
        return Provider(**{"key": "uni", "names": (("en", "The University"),), "issuer": self.issuer, "client_id": "sheber",
                           "client_secret": SECRET, "domains": ("uni.example",), "trusted": ("uni.example",), **more})

    def agreed(self, address: str, **claims: Any) -> str:
        """The person agreed at the authorization endpoint: the query with which they are sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        self.claims.update(claims)
        return f"?code={code}&state={asked['state']}"

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.tokens.append(form)
        asked = self.asked.pop(form.get("code", ""), None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        proved = {"code_challenge": _letters(hashlib.sha256(form["code_verifier"].encode()).digest()), "code_challenge_method": "S256",
                  "redirect_uri": form["redirect_uri"]}
        if not proved.items() <= asked.items():
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "4711", "aud": asked["client_id"], "iat": now, "exp": now + 300, "nonce": asked["nonce"],
                  "email": "aigul@uni.example", "email_verified": True, "auth_time": now, **self.claims}
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return 200, {"access_token": "opens nothing", "token_type": "Bearer", **({"id_token": token} if token else {})}

    def answer(self, path: str, form: dict[str, str] | None) -> tuple[int, dict[str, Any]]:
        """Status and body for one request."""
        if path == "/.well-known/openid-configuration":
            return 200, {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                         "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
                         "userinfo_endpoint": f"{self.issuer}/userinfo",
                         "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"], **self.discovery}
        if path == "/jwks":
            return 200, KeySet([KEY]).as_dict(private=False)
        if path == "/token" and form is not None:
            return self._token(form)
        if path == "/userinfo":
            return 200, self.userinfo
        return 404, {}


@contextmanager
def lying_provider() -> Iterator[Lying]:
    """A provider on a free port of this machine, for one test."""
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(None)

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send({name: values[0] for name, values in parse_qs(text).items()})

        def _send(self, form: dict[str, str] | None) -> None:
            time.sleep(lying.delay_s)
            status, body = lying.answer(urlsplit(self.path).path, form)
            content = json.dumps(body).encode()
            self.send_response(302 if lying.redirect else status)
            if lying.redirect:
                self.send_header("Location", lying.redirect)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    lying = Lying(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield lying
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
