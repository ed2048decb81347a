from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.charset import codec_of, decode

HANS = "投资者担心人工智能泡沫，芯片股和比特币一起下跌。分析师说，这样的开支难以持续。"
HANT = "投資者擔心人工智慧泡沫，晶片股和比特幣一起下跌。分析師說，這樣的開支難以持續。"


def xml(text: str, declared: str | None) -> str:
    encoding = f' encoding="{declared}"' if declared else ""
    return f'<?xml version="1.0"{encoding}?><rss><title>{text}</title></rss>'


@pytest.mark.parametrize(
    ("text", "real", "declared", "header"),
    [
        (HANS, "gb18030", "gb2312", None),
        (HANS, "gb18030", None, None),
        (HANS, "gb18030", "utf-8", None),
        (HANS, "gb18030", "iso-8859-1", "text/xml; charset=ISO-8859-1"),
        (HANS, "utf-8", "gb2312", None),
        (HANS, "utf-8", None, "text/xml; charset=latin-1"),
        (HANT, "big5", "utf-8", None),
        (HANT, "big5", None, None),
        (HANT, "utf-8", "big5", None),
        ("naïve café über", "cp1252", "iso-8859-1", None),
        ("naïve café über", "utf-8", "iso-8859-1", None),
        (HANT, "utf-16", None, None),
        (HANS, "utf-8-sig", "gb2312", None),
    ],
)
def test_the_text_is_read_whatever_is_declared(
    text: str, real: str, declared: str | None, header: str | None
) -> None:
    assert text in decode(xml(text, declared).encode(real), header).text


def test_a_wrong_declaration_is_noted_and_a_right_one_is_not() -> None:
    assert decode(xml(HANS, "utf-8").encode("gbk")).note == "declared utf-8, is gb18030"
    assert decode(xml(HANS, "gb2312").encode("gbk")).note is None
    assert decode(xml(HANS, None).encode("utf-8")).note is None


def test_a_character_cut_in_two_at_the_end_is_no_wrong_charset() -> None:
    decoded = decode(xml(HANS, "utf-8").encode("utf-8")[:100])
    assert decoded.encoding == "utf-8"
    assert decoded.note is None


@pytest.mark.parametrize(
    ("text", "codec", "expected"),
    [
        (HANS, "gb18030", "gb18030"),
        (HANS, "gbk", "gb18030"),
        (HANS, "utf-8", "utf-8"),
        (HANT, "big5", "big5hkscs"),
        (HANT, "big5hkscs", "big5hkscs"),
        (HANT, "utf-8", "utf-8"),
    ],
)
@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "big5", "iso-8859-1", "utf-16"])
@pytest.mark.parametrize("damage", ["cut", "one bad byte", "none"])
def test_damaged_bytes_with_any_declaration(
    text: str, codec: str, expected: str, declared: str | None, damage: str
) -> None:
    raw = xml(text * 6, declared).encode(codec)
    start = raw.index(b"<title>") + 7
    if damage == "cut":
        raw = raw[: start + len(text.encode(codec)) * 3 + 1]
    elif damage == "one bad byte":
        place = start + len(text.encode(codec))
        raw = raw[:place] + b"\xff" + raw[place:]
    decoded = decode(raw)
    assert decoded.encoding == expected
    assert text[:20] in decoded.text


@pytest.mark.parametrize("meta", ["utf-8", "gb2312", "big5"])
@pytest.mark.parametrize("header", [None, "utf-8", "gbk", "big5", "ISO-8859-1"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_header_and_meta_may_contradict_each_other_and_the_bytes(
    meta: str, header: str | None, codec: str
) -> None:
    page = f'<html><head><meta charset="{meta}"><title>{HANS}</title></head></html>'
    kind = f"text/html; charset={header}" if header else None
    assert HANS in decode(page.encode(codec), kind).text


def test_single_bad_bytes_are_replaced() -> None:
    decoded = decode(b"A long enough line of text " * 40 + b"\xff and more")
    assert decoded.encoding == "utf-8"
    assert "\ufffd" in decoded.text


@pytest.mark.parametrize("label", ["rot13", "base64", "no-such-charset", "idna"])
def test_labels_that_are_no_charset(label: str) -> None:
    assert codec_of(label) is None


@given(st.binary(max_size=300), st.sampled_from([None, "text/xml; charset=gbk", "x; charset=hex"]))
def test_never_fails(raw: bytes, header: str | None) -> None:
    assert isinstance(decode(raw, header).text, str)


@pytest.mark.parametrize(("folder", "codec"), [("Big5", "big5hkscs"), ("GB2312", "gb18030")])
def test_real_feeds_without_their_declaration(shared_data: Path, folder: str, codec: str) -> None:
    for path in sorted((shared_data / "web/feeds/chardet-encodings" / folder).iterdir()):
        raw = path.read_bytes()
        hidden = raw[:300].replace(b"encoding=", b"encodinX=").replace(b"charset=", b"charseX=")
        assert decode(hidden + raw[300:]).encoding == codec, path.name
