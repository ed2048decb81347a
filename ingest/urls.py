"""One spelling for each address, so that the same article is recognised under all its links.

Only what cannot change the page is touched: case of scheme and host, default port, fragment,
spelling of percent-escapes, and parameters known to do nothing but tracking. Everything else is
meaningful (`news.ycombinator.com/item?id=1`), in its order.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

_TRACKING_PREFIXES = (
    *("utm_", "mtm_", "pk_", "hsa_", "__twitter"),
    *("at_medium", "at_campaign", "at_custom", "at_link_", "at_bbc_", "at_format", "at_ptr"),  # BBC
)
_TRACKING = frozenset(
    """_ga _gl _hsenc _hsmi _openstat cmpid dclid fbclid ftag gbraid gclid gclsrc guccounter
    guce_referrer guce_referrer_sig igshid igsh mc_cid mc_eid mkt_tok msclkid ncid
    ns_campaign ns_mchannel ns_source oref rss_id s_cid smid sr_share spm srnd taid twclid
    vero_id wbraid wickedid xtor yclid ysclid zanpid""".split()
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE_PATH = "/:@!$&'()*+,;=~-._"
_SAFE_QUERY = _SAFE_PATH + "?"
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BREAKS = re.compile(r"[\t\r\n]+")
_OUTSIDE = "".join(map(chr, range(0x21))) + "\x7f\u3000\u00a0\u200b\ufeff"
_PLAIN = re.compile(r"https?://[a-z0-9.-]*[a-z0-9](?:/[A-Za-z0-9/._~-]*)?\Z")


def canonical_url(url: str) -> str:
    """Normalise an http(s) address; anything else comes back stripped of white space.

    Idempotent: `canonical_url(canonical_url(u)) == canonical_url(u)`.
    """
    text = _BREAKS.sub("", url.strip(_OUTSIDE)).strip(_OUTSIDE)
    if _PLAIN.match(text):
        # The common case, already in its canonical spelling but for a missing path.
        return text if text.count("/") > 2 else text + "/"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # "http://[half-an-address" or "http://h:port"
        return text
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        return text
    host = _host(parts.hostname)
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    path = _recode(parts.path, _SAFE_PATH) or "/"
    return urlunsplit((scheme, host, path, _clean_query(parts.query), ""))


def is_web_address(url: str) -> bool:
    """Is it an absolute http(s) address with a host."""
    if _PLAIN.match(url):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in _DEFAULT_PORTS and bool(parts.hostname)


def join(base: str, link: str) -> str | None:
    """The absolute address of a link on a page, `None` where that is no address: `http://[`."""
    try:
        return urljoin(base, link)
    except ValueError:
        return None


def identifies_article(canonical: str) -> bool:
    """Can this address stand for one article: some feeds link every item to the front page."""
    parts = urlsplit(canonical)
    return bool(parts.query) or parts.path.strip("/") != ""


def host_of(url: str) -> str:
    """The lower-case host of an address, "" if it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _host(hostname: str) -> str:
    host = hostname.lower().rstrip(".") or hostname
    if ":" in host:  # IPv6
        return f"[{host}]"
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _recode(text: str, safe: str) -> str:
    """Percent-escapes in upper case, and only where they are needed."""
    if text.isascii() and "%" not in text and _only(text, safe):
        return text
    repaired = _ESCAPE.sub("%25", text)
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", repaired)
    return "".join(_piece(piece, safe) for piece in pieces)


def _piece(piece: str, safe: str) -> str:
    if len(piece) == 3 and piece[0] == "%":
        byte = unquote_to_bytes(piece)
        # Only unreserved characters may lose their escape: %2F is not a path separator.
        plain = byte.isalnum() or byte in (b"-", b".", b"_", b"~")
        return byte.decode("ascii") if plain else piece.upper()
    return quote(piece, safe=safe, errors="replace")


def _only(text: str, safe: str) -> bool:
    return all(c.isalnum() or c in safe for c in text)


def _clean_query(query: str) -> str:
    if not query:
        return ""
    kept = [p for p in query.split("&") if p and not _is_tracking(p.partition("=")[0])]
    return "&".join(_recode(p, _SAFE_QUERY) for p in kept)


def _is_tracking(name: str) -> bool:
    key = name.lower()
    return key in _TRACKING or key.startswith(_TRACKING_PREFIXES)
