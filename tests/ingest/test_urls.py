from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.urls import canonical_url, identifies_article, is_web_address


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTPS://News.Example.COM:443/a?utm_source=x&id=7#top", "https://news.example.com/a?id=7"),
        ("http://example.com", "http://example.com/"),
        ("http://example.com.:8080/x", "http://example.com:8080/x"),
        ("https://h.example/item?id=46099022", "https://h.example/item?id=46099022"),
        ("https://b.example/n/1?at_medium=RSS&at_campaign=rss", "https://b.example/n/1"),
        ("https://b.example/n/1?attic=1", "https://b.example/n/1?attic=1"),
        ("https://a.example/?b=2&a=1", "https://a.example/?b=2&a=1"),
        ("https://a.example/%7euser/%e6%b3%a1", "https://a.example/~user/%E6%B3%A1"),
        ("https://a.example/泡沫", "https://a.example/%E6%B3%A1%E6%B2%AB"),
        ("https://a.example/a%2Fb", "https://a.example/a%2Fb"),
        ("https://a.example/100%", "https://a.example/100%25"),
        ("  https://a.example/a b\n", "https://a.example/a%20b"),
        ("https://例子.example/x", "https://xn--fsqu00a.example/x"),
        ("http://[::1]:80/x", "http://[::1]/x"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("http://h:port/x", "http://h:port/x"),
    ],
)
def test_one_spelling(given_url: str, expected: str) -> None:
    assert canonical_url(given_url) == expected


_PARTS = st.text(
    alphabet=st.sampled_from("aZ09-._~:/?#[]@!$&'()*+,;=%é泡 \t\n\\\"<>{}|^`\u200b\ud800"),
    max_size=30,
)


@given(st.one_of(_PARTS.map(lambda t: "https://Example.com" + t), _PARTS, st.text(max_size=40)))
def test_idempotent(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


@given(st.lists(st.tuples(st.sampled_from(["id", "q", "utm_medium", "gclid"]), st.integers(0, 9))))
def test_meaningful_parameters_stay_in_order(pairs: list[tuple[str, int]]) -> None:
    query = "&".join(f"{name}={value}" for name, value in pairs)
    kept = "&".join(f"{n}={v}" for n, v in pairs if n in ("id", "q"))
    expected = f"https://a.example/x?{kept}" if kept else "https://a.example/x"
    assert canonical_url(f"https://a.example/x?{query}") == expected


def test_front_pages_name_no_article() -> None:
    assert not identifies_article("https://a.example/")
    assert identifies_article("https://a.example/?p=12")
    assert identifies_article("https://a.example/x")


@pytest.mark.parametrize(
    "url", ["", "x", "file:///etc/passwd", "javascript:1", "http://", "http://["]
)
def test_not_web_addresses(url: str) -> None:
    assert not is_web_address(url)
