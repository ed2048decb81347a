"""Who wrote a Chinese page: extractors for European pages miss 作者：, 记者 and 文／.

An editor in charge (责任编辑, 編輯) is not the author, nor is the medium: both stay out, and a page
that names nobody else has no author. A notice of an authority is its own.
"""

from __future__ import annotations

import re
from typing import Final

from ingest.pages.visible import visible_lines
from ingest.text import plain_line

_META = re.compile(
    r"<meta\b(?=[^<>]*\b(?:name|property|itemprop)\s*=\s*[\"']?(?:author|article:author|byl|byline)"
    r"[\"'\s>])[^<>]*\bcontent\s*=\s*[\"']([^\"'<>]{2,40})[\"']",
    re.IGNORECASE,
)

# One in twenty Chinese is called otherwise; a line of two to four characters that begins with one
# of these, beneath a headline, is a name.
_SURNAMES: Final = (
    "王李张張刘劉陈陳杨楊黄黃赵趙周吴吳徐孙孫朱马馬胡郭林何高梁郑鄭罗羅宋谢謝唐韩韓曹许許邓鄧萧蕭肖冯馮"
    "曾程蔡彭潘袁于董余苏蘇叶葉吕呂魏蒋蔣田杜丁沈姜范江傅钟鍾卢盧汪戴崔任陆陸廖姚方金邱丘夏谭譚韦韋贾賈"
    "邹鄒石熊孟秦阎閻薛侯雷白龙龍段郝孔邵史毛常万萬顾顧赖賴武康贺賀严嚴尹钱錢施牛洪龚龔汤湯陶黎温溫莫易樊"
    "乔喬文安殷颜顏庄莊章鲁魯倪庞龐邢俞翟蓝藍聂聶齐齊向申葛柴伍覃骆駱关關焦柳欧歐祝纪紀尚毕畢耿芦左季管"
    "符辛苗詹曲欧靳祁路涂兰甘裴梅童翁霍游阮尤岳柯牟滕谷舒卜成饶饒宁寧凌盛查单單冉鲍鮑华華包屈房喻解蒲卫衛"
    "简簡时時连連车車项項闵閔邬吉党黨阳陽司费費蒙席晏隋古强穆姬桂佟景沙楼樓宫宮晋晉冷瞿巩鞏边邊池卓荆"
)
_NAME = r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,5})?"
_BETWEEN = r"(?:\s*[、,，/／;；]\s*|[ \u3000]+)"
_NAMES = rf"{_NAME}(?:{_BETWEEN}{_NAME})*"
# Words that follow a name on the same line and are none.
_NOT_A_NAME = re.compile(
    r"来源|來源|时间|時間|日期|编辑|編輯|责编|責編|发布|發布|发表|發表|报道|報導|报导|摄影|攝影|点击|點擊|浏览|瀏覽"
    r"|阅读|閱讀|出处|出處|出自|本报|本報|通讯员|記者|记者|专栏|專欄|综合|綜合|未知|佚名|匿名|网友|網友|管理员"
    r"|小编|小編|微信|评论|評論|回复|回覆|字体|字體|打印|关闭|关注|關注|简介|简历|原创|轉載|转载|新闻|新聞"
    r"|本文|文章|日报|日報|晚报|晚報|商报|时报|時報|周刊|週刊|杂志|雜誌|出版|公司|频道|頻道|新华|新華|获悉|了解"
    r"|^(?:北京|上海|天津|重庆|重慶|广州|廣州|深圳|杭州|南京|成都|武汉|武漢|香港|台北|澳门|澳門|新加坡|纽约|紐約"
    r"|东京|東京|伦敦|倫敦|华盛顿|華盛頓)$"
    r"|采访|採訪|表示|看到|发现|發現|注意|不详|作者|更多|查看|的|是"
)
_LETTER = r"[^\s:：|<>=\"'【】《》。，,;；、/]"
_FREE_NAME = rf"{_LETTER}{{1,20}}+(?![=\"'])"  # not an attribute that a broken tag spilt
_LABELLED = re.compile(
    r"(?:^|[\s\u3000|｜【(（>])(?:本文|原文|特约|特約)?(?:作\s*者|撰文|执笔人?|執筆人?|撰稿|文字?|撰写|撰寫|編譯|编译)"
    rf"\s*(?:[:：]|[/／｜|])\s*({_FREE_NAME}(?:{_BETWEEN}{_FREE_NAME}){{0,5}})"
)
_REPORTER = re.compile(
    r"(?:本报|本報|本刊|[\u4e00-\u9fff]{0,8})?(?:实习|實習|特派|首席|见习|見習)?(?:记者|記者|實習生|实习生)"
    rf"(?:\s*[:：/／]\s*|[ \u3000]+)({_NAMES})(?=$|[\s)）】\]\u3000/／|。，,])"
)
_REPORTER_CLOSE = re.compile(
    rf"[(（【\[][^()（）【】]{{0,12}}(?:记者|記者)\s*({_NAMES}?)(?=\s*[)）】\]]|[ /／])"
    rf"|(?:记者|記者)({_NAMES}?)(?:发自|發自|(?:[\u4e00-\u9fff]{{2,3}})?(?:报道|報道|報導|攝|摄)[)）】]?$)"
)
_REPORTER_PLACE = re.compile(
    rf"[(（【]\s*({_NAMES}?) [\u4e00-\u9fff]{{2,4}}(?:报道|報道|報導|报导|电|電|讯|訊)[)）】]"
)
# "(Names)" that closes a paragraph, "12:30 [ Name ]".
_IN_BRACKETS = re.compile(
    rf"[。！？”][(（]\s*({_NAMES})\s*[)）]$|\d:\d\d\s*[\[【(（]\s*({_NAMES})\s*[\]】)）]"
)
# "本帖由 X 于 2005年……", "2005/03/15 22:36 by X": boards and blogs.
_POSTED = re.compile(
    rf"本[帖贴貼文]由\s*({_LETTER}{{1,20}}?)\s*(?:于|於|发表|發表)|\d:\d\d\s+by\s+({_FREE_NAME})"
)
_LINE_OF_NAMES = re.compile(rf"\s*{_NAMES}\s*\Z")
_SPLIT = re.compile(rf"{_BETWEEN}")
_OTHER = re.compile(_NAME)
_SURELY = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,3}}")
_PEN_NAME = re.compile(r"(?!.*\d{4})(?=.*[^\W\d]).{1,20}")
# Where a name is labelled, any will do; where only its place speaks for it, a surname is asked for.
_BYLINES: Final = (
    (_LABELLED, _PEN_NAME),
    (_REPORTER, _OTHER),
    (_REPORTER_CLOSE, _SURELY),
    (_REPORTER_PLACE, _SURELY),
    (_IN_BRACKETS, _SURELY),
    (_POSTED, _PEN_NAME),
)
_AUTHORITY = re.compile(
    r"[\u4e00-\u9fff]{2,20}(?:府|局|部|委|院|行|所|厅|廳|处|處|办公室|辦公室|[员員协協学學事监監][会會])"
)
_ISSUED_BY = re.compile(
    rf"(?:发文机关|發文機關|发布机构|發布機構|发文单位|發文單位)\s*[:：]\s*({_AUTHORITY.pattern})"
)
_DAY_ALONE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")
_MOST = 6
_EDGE = 3


