"""Which addresses are the public internet, and which are a network of our own.

The verdict is read from tables of this module and not from `ipaddress.is_global`, whose answer
changed between patch releases of one Python version (64:ff9b:1::/48, 192.0.0.0/24, 2002::/16 and
parts of 2001::/23 among others). What IANA's special-purpose registries list is no publisher's
address, whether routers carry it or not:
https://www.iana.org/assignments/iana-ipv4-special-registry
https://www.iana.org/assignments/iana-ipv6-special-registry
"""

from __future__ import annotations

import ipaddress
from typing import Final

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PRIVATE: Final = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),  # RFC 1918
    "100.64.0.0/10",  # behind a provider's or an overlay network's translation, RFC 6598
    "127.0.0.0/8",
    "::1/128",
    "fc00::/7",  # unique local, RFC 4193
)
_SPECIAL_V4: Final = (
    "0.0.0.0/8",  # "this host": Linux connects 0.0.0.0 to itself
    "169.254.0.0/16",  # link-local; clouds hand out credentials at 169.254.169.254
    "192.0.0.0/24",
    *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),  # documentation
    *("192.31.196.0/24", "192.175.48.0/24"),  # AS112, which swallows queries
    "192.52.193.0/24",  # AMT
    "192.88.99.0/24",  # 6to4 relays, withdrawn
    "198.18.0.0/15",  # benchmarks
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, with the broadcast address
)
# Only 2000::/3 is unicast of the internet; the rest, with site-local, NAT64 for local use,
# discard, SIDs and v4-compatible addresses, is refused by not being in it.
_UNICAST_V6: Final = ipaddress.IPv6Network("2000::/3")
_SPECIAL_V6: Final = (
    "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
    *("2001:db8::/32", "3fff::/20"),  # documentation
    "2002::/16",  # 6to4
    "2620:4f:8000::/48",  # AS112
)
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
# The one translation that the public internet is reached through (from IPv6-only networks).
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP: Final = frozenset((0x00005EFE, 0x02005EFE))  # RFC 5214: the address says it is a tunnel

_PRIVATE_NETWORKS: Final = tuple(ipaddress.ip_network(text) for text in _PRIVATE)
_SPECIAL_NETWORKS: Final = tuple(ipaddress.ip_network(t) for t in (*_SPECIAL_V4, *_SPECIAL_V6))


def is_public(address: str) -> bool:
    """Is it a unicast address of the public internet, also when an IPv4 hides inside an IPv6.

    Args:
        address: as `getaddrinfo` gives it; anything else is not public.
    """
    ip = _read(address)
    if ip is None or _in(ip, _PRIVATE_NETWORKS) or _in(ip, _SPECIAL_NETWORKS):
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return True
    inner = _tunnelled(ip)
    return ip in _UNICAST_V6 and (inner is None or is_public(str(inner)))


def is_private(address: str) -> bool:
    """Is it this machine or a network of our own.

    Link-local addresses are not among them: no feed lives there, and a cloud's credentials do.
    """
    ip = _read(address)
    return ip is not None and _in(ip, _PRIVATE_NETWORKS)


def _read(address: str) -> _Address | None:
    """The address that a connection would go to: of a mapped or translated IPv4, that IPv4."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and (ip in _MAPPED or ip in _NAT64):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def _in(ip: _Address, networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    return any(ip in network for network in networks)


def _tunnelled(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 at the end of an ISATAP tunnel."""
    number = int(ip)
    marker = (number >> 32) & 0xFFFFFFFF
    return ipaddress.IPv4Address(number & 0xFFFFFFFF) if marker in _ISATAP else None
