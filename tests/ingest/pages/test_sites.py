from __future__ import annotations

import pytest

from ingest.errors import IngestError
from ingest.pages.extract import extract_page
from ingest.pages.sites import read_by_rules, read_rules

NOW = "2026-12-01T00:00:00Z"
RULES = read_rules(
    """
[[site]]
host = "a.example"
body = "//div[@class='text']"
drop = ".//*[@class='share']"
author = "//meta[@name='who']/@content"

[[site]]
host = "deep.a.example"
body = "//section"
"""
)
HTML = (
    "<html><head><meta name=who content='Ann Poe'></head><body><section>Other</section>"
    "<div class=text><p>One.</p><p class=share>Tell it</p><div class=text><p>Two.</p></div></div>"
)


def test_a_rule_gives_body_and_author() -> None:
    found = read_by_rules(HTML, "https://www.a.example/1", RULES)
    assert found is not None
    assert (found.body, found.author) == ("One.\nTwo.", "Ann Poe")


def test_the_longest_host_decides_and_others_have_no_rule() -> None:
    found = read_by_rules(HTML, "https://deep.a.example/1", RULES)
    assert found is not None
    assert (found.body, found.author) == ("Other", None)
    assert read_by_rules(HTML, "https://nota.example/1", RULES) is None
    assert read_by_rules("<p>x", "https://a.example/1", RULES) is None
    assert read_by_rules("", "https://a.example/1", RULES) is None


@pytest.mark.parametrize(
    "text",
    [
        "[[site",
        "[[site]]\nhost = 'a.example'",
        "[[site]]\nhost = 'a.example'\nbody = '//p'\ncss = 'p'",
        "[[site]]\nhost = 'a.example'\nbody = '//p['",
    ],
)
def test_a_wrong_rule_is_named(text: str) -> None:
    with pytest.raises(IngestError, match="site rule"):
        read_rules(text)


def test_rules_help_only_where_the_general_reading_fails() -> None:
    note = (
        "<p>例币所周一暂停提现，称正在核对钱包。</p><p>平台币随后下跌百分之九，团队说会恢复。</p>"
    )
    menu = "".join(f"<li><a href=/{n}>栏目{n}</a></li>" for n in range(30))
    box = f"<div class='newsflash-content'><aside>{note}</aside></div>"
    html = f"<html><head><title>快讯</title></head><body><ul>{menu}</ul>{box}</body></html>"
    found = extract_page(html.encode(), "https://www.odaily.news/newsflash/1", NOW)
    assert found.status == "ok"
    assert "暂停提现" in found.body
    assert "栏目3" not in found.body
