"""What to do about a feed, in words: for each kind of failure and each other finding."""

from __future__ import annotations

from typing import Final

REMEDIES: Final[dict[str, str]] = {
    "feed.fetch": "open it in a browser; the reason names the cause",
    "feed.timeout": "once is nothing; every day: the server blocks us or is gone",
    "feed.connection": "look for the feed's new address on the publisher's site",
    "feed.http": "404: find the new address; 403: the publisher refuses readers like us",
    "feed.gone": "the publisher took it down for good: `bubblefear feeds remove URL`",
    "feed.too_large": "nothing was read; a feed of that size is a fault or an attack",
    "feed.address": "for a feed in your own network set allow_private = true under [ingest]",
    "feed.redirects": "use the address of the feed itself",
    "feed.empty": "wait; some servers answer so while they rebuild",
    "feed.html": "open it in a browser: a consent, error or block page stands there",
    "feed.entities": "no ordinary feed declares entities: remove it",
    "feed.not_a_feed": "the address is of something else; look for the page's feed link",
    "feed.malformed": "nothing, if the items look right",
    "feed.truncated": "nothing; the next poll reads the rest, if it is still shown",
    "left alone": "`bubblefear feeds check URL` asks now; `bubblefear ingest --force` asks all",
    "stale": "look at the publisher's site: a feed that was given up is best removed",
    "saturated": "poll more often: `bubblefear ingest --due` from cron every 10 minutes",
    "thin": "compare with the publisher's site: the feed shows less than it did, or reads worse",
    "dates": "set its zone with `bubblefear feeds add URL --timezone ZONE`, or report the format",
    "titles": "a poor source: its items are told by the first words of their text",
    "doubled": "the feed repeats its items; each counts once for its address",
    "moved": "nothing: it is asked at the new address; its items go on under the old one",
}


def remedy(state: str) -> str:
    """What to do about a finding, or about a failure by its code."""
    return REMEDIES.get(state, REMEDIES["feed.fetch"])
