"""What keeps a page of other people's text harmless, and writing to those who hold the token."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

# Our pages have no script and no style but the served files, and ask nobody but us.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Datasette's own pages have inline scripts, and its chart plugin evaluates expressions; they may
# still fetch nothing from elsewhere.
DATASETTE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
COMMON_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A publisher need not learn which local page a reader came from.
    "Referrer-Policy": "same-origin",
}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Marks that reverse the direction of what follows, and control characters but tab and line feed.
_UNSEEN = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f]")


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


def host_allowed(header: str | None, hosts: frozenset[str]) -> bool:
    """Whether a request's Host is one of ours.

    A page elsewhere can make its own name resolve to 127.0.0.1 and read what is served there;
    such a request carries that name.
    """
    if not hosts:
        return True
    try:
        return (urlsplit(f"//{header or ''}").hostname or "") in hosts
    except ValueError:
        return False


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
