"""Links that lead through somebody else's counter before they reach the article."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from ingest.urls import host_of, is_web_address

# Hosts of which every link is a redirect.
_HOSTS = frozenset(
    """news.google.com feedproxy.google.com feeds.feedburner.com rss.feedsportal.com t.co bit.ly
    go.theregister.com news.url.google.com""".split()
)
# Host and path of redirects that carry their target, with the parameter that has it.
_CARRIERS = {
    "www.google.com/url": "url",
    "www.bing.com/news/apiclick.aspx": "url",
    "bing.com/news/apiclick.aspx": "url",
}


def is_redirect(url: str) -> bool:
    """Is it an address that only leads to the article: it says nothing of the article's own."""
    return host_of(url) in _HOSTS or _carrier(url) is not None


def target_of(url: str) -> str | None:
    """The address that a redirect carries, `None` where it carries none.

    `https://www.google.com/url?sa=t&url=https://a.example/1` of an alert leads to `a.example/1`.
    """
    parameter = _carrier(url)
    if parameter is None:
        return None
    found = parse_qs(urlsplit(url).query).get(parameter, [""])[0]
    return found if is_web_address(found) else None


def _carrier(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return _CARRIERS.get(f"{(parts.hostname or '').lower()}{parts.path.lower()}")
    except ValueError:
        return None
