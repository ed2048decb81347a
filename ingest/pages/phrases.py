"""Lines and phrases of pages that are not the article, in English and both Chinese scripts.

These are habits of publishers at large, not of one site: what is one site's own stands in
`sites.toml`.
"""

from __future__ import annotations

import re

# A line like one of these begins what is not the article any more.
TAIL_HEADING = re.compile(
    r"^\W*(?:"
    r"相关(?:阅读|文章|新闻|报道|推荐|链接|资讯)|相關(?:閱讀|文章|新聞|報導|推薦|連結)"
    r"|延伸(?:阅读|閱讀)|推荐阅读|推薦閱讀|更多(?:新闻|文章|報導|新聞)"
    r"|热门(?:文章|推荐|评论)|熱門(?:文章|推薦|留言)|猜你喜欢|猜你喜歡|精彩推荐|精彩推薦"
    r"|相关专题|相關專題|发表评论|發表評論|网友评论|網友評論|我要评论|我要留言"
    r"|related (?:articles?|stories|news|posts?|reading|topics?|coverage|content)"
    r"|read (?:more|next|also)|see also|don[’']?t miss|editors?[’']? picks|trending(?: now)?"
    r"|recommended(?: for you)?|you (?:may|might) also (?:like|be interested in)"
    r"|more (?:from|on|stories)\b.{0,40}|most (?:read|popular)"
    r"|sign up (?:for|to)\b.{0,80}|subscribe to our\b.{0,60}"
    r"|about the (?:author|writer)|leave a (?:comment|reply)|tell us what you think"
    r")\W*$",
    re.IGNORECASE,
)

# What stands before a link to another article: "READ MORE: Shares fall again", 推荐阅读：……
LABEL = re.compile(
    r"^\W*(?:related(?: (?:stories|articles?|news|coverage|video|reading))?"
    r"|(?:read|see|watch|learn) (?:more|also|next)|also (?:read|see|watch)|don[’']?t miss"
    r"|must read|more on this|more:|in pictures|recommended"
    r"|推荐阅读|推薦閱讀|延伸阅读|延伸閱讀|相关阅读|相關閱讀|相关报道|相關報導|另见|另見|点击查看|點擊查看"
    r")\s*(?:\([^)]{1,20}\))?\s*[:：|>»-]+\s*",
    re.IGNORECASE,
)

# A line of its own that asks for something else than reading.
PITCH = re.compile(
    r"^\W*(?:"
    r"(?:click here|sign up|subscribe|register)(?: (?:now|today|here|free))? (?:for|to)\b"
    r"|get (?:\S+ ){0,6}(?:newsletter|delivered|in your inbox|straight to your inbox)"
    r"|(?:want|looking for) more\b.{0,60}(?:newsletter|sign up|subscribe)"
    r"|follow (?:us|@?\w+(?: \w+)?) on (?:twitter|x\b|facebook|instagram|youtube|linkedin)"
    r"|(?:like|join|find) us on\b|download (?:our|the) \S* ?app\b|share (?:this|on)\b"
    r"|(?:story|article) continues (?:below|after)|advertisement$|advertising$"
    r"|(?:扫码|掃碼|扫描|掃描)(?:.{0,8})(?:关注|關注|下载|下載|二维码|二維碼)"
    r"|(?:欢迎|歡迎|请|請)?(?:关注|關注|订阅|訂閱).{0,14}(?:公众号|公眾號|微信|電子報|电子报|频道|頻道)"
    r"|(?:下载|下載).{0,10}(?:客户端|app)|打开.{0,8}app"
    r"|分享(?:到|至)|我要(?:分享|纠错|收藏)|【?(?:打印|关闭|收藏|纠错)】?$|返回(?:首页|顶部|目录)"
    r"|advert(?:isement)?\b\W*$"
    r").{0,160}$",
    re.IGNORECASE,
)

# Credits and notices at the very end: who edited, whose rights, what is no advice.
CREDIT = re.compile(
    r"^\W*(?:"
    r"(?:责任|責任|本文|执行|執行|值班|主)?(?:编辑|編輯|责编|責編|校对|校對|审核|審核|监制|監製)\s*[:：/／丨|]"
    r"|\(?(?:additional )?(?:reporting|writing|editing|compiled|graphic) by\b"
    r"|(?:免责|免責)(?:声明|聲明)|(?:风险|風險)提示|版权(?:声明|所有)|版權(?:聲明|所有)|特别声明|郑重声明"
    r"|(?:本文|文章|稿件|内容|內容)(?:来自|來自|来源|來源|转自|轉自|转载|轉載)|转载请|轉載請|未经.{0,8}授权"
    r"|未經.{0,8}授權|来源\s*[:：]|來源\s*[:：]|原标题\s*[:：]|原標題\s*[:：]"
    r"|\[?(?:作者|文章)(?:简介|簡介|系)"
    r"|©|copyright\b|all rights reserved|disclaimer\b|our standards:|the views expressed"
    r"|this (?:article|story) (?:was )?(?:originally|first) (?:appeared|published)"
    r"|(?:contact|reach|email|write to) (?:the )?(?:reporters?|writers?|authors?|editors?)\b"
    r"|.{0,60}\bcontributed (?:to this|reporting)\b"
    r")",
    re.IGNORECASE,
)

# What some sites print between headline and first paragraph.
HEAD = re.compile(
    r"^\W*(?:"
    r"(?:发布|發布|发表|發表|更新|刊登)?(?:于|於|时间|時間|日期)?\s*[:：]?\s*\d{4}\s*[年/.-]\s*\d{1,2}"
    r"\s*[月/.-]\s*\d{1,2}\s*日?[^。，！？]{0,60}"
    r"|(?:来源|來源|作者|责任编辑|責任編輯|编辑|編輯|字号|字體|浏览|瀏覽|阅读|閱讀|点击|點擊)\s*[:：].{0,60}"
    r"|(?:by|posted by|written by) [^.!?]{2,60}"
    r"|(?:published|updated|last updated|posted)\b[^.!?]{0,60}(?:\d[ap:.]|\d{4}|m\.)[^!?]{0,20}"
    r"|(?:share|print|email|save|listen|comments?)(?: this)?(?: article)?"
    r"|\d+ (?:min(?:ute)?s? read|comments?)"
    r")\W*(?<![。！？])$",
    re.IGNORECASE,
)
