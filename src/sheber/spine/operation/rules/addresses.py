"""Who is asking, when a proxy stands between: its word is taken only where the proxy is one of ours."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Final

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,40}")


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """``127.0.0.1``, ``10.0.0.0/8``, ``::1`` … as networks. Raises ``ValueError`` for anything else."""
    return tuple(ipaddress.ip_network(text.strip(), strict=False) for text in texts if text.strip())


def is_in(address: str, known: Sequence[Network]) -> bool:
    """Whether ``address`` lies in one of the networks; text that is no address lies in none."""
    found = _parsed(address)
    return found is not None and any(found in network for network in known)


def client_of(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The address of the visitor: the peer, or what trusted proxies say of it.

    ``forwarded`` is ``X-Forwarded-For``, each proxy having added its peer at the end. Read from the end, the first address that
    is not a trusted proxy is the visitor; what stands before it was written by the visitor and means nothing.
    """
    if not is_in(peer, trusted):
        return peer
    client = peer
    for text in reversed(forwarded.split(",")[-20:]):
        found = _parsed(text.strip())
        if found is None:
            break
        client = str(found)
        if not is_in(client, trusted):
            break
    return client


def group_of(address: str) -> str:
    """What counts as one visitor: an IPv4 address, the first 64 bits of an IPv6 address."""
    found = _parsed(address)
    if found is None:
        return "unknown"
    if found.version == 6:
        return str(ipaddress.ip_network(f"{found}/64", strict=False).network_address)
    return str(found)


def is_loopback(address: str) -> bool:
    """Whether the address is of this machine itself."""
    found = _parsed(address)
    return found is not None and found.is_loopback


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
