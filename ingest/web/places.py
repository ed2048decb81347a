"""Where a request goes: which addresses are asked at all, where a redirect leads, who is told what.

A password in an address goes to the site that it was given for and nowhere else: not to where
that site redirects, not into messages, not into records.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urldefrag, urlsplit

from ingest.errors import AddressRefusedError
from ingest.urls import host_of, is_web_address, join

_PORTS = {"http": 80, "https": 443}
_USER_INFO = re.compile(r"\A((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)([^/?#]*@)")


@dataclass(frozen=True)
class Place:
    """An address without its user information, and that, apart."""

    url: str
    credentials: tuple[str, str] | None = None

    @property
    def host(self) -> str:
        """The lower-case host, without the dot that some write at its end."""
        return host_of(self.url).rstrip(".")


def place_of(url: str) -> Place:
    """An address as a user wrote it.

    Raises:
        AddressRefusedError: if it is no http(s) address, or one that two readers read differently.
    """
    parts = _admitted(url)
    bare = without_credentials(url)
    if parts.username is None and parts.password is None:
        return Place(bare)
    return Place(bare, (unquote(parts.username or ""), unquote(parts.password or "")))


def redirected(place: Place, location: str) -> Place:
    """Where a redirect leads; credentials go along within the site, and never come from it.

    Raises:
        AddressRefusedError: if it leads to no http(s) address.
    """
    target = join(place.url, location)
    if target is None:
        raise AddressRefusedError(f"{place.host}: sends to no address: {masked(location)[:120]!r}")
    _admitted(target)
    url = without_credentials(urldefrag(target).url)
    return Place(url, place.credentials if same_site(place.url, url) else None)


def same_site(one: str, other: str) -> bool:
    """The same scheme, host and port; or the step from http to https on their usual ports."""
    a, b = urlsplit(one), urlsplit(other)
    if a.hostname != b.hostname:
        return False
    if (a.scheme.lower(), _port(a)) == (b.scheme.lower(), _port(b)):
        return True
    return (a.scheme.lower(), _port(a), b.scheme.lower(), _port(b)) == ("http", 80, "https", 443)


def without_credentials(url: str) -> str:
    """The address without `user:password@`."""
    return _USER_INFO.sub(r"\1", url)


def with_credentials_of(given: str, url: str) -> str:
    """An address with the user information that another one has."""
    found = _USER_INFO.match(given)
    return url.replace("//", "//" + found.group(2), 1) if found else url


def basic_auth(user: str, password: str) -> str:
    """The `Authorization` header of RFC 7617."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")


def masked(url: str) -> str:
    """An address as it may be shown: `https://***@host/`."""
    return _USER_INFO.sub(r"\1***@", url)


def _admitted(url: str) -> SplitResult:
    if not is_web_address(url):
        raise AddressRefusedError(f"not an http address: {masked(url)[:120]!r}")
    parts = urlsplit(url)
    host = parts.hostname or ""
    # A backslash or an escape in the host is read in one way here and in another elsewhere.
    if "\\" in parts.netloc or ("%" in host) or any(c.isspace() for c in parts.netloc):
        raise AddressRefusedError(f"not a plain host: {masked(url)[:120]!r}")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise AddressRefusedError(f"not a port: {masked(url)[:120]!r}")
    return parts


def _port(parts: SplitResult) -> int | None:
    return parts.port or _PORTS.get(parts.scheme.lower())
