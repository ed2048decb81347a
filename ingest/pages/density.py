"""The block of a page that holds most prose: for pages laid out with tables and bare line breaks.

Extractors that go by `<p>` and `<article>` find nothing on the pages of older Chinese portals, or
take the whole layout for a data table. Prose gives itself away by its punctuation outside links.
"""

from __future__ import annotations

import re
from typing import Any

_BLOCKS = frozenset("td div article section main body center dd blockquote form".split())
_NEWLINE = frozenset("p br div tr td li h1 h2 h3 h4 h5 h6 table ul ol dd dt".split())
_SKIPPED = frozenset(
    "script style noscript iframe select option button textarea nav footer".split()
)
_PUNCTUATION = re.compile("[，。！？；：、,.!?;](?=\\D|$)")
_SPACES = re.compile(r"[^\S\n]+")
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|replies|footer|sidebar|related|recommend\w*|copyright|breadcrumb)",
    re.IGNORECASE,
)
# A block passes part of its score to the block around it, so that two halves of an article that
# stand in blocks of their own are found together.
_PASSED_ON = 0.5


def densest_text(html: str) -> str:
    """Text of the block with most prose, a line per paragraph; "" if there is no prose at all."""
    from lxml import etree
    from lxml.html import fromstring

    try:
        tree = fromstring(html.encode("utf-8"), parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    scores: dict[Any, float] = {}
    for element in tree.iter(etree.Element):
        prose = _prose(element.text) + sum(_prose(child.tail) for child in element)
        if prose and not _inside_link_or_aside(element):
            _credit(element, prose, scores)
    if not scores:
        return ""
    best = max(scores, key=lambda block: scores[block])
    return block_text(best)


def _parser() -> Any:  # noqa: ANN401 - lxml publishes no types
    from lxml.html import HTMLParser

    return HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)


def _prose(text: str | None) -> float:
    return float(len(_PUNCTUATION.findall(text))) if text else 0.0


def _inside_link_or_aside(element: Any) -> bool:  # noqa: ANN401 - as above
    return any(
        around.tag == "a" or around.tag in _SKIPPED or _is_aside(around)
        for around in (element, *element.iterancestors())
    )


def _is_aside(element: Any) -> bool:  # noqa: ANN401 - as above
    if element.tag in ("html", "body"):
        return False
    return _ASIDE.search(f"{element.get('class', '')} {element.get('id', '')}") is not None


def _credit(element: Any, prose: float, scores: dict[Any, float]) -> None:  # noqa: ANN401 - as above
    share = prose
    for around in (element, *element.iterancestors()):
        if around.tag in _BLOCKS:
            scores[around] = scores.get(around, 0.0) + share
            share *= _PASSED_ON
            if share < 0.2 * prose:
                return


def block_text(block: Any) -> str:  # noqa: ANN401 - as above
    """Text of an lxml element, a line per paragraph, without scripts and asides."""
    from lxml import etree

    pieces: list[str] = []
    walker = etree.iterwalk(block, events=("start", "end"))
    for event, element in walker:
        newline = "\n" if element.tag in _NEWLINE else ""
        if event == "end":
            pieces += [newline, (element.tail or "") if element is not block else ""]
        elif element.tag in _SKIPPED or (element is not block and _is_aside(element)):
            walker.skip_subtree()
        else:
            pieces += [newline, element.text or ""]
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
