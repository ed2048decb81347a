from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identity.names import folded, loosened
from ingest.identity.redirects import is_redirect, target_of
from ingest.identity.sameness import akin
from ingest.urls import canonical_url


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/x",
        "https://www.a.example/x/",
        "https://m.a.example/x",
        "https://a.example/x/amp",
        "https://a.example/x/amp/",
        "https://a.example/x.amp",
        "https://a.example/amp/x",
        "https://amp.a.example/x?amp=1",
        "https://a.example/x?outputType=amp",
        "https://a-example.cdn.ampproject.org/c/s/a.example/x",
    ],
)
def test_variants_of_one_address(url: str) -> None:
    assert loosened(url) == "a.example/x"


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/y",
        "https://b.a.example/x",
        "https://a.example/x?id=1",
        "https://a.example/x/ramp",
        "https://a.example/x?amps=1",
        "https://m.example/x",  # a name of its own, not the mobile side of "example"
    ],
)
def test_other_addresses(url: str) -> None:
    assert loosened(url) != "a.example/x"


def test_query_parameters_beside_amp_stay() -> None:
    assert loosened("https://a.example/x?id=1&amp=1&p=2") == "a.example/x?id=1&p=2"


@given(st.text(max_size=40), st.sampled_from(["", "www.", "m."]))
def test_any_address_can_be_loosened(path: str, prefix: str) -> None:
    assert loosened(canonical_url(f"https://{prefix}a.example/{path}")).startswith("a.example")


def test_folding_keeps_what_tells_two_headlines_apart() -> None:
    assert folded("Fed “holds”:  rates.") == folded("FED holds rates")
    assert folded("ＡＩ泡沫？") == folded("ai 泡沫")
    assert folded("Shares fall 1.5%") != folded("Shares fall 15%")
    assert folded("Shares fall 5%") != folded("Shares fall 5")


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_akin() -> None:
    assert akin("Lenders fear a chip bust", "Lenders fear a chip bust: live")
    assert akin("英伟达股价大跌", "英伟达股价大跌，市值蒸发")
    assert not akin("Lenders fear a chip bust", "Harbour dredged in spring")
    assert not akin("英伟达股价大跌", "港口疏浚完工")
    assert not akin("", "")


def test_redirects() -> None:
    assert is_redirect("https://news.google.com/rss/articles/CBM1")
    assert not is_redirect("https://a.example/url?url=https://b.example/")
    carried = "https://www.google.com/url?sa=t&url=https%3A%2F%2Fa.example%2F1"
    assert target_of(carried) == "https://a.example/1"
    assert target_of("https://www.google.com/url?url=javascript:x") is None
    assert target_of("http://[") is None
