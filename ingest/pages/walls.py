"""Is this the article, or what stands in its place: a paywall, a consent form, a robot check.

A wall is told by its words in a short text; a long text may well be about paywalls. Each kind has
a reason of one word, which is what readers of the log see.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.pages.visible import visible_lines

if TYPE_CHECKING:
    from ingest.pages.body import Reading

_STUB_WORDS: Final = 120
_STUB_HAN: Final = 200
# A page that is all headline and teaser: an article has more than two or three sentences.
_SHORTEST: Final = 40
# Up to here a text that its publisher says is not free is the part that is shown to all.
_FREE_PART: Final = 4.0

_KINDS: Final = (
    (
        "robot check",
        r"just a moment|are you a robot|not a robot|verify(?:ing)? (?:that )?you are (?:a )?human"
        r"|checking (?:your browser|if the site connection is secure)|attention required"
        r"|unusual (?:traffic|activity) from your|ddos protection"
        r"|access(?: to this page has been)? denied"
        r"|complete the (?:security check|captcha)|enable javascript|javascript is disabled"
        r"|performance (?:&|and) security by|\bray id\b"
        r"|(?:人机|人機|安全)(?:验证|驗證)|请完成.{0,8}验证|請完成.{0,8}驗證|访问(?:过于|太)频繁"
        r"|訪問(?:過於|太)頻繁|(?:检测|檢測)到.{0,6}(?:异常|異常)|(?:启用|啟用|开启|開啟)\s*javascript"
        r"|拖动滑块|滑動驗證",
    ),
    (
        "consent",
        r"accept (?:all )?cookies|enable cookies|(?:we|this (?:site|website)) uses? cookies"
        r"|(?:we and )?our (?:\d+ )?partners (?:store|use|process)|manage (?:your )?(?:privacy )?"
        r"(?:settings|preferences|choices)|before you continue|your privacy choices"
        r"|consent to (?:the use|our use|cookies)|part of the yahoo family of brands"
        r"|(?:本(?:网站|網站|站|页|頁)|我们|我們).{0,10}cookie|(?:接受|同意)(?:所有|全部)?\s*cookie"
        r"|(?:同意|接受).{0,6}(?:隐私|隱私)(?:政策|条款|條款)",
    ),
    (
        "not found",
        r"page (?:you (?:are looking|requested|were looking)[^.]{0,30})?"
        r"(?:could )?not (?:be )?found"
        r"|(?:page|article|story)(?: you[^.]{0,40})? (?:no longer exists|is no longer available"
        r"|does(?:n[’']t| not) exist|has been (?:removed|moved|deleted))"
        r"|error 404|404 (?:error|not found)"
        r"|(?:页面|頁面|文章|网页|網頁).{0,8}(?:不存在|已(?:被)?删除|已(?:被)?刪除|已下架|找不到|走丢|走失)"
        r"|(?:内容|內容)已(?:被)?(?:删除|刪除|下架)"
        r"|找不到.{0,6}(?:页面|頁面|网页|網頁|文章)",
    ),
    (
        "paywall",
        r"(?:subscribe|sign up|become a member|upgrade|start (?:your|a) (?:free )?trial)"
        r"[^.!?]{0,30} to (?:continue|read|keep reading|unlock|access|get)"
        r"|subscribers?[ -]only|only for subscribers|for subscribers only"
        r"|already (?:a )?(?:subscriber|subscribed)"
        r"|subscription (?:is )?required|exclusive to (?:subscribers|members)"
        r"|to (?:read|continue reading) (?:the )?(?:full|rest|this)\b"
        r"|you have reached your (?:\w+ ){0,3}limit"
        r"|free articles? (?:left|remaining|this month)|unlock (?:this|the) (?:article|story)"
        r"|(?:订阅|訂閱|付费|付費|开通会员|加入會員|开通|開通|购买|購買)[后後]?.{0,6}"
        r"(?:查看|阅读|閱讀|继续|繼續|解锁|解鎖)"
        r"|(?:本文|此文|剩余|剩餘|余下|餘下|以下).{0,6}(?:付费|付費|[会會][员員](?![国國制])|订阅|訂閱)"
        r"|(?:成为会员|成為會員).{0,6}(?:后|後|阅读|閱讀|查看|解锁|解鎖|继续|繼續|畅读|暢讀)|(?:会员|會員|订户|訂戶|订阅者|訂閱者)(?:专享|專享|独享|獨享|限定|专属|專屬)"
        r"|(?:试读|試讀)(?:结束|結束)|阅读全文需",
    ),
    (
        "login",
        r"(?:sign in|log ?in|register|create (?:an?|your free) account)[^.!?]{0,20}"
        r" to (?:continue|read|keep reading|unlock|view|access|your account)"
        r"|forgot(?:ten)? (?:your )?password"
        r"|(?:登录|登入|注册|註冊)[后後]?.{0,6}(?:查看|阅读|閱讀|继续|繼續|解锁|解鎖)|忘记密码|忘記密碼"
        r"|(?:请|請)先?(?:登录|登入|註冊|注册)",
    ),
)
_WALLS: Final = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _KINDS)
# What a title alone gives away, with however little text beneath it.
_TITLES: Final = (
    (
        "robot check",
        re.compile(
            r"^\W*(?:just a moment|attention required|access denied|are you a robot|robot check"
            r"|verify|pardon our interruption|bloomberg - are you a robot|human verification"
            r"|安全验证|安全驗證|人机验证)",
            re.IGNORECASE,
        ),
    ),
    (
        "not found",
        re.compile(
            r"^\W*(?:(?:error )?404\b|not found\W*$"
            r"|(?:page|article|story) (?:not found|unavailable)"
            r"|(?:页面|頁面|网页|網頁|文章)(?:不存在|找不到|已删除|已刪除))",
            re.IGNORECASE,
        ),
    ),
    (
        "login",
        re.compile(r"^\W*(?:log ?in|sign in|登录|登入|用户登录|會員登入)\W*(?:$|[-|–—_])", re.I),
    ),
    (
        "consent",
        re.compile(
            r"^\W*(?:before you continue|your privacy choices|cookie consent|we value your privacy"
            r"|yahoo (?:is part|ist teil|fait partie))",
            re.IGNORECASE,
        ),
    ),
)
# Said beneath a teaser and nowhere else; "log in" and "subscribe" alone stand on every page.
_INVITATION = re.compile(
    r"(?:subscribe|sign (?:up|in)|register|log ?in|become a member)[^.!?]{0,40}"
    r" to (?:continue|keep|unlock|finish) (?:reading|this|the)"
    r"|(?:this|the rest of this) (?:article|story|content) is (?:only |exclusively )?"
    r"(?:for|available to) (?:\w+ ){0,2}(?:subscribers|members)"
    r"|(?:剩余|剩餘|余下|餘下).{0,12}(?:付费|付費|订阅|訂閱|[会會][员員](?![国國制])|解锁|解鎖)"
    r"|本文(?:为|為|是|需)?(?:付费|付費|[会會][员員]|订阅|訂閱)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^\W\d][\"'”’」』)）]*[，。！？；,.!?;](?!\w)")
_ELLIPSIS = re.compile(
    r"(?:\.\.\.|…|\[…\]|\[\.\.\.\]|(?:read|continue) (?:more|reading)"
    r"|阅读全文|閱讀全文|查看全文)\W*$",
    re.IGNORECASE,
)


def judge(read: Reading, html: str, free: bool | None) -> tuple[str, str | None]:
    """Status of a page and why.

    Args:
        read: what was found on it.
        html: the page, for an invitation to subscribe that is no part of the text.
        free: `isAccessibleForFree` of its JSON-LD, `None` if it says nothing.

    Returns:
        "ok", "stub" or "empty", and the reason where it is not "ok": "robot check", "consent",
        "not found", "paywall", "login", "teaser" or "no text" (nor has a menu any).
    """
    size = _size(read.body)
    if not read.body:
        return "empty", _by_title(read.title) or "no text"
    by_title = _by_title(read.title)
    by_words = _by_words(read.untrimmed) if size < _FREE_PART else None
    if size < 1:
        reason = by_title or by_words or _by_invitation(html)
    else:  # consent forms can be long; articles about them are not called so
        reason = by_title if by_words else None
    if reason:
        return "stub", reason
    if not _SENTENCE.search(read.body):
        return "stub", "no text"  # a menu, a price table
    is_cut = _ELLIPSIS.search(read.untrimmed) is not None
    if free is False and (size < 1 or (size < _FREE_PART and is_cut)):
        return "stub", "paywall"
    if size < 1 and (_weight(read.body) < _SHORTEST or is_cut):
        return "stub", "teaser"
    return "ok", None


def _by_title(title: str | None) -> str | None:
    return next((name for name, words in _TITLES if title and words.search(title)), None)


def _by_words(text: str) -> str | None:
    return next((name for name, words in _WALLS if words.search(text)), None)


def _by_invitation(html: str) -> str | None:
    asked = any(len(line) < 200 and _INVITATION.search(line) for line in visible_lines(html))
    return "paywall" if asked else None


def _size(body: str) -> float:
    """Length in units of a text that is too short to be an article."""
    han = _han(body)
    return han / _STUB_HAN if han > 20 else len(body.split()) / _STUB_WORDS


def _weight(body: str) -> int:
    """Characters, those of Chinese counted twice: they say as much as half a word."""
    return len(body) + _han(body)


def _han(text: str) -> int:
    return sum("\u4e00" <= character <= "\u9fff" for character in text)
