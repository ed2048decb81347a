"""What every page keeps to: accessible, inside its window, by keyboard, legible in both scripts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]

DAY = "2025-11-21"
PAGES = {
    "home": "/",
    "day": f"/day/{DAY}",
    "no session": "/day/2025-11-22",
    "article": "/article/aaaa000000000001",
    "Simplified": "/article/aaaa000000000002",
    "hostile": "/article/aaaa000000000005",
    "other language": "/article/aaaa000000000006",
    "blind": "/article/aaaa000000000007?blind=1",
    "queue": "/queue",
    "transmission": "/transmission",
    "claims": "/claims",
    "health": "/health",
    "found": "/search?q=泡沫",
    "nothing found": "/search?q=zzzzqq",
    "search": "/search",
}
EVERY_PAGE = pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)

# What sticks out of the window, innermost first, for a message that says where to mend.
_STICKING_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > innerWidth + 1 && !e.closest('.scroll');
  }).map(e => `${e.tagName}.${e.className.baseVal ?? e.className}`).slice(-8)"""

_HEADINGS = """() => [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')]
  .filter(e => e.checkVisibility()).map(e => +e.tagName[1])"""

# What a reader with a keyboard must be able to reach; of a group of radio buttons only one.
_REACHABLE = """() => {
  const groups = new Set();
  return [...document.querySelectorAll(
      'a[href], button, input, select, textarea, summary, [tabindex]')]
    .filter(e => e.tabIndex >= 0 && !e.disabled && e.type !== 'hidden')
    .filter(e => e.checkVisibility({visibilityProperty: true}))
    .filter(e => {
      if (e.type !== 'radio') return true;
      const fresh = !groups.has(e.name);
      groups.add(e.name);
      return fresh;
    })
    .map((e, n) => { e.dataset.stop = n; return e.outerHTML.slice(0, 120); });
}"""

# One stop of the walk: which, and whether a reader can see that it has the focus.
_FOCUSED = """async () => {
  await new Promise(requestAnimationFrame);  // the window scrolls to the focus in the next frame
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const group = e.type === 'radio' &&
    document.querySelector(`input[type=radio][name="${CSS.escape(e.name)}"][data-stop]`);
  return {
    stop: (group || e).dataset.stop ?? null,
    html: e.outerHTML.slice(0, 120),
    marked: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== 'none',
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""

# Whether signs of both scripts are drawn: a font without them draws the same box for each.
_DRAWN = """([selector, signs]) => {
  const style = getComputedStyle(document.querySelector(selector));
  const canvas = Object.assign(document.createElement('canvas'), {width: 40, height: 40});
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  return new Set([...signs].map(sign => {
    pen.clearRect(0, 0, 40, 40);
    pen.font = `24px ${style.fontFamily}`;
    pen.fillText(sign, 4, 30);
    return pen.getImageData(0, 0, 40, 40).data.join();
  })).size;
}"""


# Links of a drawing have an object for an address.
_TARGETS = """links => links.map(
  link => new URL(link.getAttribute('href'), document.baseURI).href)"""


@EVERY_PAGE
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_finding_and_nothing_sticks_out(
    address: str, scheme: str, open_page: OpenPage
) -> None:
    page = open_page(color_scheme=scheme)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    _check_headings(page)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(_STICKING_OUT) == [], f"at {width} pixels"
        assert serious(page) == [], f"at {width} pixels"


def _check_headings(page: Page) -> None:
    """One of the first level, before the others, and no level left out on the way down."""
    levels: list[int] = page.evaluate(_HEADINGS)
    assert levels[:1] == [1]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def serious(page: Page) -> list[str]:
    """axe-core's serious and critical findings, each with the first elements that have it."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{finding['id']}: {[node['html'][:200] for node in finding['nodes'][:3]]}"
        for finding in found["violations"]
        if finding["impact"] in ("serious", "critical")
    ]


@EVERY_PAGE
def test_the_keyboard_reaches_everything(address: str, page: Page) -> None:
    page.goto(address)
    stops: list[str] = page.evaluate(_REACHABLE)
    seen: list[dict[str, Any]] = []
    for _ in range(5 * len(stops) + 5):  # a date is five stops
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is None:
            break
        seen.append(focused)
    else:
        pytest.fail(f"the focus never leaves the page; last at {seen[-1]['html']}")
    assert "#main" in seen[0]["html"], "the first stop is the way past the navigation"
    reached = {focused["stop"] for focused in seen}
    assert [html for stop, html in enumerate(stops) if str(stop) not in reached] == []
    # A date's button is a stop of its own, which marks itself and not the field.
    marked = {focused["stop"] for focused in seen if focused["marked"]}
    assert [focused["html"] for focused in seen if focused["stop"] not in marked] == []
    assert [focused["html"] for focused in seen if not focused["inside"]] == []


@EVERY_PAGE
def test_it_can_be_read_without_script(address: str, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(address)
    assert page.locator("h1").is_visible()
    assert len(page.locator("main").inner_text()) > 40


def test_every_link_of_ours_leads_somewhere(page: Page, site: Any) -> None:
    hrefs: set[str] = set()
    for address in PAGES.values():
        page.goto(address)
        links = page.eval_on_selector_all("a[href]", _TARGETS)
        hrefs |= {link.split("#")[0] for link in links if link.startswith(site.address)}
    answers = {link: page.request.get(link).status for link in sorted(hrefs)}
    assert {link: status for link, status in answers.items() if status != 200} == {}
    exports = {urlsplit(link).path.rpartition(".")[2] for link in hrefs}
    assert {"csv", "json"} <= exports


@pytest.mark.parametrize(
    ("address", "language", "signs"),
    [
        ("/article/aaaa000000000002", "zh-Hans", "泡沫输达恐慌"),
        ("/article/aaaa000000000007", "zh-Hant", "債務慮輝達輸"),
    ],
)
def test_chinese_is_drawn(
    address: str, language: str, signs: str, page: Page, chinese_fonts: None
) -> None:
    page.goto(address)
    selector = f"h1 [lang={language}], h1[lang={language}]"
    assert page.evaluate(_DRAWN, [selector, signs]) == len(signs)
    assert page.evaluate(_DRAWN, [selector, "\U0010fffd\U0010fffc"]) == 1, "no font has these"
