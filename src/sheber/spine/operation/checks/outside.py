"""Checks that ask others: the mail server, providers of single sign-on, and our own pages by the address that people use.

Only when an operator wants it (``sheber doctor --outside``): each may take some seconds. Nothing is sent and nothing is changed.
"""

import contextlib
import http.client
import ssl
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from sheber.kit import outside

from .results import Finding, Look

WAIT_S: Final = 8
PAGE: Final = "/people/sign-in/"


def mail_server(look: Look) -> Finding:
    """Connects, encrypts and signs in as for a letter, and hangs up."""
    if not settings.MAIL_CONFIGURED:
        return look.ok(_("No mail server is set."))
    name = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    line = get_connection(timeout=WAIT_S)
    try:
        line.open()
        line.close()
    except Exception as no:                             # whatever a mail server does, it is a finding
        return look.bad(_("The mail server %(name)s takes no letters: %(why)s.") % {"name": name, "why": _why(no)},
                        _("Look at SHEBER_MAIL, and ask who runs the server; letters wait meanwhile."))
    finally:
        with contextlib.suppress(Exception):            # Django leaves a line open whose server took us not
            line.close()
    return look.ok(_("The mail server %(name)s answers.") % {"name": name})


def single_sign_on(look: Look) -> Finding:
    asked = [one for name, ask in sorted(outside.asks().items()) if name == look.check for one in ask()]
    if faults := [one.fault for one in asked if one.fault]:
        return look.bad(_("Single sign-on: %(why)s.") % {"why": "; ".join(faults)},
                        _("See “When it does not work” in docs/how-to/single-sign-on.md."))
    if not asked:
        return look.ok(_("No provider of single sign-on is set."))
    return look.ok(_("Providers of single sign-on that answer: %(names)s.") % {"names": ", ".join(one.name for one in asked)})


def address(look: Look) -> Finding:
    """The page to sign in, as people ask for it: name, certificate, and what the proxy passes on."""
    url = settings.PUBLIC_URL
    if urlsplit(url).scheme != "https":
        return look.warn(_("%(url)s is no address with https: it was not asked.") % {"url": url},
                         _("Set SHEBER_URL or SHEBER_ORIGINS to the address people use."))
    try:
        status, headers = _ask(PAGE)
        figures, _more = _ask("/metrics")
    except ssl.SSLError as no:
        return look.bad(_("%(url)s has no certificate that this machine believes: %(why)s.") % {"url": url, "why": _why(no)},
                        _("Renew the certificate, and let the proxy send the whole chain."))
    except (OSError, http.client.HTTPException) as no:
        return look.bad(_("%(url)s does not answer: %(why)s.") % {"url": url, "why": _why(no)},
                        _("Look at the proxy, at its name in DNS, and at the firewall."))
    return _judged(look, status, headers, figures)


def _judged(look: Look, status: int, headers: Mapping[str, str], figures: int) -> Finding:
    url = settings.PUBLIC_URL
    if status in {301, 302, 307, 308} and urlsplit(headers.get("location", "")).path == PAGE:
        return look.bad(_("%(url)s sends people round in a circle: the proxy does not say that they came by https.") % {"url": url},
                        _("Let it set X-Forwarded-Proto, and name it in SHEBER_TRUSTED_PROXIES when it is another machine."))
    if status == 400:
        return look.bad(_("%(url)s is asked under a name that is not ours.") % {"url": url},
                        _("Let the proxy pass on Host, and write the name into SHEBER_HOSTS."))
    if status != 200:
        return look.bad(_("%(url)s answers with status %(status)s.") % {"url": url, "status": status},
                        _("Look at the log of the proxy and at that of the product."))
    if figures == 200:
        return look.bad(_("Anybody can read the figures at %(url)s/metrics.") % {"url": url},
                        _("Shut /metrics in the proxy, and let it set X-Forwarded-Proto: see docs/how-to/operate.md."))
    return look.ok(_("%(url)s answers, by https and through the proxy.") % {"url": url})


def _ask(path: str) -> tuple[int, dict[str, str]]:
    parts = urlsplit(settings.PUBLIC_URL)
    line = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=WAIT_S, context=ssl.create_default_context())
    try:
        line.request("GET", path)
        answer = line.getresponse()
        answer.read(1 << 20)
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        line.close()


def _why(no: Exception) -> str:
    return f"{type(no).__name__}: {' '.join(str(no).split())[:200]}".rstrip(".")


OUTSIDE: Final[Mapping[str, Callable[[Look], Finding]]] = {
    "mail_server": mail_server, "single_sign_on": single_sign_on, "address": address}