def chinese_author(html: str, body: str, title: str | None) -> str | None:
    """Names that a Chinese page gives as its writers, joined with "; "; `None` if it names none.

    Asked in this order: bylines at either end of the text, which are nearest to the article;
    bylines anywhere on the page; metadata; a line of names alone beneath the headline.

    Args:
        html: the page.
        body: its text as extracted.
        title: headline, beneath which a line of names is looked for.
    """
    lines = visible_lines(html)
    first, last = body.split("\n")[:_EDGE], body.split("\n")[-_EDGE:]
    return (
        _byline(first + last)
        or _byline(lines)
        or _of_metadata(html)
        or _beneath_headline(lines, first, title)
        or _issuer(lines)
    )


def _byline(lines: list[str]) -> str | None:
    for pattern, first in _BYLINES:
        for line in lines:
            found = pattern.search(line)
            names = _names(next(filter(None, found.groups()), ""), first) if found else []
            if names:
                return "; ".join(names)
    return None


def _names(raw: str, first: re.Pattern[str]) -> list[str]:
    """Names in a row, up to the first word that is none; `first` is what the first must be."""
    names: list[str] = []
    for part in _SPLIT.split(raw.strip(" \u3000、,，/／;；")):
        name = part.strip("()（）[]【】. \u3000")
        wanted = _OTHER if names else first
        if not wanted.fullmatch(name) or _NOT_A_NAME.search(name):
            break
        names.append(name)
    return list(dict.fromkeys(names))[:_MOST]


def _of_metadata(html: str) -> str | None:
    for raw in _META.findall(html):
        name = plain_line(raw)
        is_medium = re.search(r"[\u4e00-\u9fff]{5,}|\.|www|网$|網$|报$|報$|社$|admin", name, re.I)
        if name and not is_medium and not _NOT_A_NAME.search(name):
            return name
    return None


def _beneath_headline(lines: list[str], opening: list[str], title: str | None) -> str | None:
    headline = (title or "").strip()
    below = [n for n, line in enumerate(lines) if headline and line[:12] == headline[:12]]
    near = [line for n in below[:3] for line in lines[n + 1 : n + 4]]
    for line in near + opening:
        if _LINE_OF_NAMES.match(line) and line.strip() not in headline:
            names = _names(line, _SURELY)
            if names:
                return "; ".join(names)
    return None


def _issuer(lines: list[str]) -> str | None:
    """The authority that signs a notice: its name above the day, at the end or beneath a label."""
    for line, next_line in zip(lines, [*lines[1:], ""], strict=False):  # a page without lines
        labelled = _ISSUED_BY.search(line)
        if labelled:
            return labelled[1]
        if _AUTHORITY.fullmatch(line) and _DAY_ALONE.fullmatch(next_line):
            return line
    return None
