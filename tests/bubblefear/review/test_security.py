from __future__ import annotations

import pytest

from bubblefear.review.security import (
    host_allowed,
    same_origin,
    visible,
    web_address,
    web_host,
)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JAVASCRIPT:x", " javascript:x", "data:text/html,x", "//x.example/",
     "http:", "http://", "http://[", "/path", "", None, "java\nscript:alert(1)", "vbscript:x"],
)  # fmt: skip
def test_what_is_no_web_address(url: str | None) -> None:
    assert web_address(url) is None


@pytest.mark.parametrize("url", ["https://a.example/1", "http://新闻.example/2?x=1#y"])
def test_web_addresses(url: str) -> None:
    assert web_address(url) == url


def test_unseen_characters_are_spelt_out() -> None:
    assert visible("a\u202eb\u2066c\x00d\x1b[31m") == "a⟨U+202E⟩b⟨U+2066⟩c⟨U+0000⟩d⟨U+001B⟩[31m"
    assert visible("line\n\tpage 泡沫 👩‍💻") == "line\n\tpage 泡沫 👩‍💻"


def test_marks_without_width_are_spelt_out_and_pictures_stay() -> None:
    assert visible("bub\u200bble \ufeff\u00ad\U000e0041") == (
        "bub⟨U+200B⟩ble ⟨U+FEFF⟩⟨U+00AD⟩⟨U+E0041⟩"
    )
    assert visible("泡\u200d沫 nvi\u200cdia") == "泡⟨U+200D⟩沫 nvi⟨U+200C⟩dia"
    assert visible("می\u200cخواهم 👨‍👩‍👧 1️⃣") == "می\u200cخواهم 👨‍👩‍👧 1️⃣"
    assert visible("half \ud83d") == "half ⟨U+D83D⟩"


def test_a_host_in_lookalike_letters_is_shown_as_the_wire_spells_it() -> None:
    assert web_host("https://\u0430pple.example/x") == "xn--pple-43d.example"
    assert web_host("https://bank.example@evil.example/") == "evil.example"
    assert web_host("https://新闻.example/2") == "xn--efvy88h.example"
    assert (web_host("http://" + "\u0430" * 90 + ".example/") or "").startswith("\\u0430")
    assert web_host("javascript:alert(1)") is None


@pytest.mark.parametrize(
    "header", [None, "", "x.example", "127.0.0.1.x.example", "[bad", "@", ":1"]
)
def test_foreign_hosts(header: str | None) -> None:
    assert not host_allowed(header, frozenset({"127.0.0.1", "localhost"}))
    assert host_allowed(header, frozenset())


def test_same_origin_needs_the_same_port() -> None:
    headers = {"host": "127.0.0.1:8001"}
    assert same_origin(headers)
    assert same_origin(headers | {"origin": "http://127.0.0.1:8001"})
    assert not same_origin(headers | {"origin": "http://127.0.0.1:8002"})
    assert not same_origin(headers | {"origin": "http://localhost:8001"})
