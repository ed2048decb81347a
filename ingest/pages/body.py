"""The text of a page: read in four ways, the reading that agrees best is taken and trimmed.

Three are trafilatura's (precise, generous, paragraphs and JSON-LD), one is the block with most
prose (`ingest.pages.density`), which alone reads pages laid out with tables.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ingest.pages.agreement import most_agreed
from ingest.pages.density import densest_text
from ingest.pages.trim import link_texts, trimmed
from ingest.text import plain_line, without_surrogates

if TYPE_CHECKING:
    from trafilatura.metadata import Document

_TITLE = re.compile(r"<title\b[^<>]*>([^<]*)", re.IGNORECASE)
_TABLE_SHARE: Final = 0.3
_PUNCTUATION = re.compile(r"[，。！？；：、,.!?;](?=\D|$)")

logging.getLogger("trafilatura").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Reading:
    """What stands on a page.

    Attributes:
        title: headline.
        author: as the page's metadata name it.
        body: the article's text.
        untrimmed: the text with what was cut from it, such as an invitation to subscribe.
    """

    title: str | None
    author: str | None
    body: str
    untrimmed: str


def read_body(html: str, url: str) -> Reading:
    """Title, author and text of a page; the body is "" where there is no text."""
    from trafilatura import load_html

    if not html.strip():
        return Reading(None, None, "", "")
    tree = load_html(html)
    precise = _extracted(tree, url, precision=True, with_metadata=True)
    title = plain_line((precise.title if precise else None) or page_title(html) or "") or None
    author = plain_line((precise.author if precise else None) or "") or None
    # Text may come from the page's JSON-LD, which can spell half a character.
    body = without_surrogates(_chosen(tree, html, url, precise.text or "" if precise else ""))
    return Reading(title, author, trimmed(body, _links(tree), title), body.strip())


def _links(tree: Any) -> frozenset[str]:  # noqa: ANN401 - lxml publishes no types
    if tree is None:
        return frozenset()
    return link_texts(
        link.text_content() for link in tree.iter("a") if "#" not in link.get("href", "#")
    )


def page_title(html: str) -> str | None:
    """Text of the page's `<title>`."""
    found = _TITLE.search(html)
    return plain_line(found[1]) if found else None


def _chosen(tree: Any, html: str, url: str, precise: str) -> str:  # noqa: ANN401 - as above
    from trafilatura import baseline

    densest = densest_text(html)
    if _is_layout(precise):
        plain = _extracted(tree, url, precision=True, tables=False)
        return _longer((plain.text or "") if plain else "", densest)
    generous = _extracted(tree, url, recall=True)
    return most_agreed(
        [precise, (generous.text or "") if generous else "", densest, baseline(html)[1]]
    )


def _extracted(
    tree: Any,  # noqa: ANN401 - as above
    url: str,
    *,
    precision: bool = False,
    recall: bool = False,
    tables: bool = True,
    with_metadata: bool = False,
) -> Document | None:
    from trafilatura import bare_extraction

    if tree is None:  # it takes some pages without a head for no HTML
        return None
    found = bare_extraction(
        tree,
        url=url or None,
        include_comments=False,
        favor_precision=precision,
        favor_recall=recall,
        include_tables=tables,
        with_metadata=with_metadata,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    return None if found is None or isinstance(found, dict) else found


def _longer(extracted: str, densest: str) -> str:
    """The extractor's text unless it missed most of the prose."""
    return extracted if len(extracted) > 0.5 * len(densest) else densest


def _is_layout(body: str) -> bool:
    """Is this "table" the page's own layout: many rows, and the prose stands in them."""
    lines = body.split("\n")
    rows = [line for line in lines if "|" in line]
    if len(rows) <= _TABLE_SHARE * len(lines):
        return False
    return 2 * sum(map(_prose, rows)) > sum(map(_prose, lines))


def _prose(line: str) -> int:
    return len(_PUNCTUATION.findall(line))
