"""What keeps a page of other people's text harmless, and writing to those who hold the token."""

from __future__ import annotations

import hmac
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

# No page has a script or a style but the served files, and none asks anybody but us. Datasette's
# own pages keep to it too: what was inline in their templates is in files here.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A publisher need not learn which local page a reader came from.
    "Referrer-Policy": "same-origin",
    # Another site's page can neither hold a handle on our window nor load our answers as its own.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Among the names of a server: whatever is an address and no name.
ANY_ADDRESS = "*"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Each parameter of a Datasette page may cost a query: 5,000 facets would be asked one by one.
MAX_PARAMETERS = 100
MAX_FACETS = 20
_UNSEEN = re.compile(
    # Control characters but tab and line feed, and the two that only some programs take for one.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"
    # Halves of characters, which UTF-8 cannot say.
    "\ud800-\udfff"
    # What reverses the direction of the text that follows.
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    # What has no width: it splits a word that then is not found, or writes in tag characters.
    "\u00ad\u034f\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
    # Joiners make one picture of several, and mean something in Persian; inside our words nothing.
    "|(?<=[0-9A-Za-z\u3400-\u9fff])[\u200c\u200d]"
)


def visible(text: object) -> str:
    """A text with characters that a reader cannot see spelt out: U+202E hides "gpj.exe"."""
    return _UNSEEN.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", str(text))


def web_address(url: str | None) -> str | None:
    """The address if it is http(s) with a host, else ``None``: ``javascript:`` is no link."""
    try:
        parts = urlsplit(url or "")
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return url if usable else None


def web_host(url: str | None) -> str | None:
    """The host that a web address leads to, as the wire spells it.

    A name in letters that look like others is then seen for what it is: ``аpple.example`` with a
    Cyrillic first letter is ``xn--pple-43d.example``.
    """
    if web_address(url) is None:
        return None
    host = urlsplit(url or "").hostname or ""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ascii(host)[1:-1]


def host_allowed(header: str | None, hosts: frozenset[str]) -> bool:
    """Whether a request's Host is one of ours; any is, where none is named.

    A page elsewhere can make its own name resolve to 127.0.0.1 and read what is served there;
    such a request carries that name. A bare address cannot be made to resolve to another.
    """
    if not hosts:
        return True
    try:
        name = urlsplit(f"//{header or ''}").hostname or ""
    except ValueError:
        return False
    return name in hosts - {ANY_ADDRESS} or (ANY_ADDRESS in hosts and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def wanted_by_reader(headers: Mapping[str, str]) -> bool:
    """Whether a request is one that a person made, by our page, a link or a command line.

    False for what another site's page fetches by itself, such as an image whose address is a slow
    query of ours: it cannot read the answer, but the query would run.
    """
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return True
    return (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == (
        "navigate",
        "document",
    )


def asks_too_much(query: bytes) -> bool:
    """Whether a query string has more parameters than any page of ours or any form needs."""
    return query.count(b"&") >= MAX_PARAMETERS or query.count(b"_facet") > MAX_FACETS


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from our own page, or from no page at all (a command line)."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == headers.get("host") and origin != "null"
    except ValueError:
        return False


def token_matches(given: str, token: str) -> bool:
    """Compare without telling by the time taken how much of it was right."""
    return hmac.compare_digest(given.encode(), token.encode())
