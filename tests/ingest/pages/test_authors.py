from __future__ import annotations

import pytest

from ingest.pages.authors import chinese_author
from ingest.pages.visible import visible_lines

PROSE = "运营方周二表示，最后一笔信贷额度已经用完，原定三月发行的债券只能推迟。"


def page(byline: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body><h1>机房等钱</h1>{byline}<p>{PROSE}</p></body></html>"


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("<td>作者：<a href=/u>林晓月</a>&nbsp; 来源：例报</td>", "林晓月"),
        ("<p>作 者：林晓月 陈大文</p>", "林晓月; 陈大文"),
        ("<p>文／林曉月</p>", "林曉月"),
        ("<p>文 | 深夜读盘人</p>", "深夜读盘人"),
        ("<p>撰文：歐陽·小文、林曉月</p>", "歐陽·小文; 林曉月"),
        ("<p>本报记者 林晓月 陈大文 上海</p>", "林晓月; 陈大文"),
        ("<p>例報記者林曉月</p><p>（記者林曉月）</p>", "林曉月"),
        ("<p>本报记者林晓月发自上海</p>", "林晓月"),
        ("<p>【例报记者 林晓月】</p>", "林晓月"),
        ("<p>（林晓月 上海报道）</p>", "林晓月"),
        (f"<p>{PROSE}（林晓月 陈大文）</p>", "林晓月; 陈大文"),
        ("<p>2026年11月20日 09:30 [ 林晓月 ]</p>", "林晓月"),
        ("<p>本帖由<b>night owl</b>于2026年11月20日发表</p>", None),
        ("<p>本帖由<b>owl7</b>于2026年11月20日发表</p>", "owl7"),
        ("<p>林晓月、陈大文</p>", "林晓月; 陈大文"),
        ("<p>例市人民政府办公室</p><p>2026年11月20日</p>", "例市人民政府办公室"),
        ("<p>发布机构：例市金融监督局</p>", "例市金融监督局"),
        ("<p>责任编辑：林晓月</p>", None),
        ("<p>編輯：林曉月</p>", None),
        ("<p>作者：佚名</p>", None),
        ('<p>作者：size="20"</p>', None),
        ("<p>记者 从公司获悉，债券推迟。</p>", None),
        ("<p>来源：例报</p><p>机房</p>", None),
    ],
)
def test_bylines(byline: str, author: str | None) -> None:
    assert chinese_author(page(byline), PROSE, "机房等钱") == author


@pytest.mark.parametrize(
    ("content", "author"),
    [("林晓月", "林晓月"), ("例报网", None), ("www.example.cn", None), ("例子日报报业集团", None)],
)
def test_metadata_name_a_person_or_nobody(content: str, author: str | None) -> None:
    head = f'<meta data-x="1" name="author" content="{content}">'
    assert chinese_author(page("", head), PROSE, "机房等钱") == author


def test_the_byline_of_the_text_counts_before_that_of_the_margin() -> None:
    html = page("<div>作者：夜行人</div>")
    assert chinese_author(html, f"本报记者 林晓月\n{PROSE}", "机房等钱") == "林晓月"


def test_lines_are_blocks_without_scripts() -> None:
    html = "<p>a <b>b</b>&nbsp;c</p><script>x()</script><!-- y --><div>d<br>e &amp; f</div>"
    assert visible_lines(html) == ["a b c", "d", "e & f"]


@pytest.mark.parametrize(
    ("piece", "left"),
    [
        ("<script>", []),
        ("<!--", []),
        ("<title ", []),
        ("<", ["<" * 1000]),
        ("<br ", ["<br"]),
    ],
)
def test_what_is_opened_a_hundred_thousand_times_is_read_in_one_go(
    piece: str, left: list[str]
) -> None:
    """Each opening must not look for its end through all the rest: that took hours."""
    lines = visible_lines("<p>a</p>" + piece * 300_000)
    assert lines[0] == "a"
    assert [line[: len(left[0])] for line in lines[1:]] == left
