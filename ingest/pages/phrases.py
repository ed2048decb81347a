"""Lines and phrases of pages that are not the article, in English and both Chinese scripts."""

from __future__ import annotations

import re

# A line like one of these begins what is not the article any more.
TAIL_HEADING = re.compile(
    r"^\W*(?:"
    r"相关(?:阅读|文章|新闻|报道|推荐|链接|资讯)|相關(?:閱讀|文章|新聞|報導|推薦|連結)"
    r"|延伸(?:阅读|閱讀)|推荐阅读|推薦閱讀|更多(?:新闻|文章|報導|新聞)"
    r"|热门(?:文章|推荐)|熱門(?:文章|推薦)|猜你喜欢|猜你喜歡"
    r"|related (?:articles?|stories|news|posts?|reading)|read (?:more|next|also)"
    r"|recommended(?: for you)?|you (?:may|might) also like"
    r"|more (?:from|on|stories)\b.{0,40}|most (?:read|popular)"
    r"|sign up (?:for|to)\b.{0,80}|subscribe to our\b.{0,60}"
    r")\W*$",
    re.IGNORECASE,
)

# What stands in place of an article: paywalls, cookie walls, robot checks.
WALL = re.compile(
    r"(?:subscribe|sign in|log ?in|register|create an account) to"
    r" (?:continue|read|keep reading|unlock)"
    r"|subscribers? only|for subscribers|already a subscriber|subscription required|paywall"
    r"|enable (?:javascript|cookies)|accept (?:all )?cookies"
    r"|(?:we|this (?:site|website)) uses? cookies"
    r"|are you a robot|verify (?:that )?you are (?:a )?human|checking your browser|access denied"
    r"|(?:登录|登入|注册|註冊|订阅|訂閱|付费|付費|开通会员|加入會員)[后後]?.{0,6}"
    r"(?:查看|阅读|閱讀|继续|繼續|解锁|解鎖)"
    r"|(?:本文|此文|剩余|剩餘|余下|以下).{0,6}(?:付费|付費|会员|會員|订阅|訂閱).{0,10}"
    r"|成为会员|成為會員",
    re.IGNORECASE,
)
