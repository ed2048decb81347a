from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.trim import link_texts, trimmed

PROSE = (
    "The operator of the halls said on Tuesday that it had drawn down its last credit line, "
    "and that the bond it had planned for March would have to wait."
)
HAN = (
    "运营方周二表示，最后一笔信贷额度已经用完，原定三月发行的债券只能推迟，"
    "投资者对此并不意外，股价当天小幅下跌。"
)
OTHER = "Banks grow wary of long leases on server halls"


def body(*lines: str) -> str:
    return "\n".join(lines)


@pytest.mark.parametrize(
    "line",
    [OTHER, f"- {OTHER}", f"READ MORE: {OTHER}", f"Related (Video): {OTHER}", f"{OTHER} [CHART]|"],
)
def test_a_line_that_is_only_a_link_goes(line: str) -> None:
    links = link_texts([f"  {OTHER}\n"])
    assert trimmed(body(PROSE, line, PROSE[::-1]), links, None) == body(PROSE, PROSE[::-1])


def test_a_list_of_links_that_is_the_article_stays() -> None:
    items = [f"{OTHER}, part {n}" for n in range(5)]
    assert trimmed(body(*items), link_texts(items), None) == body(*items)


def test_short_links_are_names_in_the_text() -> None:
    assert link_texts(["Nvidia", "英伟达"]) == frozenset()


@pytest.mark.parametrize(
    "line",
    [
        "Sign up for our morning letter and never miss a crash",
        "Follow us on Twitter for more",
        "Get the newsletter delivered to your inbox every week",
        "Story continues below",
        "扫码关注我们的公众号",
        "下載我們的 App",
        "欢迎关注微信公众号",
        "Advertisement",
    ],
)
def test_pitches_go_wherever_they_stand(line: str) -> None:
    assert trimmed(body(PROSE, line, HAN), frozenset(), None) == body(PROSE, HAN)


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑：李小明",
        "（編輯：陳大文）",
        "(Reporting by Ann Poe; Editing by Bo Lee)",
        "免责声明：本文不构成投资建议。",
        "本文来自合作媒体，如需转载请联系原作者。",
        "© 2026 Example Wire",
        "Ann Poe contributed to this report.",
        "版權所有，未經授權不得轉載",
    ],
)
def test_credits_go_at_the_end_alone(line: str) -> None:
    text = body(PROSE, HAN, PROSE[::-1] + ".")
    assert trimmed(body(text, line), frozenset(), None) == text
    assert line in trimmed(body(PROSE, line, HAN, PROSE, "He said."), frozenset(), None)


def test_headline_and_dateline_go_from_the_head() -> None:
    head = ("Halls wait for money", "By Ann Poe", "来源：例报", "发布时间：2026年11月20日 09:30")
    assert trimmed(body(*head, PROSE), frozenset(), "Halls wait for money | Wire") == PROSE


def test_prose_that_begins_with_a_date_stays() -> None:
    lead = "2026年11月20日上午，运营方宣布，最后一笔信贷额度已经用完，债券只能推迟到秋天发行。"
    assert trimmed(body(lead, HAN), frozenset(), None) == body(lead, HAN)


@pytest.mark.parametrize("heading", ["Related articles", "相关阅读：", "推薦閱讀", "Don't miss"])
def test_what_follows_a_heading_of_links_is_cut(heading: str) -> None:
    text = body(PROSE, HAN)
    assert trimmed(body(text, heading, "Ten coins to watch", OTHER), frozenset(), None) == text


def test_an_article_that_goes_on_beneath_such_a_heading_stays() -> None:
    rest = [PROSE.replace("Tuesday", day) for day in ("Monday", "Friday", "Sunday")]
    found = trimmed(body(PROSE, HAN, "DON'T MISS", *rest), frozenset(), None)
    assert found == body(PROSE, HAN, *rest)


def test_a_caption_printed_twice_is_kept_once() -> None:
    assert trimmed(body(PROSE, HAN, PROSE), frozenset(), None) == body(PROSE, HAN)


def test_a_text_of_pitches_alone_is_left() -> None:
    assert trimmed("Sign up to go on", frozenset(), None) == "Sign up to go on"


@given(st.lists(st.sampled_from([PROSE, HAN, OTHER, "责任编辑：李", "Read more", "By A", "x"])))
def test_lines_are_only_taken_away(lines: list[str]) -> None:
    found = trimmed(body(*lines), link_texts([OTHER]), "x").split("\n")
    rest = iter(lines)
    assert all(line in rest for line in found if line)
