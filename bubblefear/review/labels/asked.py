"""What the address of the queue asks for: order, language, what was skipped, one article."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from bubblefear.pipeline.label_queue import ORDERS

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

LANGUAGES: Final = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
# Addresses have a limit; what was skipped longest ago comes back to its place.
_MOST_SKIPPED: Final = 60
_ID: Final = re.compile(r"[\w.:-]{1,128}", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """A queue as asked for.

    Attributes:
        order: One of ``ORDERS``; empty = the reader did not say.
        language: Articles in this one alone; None = in all.
        skipped: Articles to show last, the first skipped first.
        article: The one to show first; None = the order's first.
    """

    order: str = ""
    language: str | None = None
    skipped: tuple[str, ...] = ()
    article: str | None = None

    def address(self, path: str = "/queue", *, article: str | None = None) -> str:
        """A page's address that asks for the same, and for an article first."""
        asked = {
            "order": self.order,
            "language": self.language or "",
            "skip": ",".join(self.skipped),
            "article": article or "",
        }
        given = urlencode({name: value for name, value in asked.items() if value}, safe=",")
        return f"{path}?{given}" if given else path

    def skipping(self, article: str) -> Asked:
        """The same with one more article put to the end."""
        others = [one for one in self.skipped if one != article]
        return replace(self, skipped=(*others, article)[-_MOST_SKIPPED:])


def of(request: Request) -> Asked:
    """What a request asks for; what cannot be is as if it were not there."""
    order, language = request.args.get("order") or "", request.args.get("language") or ""
    skipped = (request.args.get("skip") or "").split(",")
    article = request.args.get("article") or ""
    return Asked(
        order=order if order in ORDERS else "",
        language=language if language in LANGUAGES else None,
        skipped=tuple(dict.fromkeys(filter(_ID.fullmatch, skipped)))[-_MOST_SKIPPED:],
        article=article if _ID.fullmatch(article) else None,
    )
