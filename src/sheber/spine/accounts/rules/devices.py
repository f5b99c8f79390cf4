"""From where somebody is signed in, told so that they know it again and no more is kept than that takes."""

import ipaddress
from typing import Final

# The order matters: most browsers also say that they are others.
_BROWSERS: Final = (("Edg", "Edge"), ("OPR/", "Opera"), ("YaBrowser", "Yandex Browser"), ("SamsungBrowser", "Samsung Internet"),
                    ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS: Final = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
                   ("CrOS", "ChromeOS"), ("Linux", "Linux"))


def device_of(user_agent: str) -> tuple[str, str]:
    """Browser and system by name; empty where they are not known."""
    return _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)


def shortened(address: str) -> str:
    """The network: the first three numbers of an IPv4 address, the first 48 bits of an IPv6 address; empty when it is neither."""
    try:
        found = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.version == 4:
        return f"{str(found).rpartition('.')[0]}.…"
    return f"{str(ipaddress.ip_network(f'{found}/48', strict=False).network_address).rstrip(':')}:…"


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in known if sign in text), "")
