"""Which addresses a webhook may be sent to. The server stands inside a university's network: nobody may use it to reach what lies there.

A name is resolved once, every address it has is looked at, and the connection goes to an address that was looked at: a name that answers
differently the second time (DNS rebinding) gains nothing. What is allowed for IPv6 is listed, so that every way of writing an IPv4 address
inside an IPv6 one (mapped, compatible, NAT64, 6to4, Teredo) is refused without being known by name.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

Fault = Literal["not_an_address", "not_https", "names_a_person", "port_not_open", "not_public", "no_such_host", "has_fragment"]
MOST: Final = 500

_CLOSED_4: Final = tuple(ipaddress.ip_network(one) for one in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
    "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"))
"""Special-purpose registry of IANA (RFC 6890 and later), multicast, reserved; the last one is where a cloud keeps its metadata."""
_OPEN_6: Final = ipaddress.ip_network("2000::/3")
_CLOSED_6: Final = tuple(ipaddress.ip_network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
"""Within the global unicast range: protocol assignments with Teredo, documentation, 6to4, AS112."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart; ``host`` is ASCII, ``path`` has its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """For the header ``Host``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"


class AddressError(ValueError):
    """The address is refused; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


def target(url: str, *, loopback: bool = False) -> Target:
    """Take an address apart. ``loopback``: plain http is let through (it must then lead to this machine). Raises :class:`AddressError`."""
    if len(url) > MOST or any(letter <= " " or letter in {"\x7f", "\\"} for letter in url):
        raise AddressError("not_an_address")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        if ":" not in host:
            host = host.encode("idna").decode("ascii").lower().rstrip(".")
    except (ValueError, UnicodeError) as no:
        raise AddressError("not_an_address") from no
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        raise AddressError("not_https")
    if not host or "%" in host:
        raise AddressError("not_an_address")
    if parts.username is not None or parts.password is not None:
        raise AddressError("names_a_person")
    if parts.fragment:
        raise AddressError("has_fragment")
    port = {"https": 443, "http": 80}[parts.scheme] if port is None else port
    if not (port in {80, 443} or port > 1023):
        raise AddressError("port_not_open")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise AddressError("not_an_address")
    return Target(parts.scheme, host, port, path)


def is_public(address: str) -> bool:
    """Whether an IP address, as the resolver gives it, lies in the open internet."""
    try:
        ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in net for net in _CLOSED_4)
    return ip in _OPEN_6 and not any(ip in net for net in _CLOSED_6)


def is_loopback(address: str) -> bool:
    """127.0.0.0/8 and ::1, in their plain forms."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
