"""What several canned queries share: the index shown, its scorer, a day asked for or the newest."""

from __future__ import annotations

from typing import Final

from bubblefear.store.report_queries import SHOWN_FIRST

VERSION: Final = f"(SELECT version FROM vintages {SHOWN_FIRST})"
SCORER: Final = f"(SELECT json_extract(constants, '$.scorer') FROM vintages {SHOWN_FIRST})"
LATEST: Final = f"""(SELECT max(date) FROM index_points
    WHERE version = {VERSION} AND series = 'total' AND value IS NOT NULL)"""
DATE: Final = f"coalesce(nullif(trim(:date), ''), {LATEST})"
SERIES: Final = "coalesce(nullif(trim(:series), ''), 'total')"

GIVEN_DATE: Final = {"date": "New York session, YYYY-MM-DD; empty = the newest of the index"}
GIVEN_SERIES: Final = {
    "series": "a series of the index: total, threat, act, channel:credit, lang:zh-Hans, "
    "entity:Nvidia and so on; empty = total"
}
# Descriptions of columns that mean the same in every answer.
PAGE: Final = "the article's page here"
SEEN: Final = "when it was first seen, UTC"
SOURCE: Final = "publisher"
LANGUAGE: Final = "en, zh-Hans, zh-Hant or other"
CONTRIBUTED: Final = "relevance x fear, 0-1; 0 for a denial (more relief than fear)"
KIND: Final = "threat (it could break) or act (it did fall)"
CHANNEL: Final = "valuation, capex, credit, liquidity, contagion or policy"
